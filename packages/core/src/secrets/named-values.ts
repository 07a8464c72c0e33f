/** Values that are secret because of what they are called. */
import type { MatchList } from "./match-list.ts";
import { isRandomLiteral, isRandomSecret, isSetSecret } from "./plausible-value.ts";
import { isSecretName, titleOfName } from "./secret-names.ts";
import { nextName } from "./telling-words.ts";

export const NAMED_SECRET = "secret-value";

/** Where the file is one that sets variables, any value counts; elsewhere it must look as if made by chance. */
export type ValueTest = "set" | "configuration" | "program";

const TESTS = { set: isSetSecret, configuration: isRandomSecret, program: isRandomLiteral } as const;
const ASSIGNMENT =
  /(?<![\w.$-])["']?([A-Za-z_][\w.-]{0,100})["']?[ \t]{0,10}(?::=|=>|[:=])[ \t]{0,10}(?:"([^"\n]{1,1000})"|'([^'\n]{1,1000})'|([^\s"',;#<>]{1,1000}))/g;
const ELEMENT = /<([A-Za-z_][\w.-]{0,80})>([^<\s]{4,500})<\//g;
const LONGEST_LINE = 4096;

/** `name = value`, `"name": "value"`, `name: value`, `<name>value</name>`: what configurations and programs have. */
export function findNamedValues(list: MatchList, test: Exclude<ValueTest, "set">): void {
  const { text, bytes } = list;
  for (let name = nextName(bytes, 0), from = 0; name >= 0 && !list.isFull; name = nextName(bytes, from)) {
    const lineStart = text.lastIndexOf("\n", name) + 1;
    const newline = text.indexOf("\n", name);
    const lineEnd = newline < 0 ? text.length : newline;
    const isLong = lineEnd - lineStart > LONGEST_LINE;
    // Programs have such lines when a machine wrote them; there everything is called a token.
    if (!isLong || test === "configuration") {
      const start = Math.max(lineStart, name - 120);
      const end = Math.min(lineEnd, name + LONGEST_LINE);
      findInLine(list, isLong ? start : lineStart, isLong ? end : lineEnd, test);
      from = isLong ? end : lineEnd;
    } else from = lineEnd;
  }
}

function findInLine(list: MatchList, start: number, end: number, test: Exclude<ValueTest, "set">): void {
  const line = list.text.slice(start, end);
  if (/^\s*(?:#|\/\/|;|\*|<!--)/.test(line)) return;
  for (const found of line.matchAll(ASSIGNMENT)) {
    const [whole, name = "", double, single, bare] = found;
    const value = double ?? single ?? (test === "program" ? undefined : bare);
    if (value === undefined || !isSecretName(name) || !TESTS[test](value)) continue;
    const from = start + found.index + whole.lastIndexOf(value);
    list.add(NAMED_SECRET, titleOfName(name), from, from + value.length);
  }
  for (const found of line.matchAll(ELEMENT)) {
    const [whole, name = "", value = ""] = found;
    if (!isSecretName(name) || !TESTS[test](value)) continue;
    const from = start + found.index + whole.indexOf(">") + 1;
    list.add(NAMED_SECRET, titleOfName(name), from, from + value.length);
  }
}

const VARIABLE = /^[ \t]{0,20}(?:export[ \t]{1,20})?([A-Za-z_][\w.-]{0,200})[ \t]{0,10}[=:][ \t]{0,10}/;

/** Files of `NAME=value` lines, as `.env` is; everything in them is set. */
export function findVariables(list: MatchList, isSecret: (name: string) => boolean = isSecretName): void {
  for (const { start, end } of linesOf(list.text)) {
    if (list.isFull) return;
    const line = list.text.slice(start, Math.min(end, start + 8192));
    const found = VARIABLE.exec(line);
    const name = found?.[1];
    if (!found || name === undefined || !isSecret(name)) continue;
    const rest = line.slice(found[0].length);
    const value = unquoted(rest);
    if (!isSetSecret(value)) continue;
    const from = start + found[0].length + rest.indexOf(value);
    list.add(NAMED_SECRET, titleOfName(name), from, from + value.length);
  }
}

/** Without quotes, and the comment that may follow. */
export function unquoted(text: string): string {
  const trimmed = text.trim();
  const quote = trimmed.charAt(0);
  if (quote === '"' || quote === "'") {
    const end = trimmed.indexOf(quote, 1);
    return end < 0 ? trimmed.slice(1) : trimmed.slice(1, end);
  }
  const comment = trimmed.search(/[ \t]#/);
  return (comment < 0 ? trimmed : trimmed.slice(0, comment)).trimEnd();
}

/** Offsets of each line, without what ends it. */
export function* linesOf(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    yield { start, end };
    start = end + 1;
  }
}
