/** Pieces of YAML. Whatever comes from an image stays within its scalar or its comment. */
import { decodeName, escapeText } from "@layerscope/core";
import { stringify } from "yaml";

/** A scalar on one line; quoted where it must be. */
export function scalar(value: string | number | boolean): string {
  if (typeof value === "string" && escapeText(value) !== value) return quoted(value);
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

/** In double quotes, with escapes for what a line or a terminal would not survive. */
function quoted(text: string): string {
  const escaped = [...text].map((character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    if (escapeText(character) === character) return character;
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

/** A pattern that matches a path of an image and, where its name is text, no other. @param path without the leading slash */
export function patternOf(path: Uint8Array): string {
  const { text, exact } = decodeName(path);
  const literal = text.replace(/[\\*?[{]/g, "\\$&");
  // What is no text can only be matched as any character.
  return `/${exact ? literal : literal.replaceAll("\ufffd", "?")}`;
}

/** Names from an image can be very long. */
const LONGEST_COMMENT = 300;

/** Lines of a comment. @param lines not escaped */
export function comment(lines: readonly string[]): string[] {
  return lines.map((line) => {
    const shown = line.length > LONGEST_COMMENT ? `${line.slice(0, LONGEST_COMMENT)}…` : line;
    return `# ${escapeText(shown)}`.trimEnd();
  });
}

/** Lines that do not count. */
export function commentedOut(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${line}`);
}
