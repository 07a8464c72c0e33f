/** What a program told the terminal to do, taken from the bytes that it wrote. */

const PATTERN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|P[^\u001b]*\u001b\\|[ -/]*[0-Z\\^-~])/g;

/** All escape sequences, in their order. */
export function sequencesIn(bytes: string): string[] {
  return bytes.match(PATTERN) ?? [];
}

/** What is left without them: what is to be read, and control characters if there are any. */
export function withoutSequences(bytes: string): string {
  return bytes.replaceAll(PATTERN, "");
}

/** Numbers of the modes (DEC private) that were last switched on. */
export function modesLeftOn(bytes: string): string[] {
  const on = new Set<string>();
  for (const sequence of sequencesIn(bytes)) {
    const [, numbers = "", to] = /^.\[\?([\d;]+)([hl])$/.exec(sequence) ?? [];
    for (const number of numbers.split(";").filter(Boolean)) {
      if (to === "h") on.add(number);
      else on.delete(number);
    }
  }
  return [...on];
}
