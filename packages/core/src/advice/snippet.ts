/**
 * Lines of a Dockerfile, made from the commands of an image. Everything in them comes from the image: besides line breaks there
 * are no control characters, and no more than {@link LONGEST_SNIPPET} characters; the rest is not escaped.
 */
import { type ShellPiece, splitShell } from "../model/shell-pieces.ts";
import type { BuildStep } from "./build-steps.ts";
import { isDownload, isRemoval, removedPaths, systemEffect } from "./command-effects.ts";
import { type CopyCommand, copyCommand } from "./copy-command.ts";
import { commandsIn } from "./shell-commands.ts";

/** In UTF-16 units. */
export const LONGEST_SNIPPET = 2000;
const LONGEST_LINE = 400;
/** Longer commands are cut for this, in UTF-16 units. */
const LONGEST_BODY = 20_000;
/** More are not merged: nobody could read it. */
const MOST_STEPS = 30;
const INDENT = "    ";
/** Goes on in the next line. */
const LINE = ` \\\n${INDENT}`;

/** A step as it may stand in a Dockerfile. What the builder hid of it is told in a comment. */
export function dockerfileText(step: BuildStep): string {
  return withFlag(step);
}

/** A step with these flags: `--chown=1000:1000`. A flag of the same name, `--mount` apart, is replaced. */
export function withFlag(step: BuildStep, ...flags: string[]): string {
  const copy = copyCommand(step);
  if (copy) return bounded(copyText(copy, flags));
  const { keyword, body } = step.command;
  if (keyword === "RUN") return runText(piecesOf(step), allFlags(flagsOf(step), flags));
  return bounded(clean([keyword ?? "# not a command of a Dockerfile:", body.slice(0, LONGEST_BODY)].join(" ")));
}

/** A `RUN` with these mounts: `type=cache,target=/root/.npm`. */
export function withMount(step: BuildStep, ...mounts: string[]): string {
  return withFlag(step, ...mounts.map((mount) => `--mount=${mount}`));
}

/** A `RUN` with statements at its end, but those that it has already. */
export function runAnd(step: BuildStep, ...statements: string[]): string {
  return runText(append(piecesOf(step), statements), flagsOf(step));
}

export interface MergeOptions {
  /** What is done at the end, but for what is done already. */
  readonly statements?: readonly string[];
  /** `type=cache,target=/root/.npm` */
  readonly mounts?: readonly string[];
  /** Statements that are left out, where they can be. */
  readonly without?: (statement: string) => boolean;
}

/**
 * Several `RUN`s as one. Cleaning up that several of them do is done at the end, and lists are fetched once unless something
 * comes between that may change where packages are from. Empty when nothing is left.
 */
export function mergeRuns(steps: readonly BuildStep[], options: MergeOptions = {}): string {
  const { statements = [], mounts = [], without } = options;
  const some = steps.slice(0, MOST_STEPS);
  const flags = some.reduce<readonly string[]>((all, step) => allFlags(all, flagsOf(step)), []);
  const scripts = some
    .map(piecesOf)
    .map((pieces) => (without && isChain(pieces) ? pieces.filter(({ text }) => !without(text)) : pieces));
  const pieces = append(withoutRepeats(scripts).reduce(joined, []), statements);
  const mounted = mounts.map((mount) => `--mount=${mount}`);
  return pieces.length === 0 ? "" : runText(pieces, allFlags(flags, mounted));
}

/** A `RUN` of these statements. */
export function runOf(statements: readonly string[], flags: readonly string[] = []): string {
  return runText(append([], statements), flags);
}

/** Parts of a snippet below one another. */
export function snippetOf(...parts: readonly string[]): string {
  return bounded(clean(parts.join("\n")));
}

/** The flags of a step, each by itself. */
function flagsOf({ command }: BuildStep): readonly string[] {
  return command.flags === "" ? [] : command.flags.split(/\s+/);
}

function allFlags(one: readonly string[], other: readonly string[]): string[] {
  const names = new Set(other.map(nameOfFlag));
  names.delete("--mount");
  const kept = one.filter((flag) => !names.has(nameOfFlag(flag)));
  return [...new Set([...kept, ...other])];
}

function nameOfFlag(flag: string): string {
  return flag.split("=", 1)[0] as string;
}

function copyText({ keyword, flags, sources, target, hidden }: CopyCommand, more: readonly string[]): string {
  const words = [...(hidden ? ["SOURCE"] : sources), target];
  const listed = words.some((word) => /\s/.test(word)) ? JSON.stringify(words) : words.join(" ");
  const line = [keyword, ...allFlags(flags, more), listed].join(" ");
  return hidden ? `# SOURCE: the history does not tell what was copied\n${clean(line)}` : clean(line);
}

const DOCUMENT = /^<<-?\s?["']?(\w{1,80})["']?\n/;

/** The script of a `RUN`, without the here-document around it. */
function piecesOf({ command: { keyword, body } }: BuildStep): readonly ShellPiece[] {
  if (keyword !== "RUN") return [];
  const text = body.slice(0, LONGEST_BODY);
  const document = DOCUMENT.exec(text);
  if (!document) return splitShell(text);
  const lines = text.slice(document[0].length).split("\n");
  if (lines.at(-1)?.trim() === document[1]) lines.pop();
  return splitShell(lines.join("\n"));
}

/** Statements at the end, but those that are there already, or remove only what others remove. */
function append(pieces: readonly ShellPiece[], statements: readonly string[]): readonly ShellPiece[] {
  const texts = new Set(pieces.map(({ text }) => text));
  const removed = new Set(pieces.flatMap(({ text }) => commandsIn(text).flatMap((one) => removedPaths(one) ?? [])));
  const added = statements.filter((statement) => {
    const paths = removedBy(statement);
    if (texts.has(statement) || paths?.every((path) => removed.has(path))) return false;
    texts.add(statement);
    for (const path of paths ?? []) removed.add(path);
    return true;
  });
  const chain = added.map((text, index): ShellPiece => ({ text, after: index < added.length - 1 ? "&&" : "" }));
  return joined(pieces, chain);
}

function joined(one: readonly ShellPiece[], other: readonly ShellPiece[]): readonly ShellPiece[] {
  const last = one.at(-1);
  if (!last || other.length === 0) return last ? one : other;
  const after = last.after === "\n" || isScript(one) ? "\n" : "&&";
  return [...one.slice(0, -1), { text: last.text, after }, ...other];
}

/** What a statement removes that does nothing else. */
function removedBy(statement: string): readonly string[] | undefined {
  const paths = commandsIn(statement).map(removedPaths);
  return paths.length > 0 && paths.every((list) => list !== undefined) ? paths.flat() : undefined;
}

function withoutRepeats(scripts: readonly (readonly ShellPiece[])[]): (readonly ShellPiece[])[] {
  const later = new Set<string>();
  const cleaned = scripts.toReversed().map((pieces) => {
    const kept = isChain(pieces) ? pieces.filter(({ text }) => !(later.has(text) && isCleaning(text))) : pieces;
    for (const { text } of pieces) later.add(text);
    return kept;
  });
  let fetched = new Set<string>();
  return cleaned.toReversed().map((pieces) => {
    if (!isChain(pieces)) return pieces;
    return pieces.filter(({ text }) => {
      const isRefresh = commandsIn(text).some((command) => systemEffect(command)?.kind === "refresh");
      if (isRefresh && fetched.has(text)) return false;
      if (isRefresh) fetched.add(text);
      else if (changesPackageSources(text) || isCleaning(text)) fetched = new Set();
      return true;
    });
  });
}

/** Whether any of the statements could be left out without breaking the others. */
function isChain(pieces: readonly ShellPiece[]): boolean {
  return pieces.every(({ text, after }) => CHAINING.has(after) && !/^(?:if|for|while|until|case|\{|\()/.test(text));
}

const CHAINING = new Set(["&&", ";", ""]);

function isCleaning(statement: string): boolean {
  const commands = commandsIn(statement);
  return commands.length > 0 && commands.every(isRemoval);
}

function changesPackageSources(statement: string): boolean {
  return commandsIn(statement).some(
    (command) =>
      isDownload(command) || ["add-apt-repository", "sed", "echo", "tee", "cp", "gpg", "dpkg"].includes(command.name),
  );
}

/** What needs more than backslashes: a here-document. */
function isScript(pieces: readonly ShellPiece[]): boolean {
  return pieces.some(({ text, after }) => text.includes("\n") || after === "\n" || text.startsWith("#"));
}

function runText(pieces: readonly ShellPiece[], flags: readonly string[]): string {
  const head = `RUN ${flags.map(clean).join(LINE)}`.trimEnd();
  if (isScript(pieces)) return scriptText(pieces, head);
  let text = `${head} `;
  if (flags.length > 1 || head.length > 40) text = `${head}${LINE}`;
  for (const [index, piece] of pieces.entries()) {
    text += clean(piece.text);
    if (index < pieces.length - 1) text += BETWEEN[piece.after];
  }
  return bounded(text);
}

const BETWEEN: Readonly<Record<ShellPiece["after"], string>> = {
  "&&": `${LINE}&& `,
  "||": `${LINE}|| `,
  "|": `${LINE}| `,
  ";": `;${LINE}`,
  ";;": ` ;;${LINE}`,
  in: LINE,
  "\n": LINE,
  "": LINE,
};

/** Lines are broken where they were: the text of a here-document follows the whole of its line. */
function scriptText(pieces: readonly ShellPiece[], head: string): string {
  const script = clean(
    pieces.map(({ text, after }, index) => text + (index < pieces.length - 1 ? IN_SCRIPT[after] : "")).join(""),
  );
  const lines = script.split("\n");
  const end = ["EOF", "END", "SCRIPT"].find((word) => !lines.includes(word)) ?? "END_OF_SCRIPT";
  const first = /^set -[a-z]*e/.test(script) ? [] : ["set -e"];
  return bounded([`${head} <<${end}`, ...first, ...lines, end].join("\n"));
}

const IN_SCRIPT: Readonly<Record<ShellPiece["after"], string>> = {
  "&&": " && ",
  "||": " || ",
  "|": " | ",
  ";": "; ",
  ";;": " ;; ",
  in: " ",
  "\n": "\n",
  "": "\n",
};

/** Line breaks are the only control characters that stay. */
function clean(text: string): string {
  return text.replaceAll("\t", " ").replaceAll("\r\n", "\n").replace(CONTROL, "\ufffd");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

/** What is too long loses lines in its middle: the end is where the advice is. */
function bounded(text: string): string {
  if (text.length <= LONGEST_SNIPPET && !text.split("\n").some((line) => line.length > LONGEST_LINE)) return text;
  const lines = text.split("\n").map(shortLine);
  const half = (LONGEST_SNIPPET - 100) / 2;
  const head = lines.slice(0, countWithin(lines, half));
  const rest = lines.slice(head.length);
  const tail = rest.slice(rest.length - countWithin(rest.toReversed(), half));
  const left = rest.length - tail.length;
  return [...head, ...(left > 0 ? [`${INDENT}# … ${left} more ${left === 1 ? "line" : "lines"}`] : []), ...tail].join(
    "\n",
  );
}

function shortLine(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  const start = line.slice(0, LONGEST_LINE - 4).replace(/[\ud800-\udbff]$/, "");
  return `${start} …${line.endsWith("\\") ? " \\" : ""}`;
}

/** How many of the lines fit into so many characters. */
function countWithin(lines: readonly string[], most: number): number {
  let length = 0;
  let count = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > most) break;
    count++;
  }
  return count;
}
