/** Foreign text in GitHub-flavoured Markdown. */

/**
 * Text that is shown as it is and does nothing: no link, no mention, no emoji, no HTML. Harmless words stay plain, all
 * others are put into code spans, the one place that GitHub's own search for mentions and issues leaves alone as well.
 * It must not begin a line: there, a dash would make a list.
 * @param text on one line, without control characters
 */
export function plainMarkdown(text: string): string {
  const pieces: string[] = [];
  let code: string[] = [];
  const flush = (): void => {
    if (code.length > 0) pieces.push(codeInSentence(code.join(" ")));
    code = [];
  };
  for (const word of text.split(" ")) {
    if (word !== "" && !isHarmless(word)) {
      code.push(word);
      continue;
    }
    flush();
    if (word !== "") pieces.push(word);
  }
  flush();
  return pieces.join(" ");
}

/** Brackets around it and the marks of the sentence are none of the code. */
function codeInSentence(text: string): string {
  const start = /^[("']*/.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > start && ")\"'.,:;".includes(text.charAt(end - 1))) end--;
  return end === start
    ? codeMarkdown(text)
    : text.slice(0, start) + codeMarkdown(text.slice(start, end)) + text.slice(end);
}

/** The text as code. */
export function codeMarkdown(text: string): string {
  if (text.trim() === "") return "` `";
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // One space at each end belongs to the fence where the text needs it.
  const space = /^[` ]|[` ]$/.test(text) ? " " : "";
  return `${fence}${space}${text}${space}${fence}`;
}

/**
 * Markdown that may stand in a cell of a table, where `|` would end it even in code. A backslash before one is doubled: it
 * would take back the escape.
 */
export function cellMarkdown(markdown: string): string {
  return markdown.replace(/(\\*)\|/g, "$1$1\\|");
}

/** Letters, digits, and what sentences have that means nothing in Markdown unless a line begins with it. */
const HARMLESS = /^[\p{L}\p{N}.,;%…–→≤≥+()'"-]*:?$/u;
/** What is linked without a sign of its own: hosts, issues of a tracker, commits. */
const LINKED = /www\.|\p{L}-\d|[0-9a-f]{7}/iu;

function isHarmless(word: string): boolean {
  return HARMLESS.test(word) && !LINKED.test(word);
}
