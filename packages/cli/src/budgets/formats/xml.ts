/** Text in XML 1.0. */

// All that is no Char of XML 1.0, which no reference can stand for either.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\p{Surrogate}\ufffe\uffff]/gu;

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Text between tags; line feeds stay. What XML cannot hold is written as an escape. */
export const xmlText = (text: string): string => holdable(text).replace(/[&<>\r]/g, referenceTo);

/** ` name="value"` for each; those that are undefined are left out. */
export function xmlAttributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${holdable(String(value)).replace(/[&<>"\t\n\r]/g, referenceTo)}"`)
    .join("");
}

function holdable(text: string): string {
  return text.replace(FORBIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

const referenceTo = (character: string): string => REFERENCES[character] ?? character;
