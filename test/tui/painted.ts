/** What stands out in a row that was captured with its colours. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
const SGR = /\u001b\[([\d;]*)m/;

/** The text of the cells that have a background, or are inverse. */
export function highlighted(row: string): string {
  let text = "";
  let background = false;
  let inverse = false;
  // Text and codes by turns.
  for (const [index, part] of row.split(SGR).entries()) {
    if (index % 2 === 0) {
      if (background || inverse) text += part;
      continue;
    }
    const codes = part === "" ? [0] : part.split(";").map(Number);
    for (let at = 0; at < codes.length; at++) {
      const code = codes[at] ?? 0;
      if (code === 0) background = inverse = false;
      else if (code === 7) inverse = true;
      else if (code === 27) inverse = false;
      else if (code === 49) background = false;
      else if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) background = true;
      // A colour of many: 5 and its number, or 2 and three numbers.
      if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
    }
  }
  return text;
}
