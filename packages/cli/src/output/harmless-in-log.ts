/** Text from images in the log of a job, which whatever runs the job reads line by line. */

/** How a character is written so that it means itself in a kind of text. In plain text it can only look different. */
const ESCAPED = {
  plain: { hash: "\\x23", colon: "\\x3a" },
  json: { hash: "\\u0023", colon: "\\u003a" },
  xml: { hash: "&#35;", colon: "&#58;" },
} as const;

/**
 * Text for a log, without what would be a command there: `::` at the beginning of a line, indented or not, and `##[`
 * anywhere, for GitHub; `##vso[` and `##teamcity[` for Azure Pipelines and TeamCity.
 * @param kind JSON, or XML without CDATA sections, still says exactly the same; plain text shows `\x23` or `\x3a`
 */
export function harmlessInLog(text: string, kind: keyof typeof ESCAPED = "plain"): string {
  const { hash, colon } = ESCAPED[kind];
  return text
    .replace(/##(?=(?:vso|teamcity)?\[)/gi, `#${hash}`)
    .replace(/^((?:[^\S\r\n]|\u0085)*):(?=:)/gm, `$1${colon}`);
}
