/** Which patterns of paths make sense. */

/** Something besides slashes, no NUL, and neither `.` nor `..` on the way: no path in an image has those. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the one that no path can have
export const PATH_PATTERN = /^(?=\/*[^/])(?!(?:[\s\S]*\/)?\.{1,2}(?:\/|$))[^\u0000]*$/;
/** As long as Linux allows a path to be. */
export const LONGEST_PATTERN = 4096;

/** What is wrong with a pattern, as a clause that is not escaped; undefined when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) return `a pattern of more than ${LONGEST_PATTERN} letters`;
  if (PATH_PATTERN.test(pattern)) return undefined;
  if (pattern === "") return "an empty pattern matches nothing";
  const shown = JSON.stringify(pattern);
  if (/^\/+$/.test(pattern)) return `${shown} is everything: say which part, for example /usr/share`;
  if (pattern.includes("\0")) return `${shown} can be no path`;
  return `${shown} is in no image: paths begin at its root, for example /usr/share`;
}
