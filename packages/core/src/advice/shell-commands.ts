/**
 * The commands that a `RUN` runs, as far as its text tells: names and arguments, with what shells and wrappers put before them
 * taken off. Nothing is expanded. What cannot be told apart is one command whose name means nothing to anybody.
 */
import { splitShell } from "../model/shell-pieces.ts";
import type { BuildStep } from "./build-steps.ts";

export interface ShellCommand {
  /** Without its directory. */
  readonly name: string;
  /** Without quotes; redirections are left out. Not escaped. */
  readonly args: readonly string[];
  /** The whole statement. Not escaped. */
  readonly statement: string;
}

/** Words of one statement after this many are left out. */
const MOST_WORDS = 1000;
/** Statements of one step after this many are left out. */
const MOST_STATEMENTS = 1000;
/** How deep commands may stand in parentheses, and in commands of other shells. */
const DEEPEST = 4;

const known = new WeakMap<BuildStep, readonly ShellCommand[]>();

/** The commands of a step, in their order; empty for what is no `RUN`. */
export function commandsOf(step: BuildStep): readonly ShellCommand[] {
  let commands = known.get(step);
  if (!commands) {
    commands = step.statements.slice(0, MOST_STATEMENTS).flatMap((statement) => commandsIn(statement));
    known.set(step, commands);
  }
  return commands;
}

/** The commands of one statement. */
export function commandsIn(statement: string, depth = 0): ShellCommand[] {
  const inner = depth < DEEPEST ? innerScript(statement) : undefined;
  if (inner !== undefined) return scriptCommands(inner, statement, depth);
  const words = shellWords(statement);
  const start = commandStart(words);
  const [word, ...args] = words.slice(start);
  if (word === undefined) return [];
  const name = word.slice(word.lastIndexOf("/") + 1);
  const script = SHELLS.has(name) ? scriptArgument(args) : undefined;
  if (script !== undefined && depth < DEEPEST) return scriptCommands(script, statement, depth);
  return [{ name, args, statement }];
}

/** Statements of parts are those of the whole: a Dockerfile cannot take it apart. */
function scriptCommands(script: string, statement: string, depth: number): ShellCommand[] {
  return splitShell(script)
    .slice(0, MOST_STATEMENTS)
    .flatMap(({ text }) => commandsIn(text, depth + 1))
    .map((command) => ({ ...command, statement }));
}

const DOCUMENT = /^<<-?\s?["']?(\w{1,80})["']?\n/;

/** What stands in parentheses, or in the here-document that is all of a `RUN`. */
function innerScript(statement: string): string | undefined {
  if (statement.startsWith("(")) {
    return statement.endsWith(")") ? statement.slice(1, -1) : statement.slice(1);
  }
  const document = DOCUMENT.exec(statement);
  if (!document) return undefined;
  const body = statement.slice(document[0].length);
  const end = `\n${document[1]}`;
  return body.endsWith(end) ? body.slice(0, -end.length) : body;
}

const SHELLS = new Set(["sh", "bash", "dash", "ash", "zsh"]);

function scriptArgument(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => /^-[a-z]{0,8}c$/.test(arg));
  return at < 0 ? undefined : args[at + 1];
}

/** What may stand before a command without being one. */
const LEADING = new Set(["then", "do", "else", "elif", "if", "while", "until", "!", "{", "time", "exec", "command"]);
/** Programs that run what follows them. */
const WRAPPERS = new Set(["sudo", "env", "nice", "nohup", "eatmydata", "xvfb-run"]);

function commandStart(words: readonly string[]): number {
  let start = 0;
  let isWrapped = false;
  for (; start < words.length; start++) {
    const word = words[start] as string;
    if (WRAPPERS.has(word)) isWrapped = true;
    else if (isWrapped && word.startsWith("-")) continue;
    else if (!LEADING.has(word) && !/^[A-Za-z_]\w{0,200}=/.test(word)) break;
  }
  return start;
}

/** The words of a command without their quotes. Expansions stay as they are written; redirections are left out. */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let skips = false;
  const end = (): void => {
    if (word !== undefined && !skips) words.push(word);
    if (word !== undefined) skips = false;
    word = undefined;
  };
  for (let at = 0; at < text.length && words.length < MOST_WORDS; at++) {
    const sign = text.charAt(at);
    if (sign === " " || sign === "\t" || sign === "\n") end();
    else if (sign === "<" || sign === ">") {
      if (word !== undefined && /^(?:\d{1,3}|&)$/.test(word)) word = undefined;
      end();
      skips = true;
    } else if (sign === "&" && skips && word === undefined) {
      // `>&2`
    } else if (sign === "'" || sign === '"') {
      const close = closingQuote(text, at, sign);
      word = (word ?? "") + unquoted(text.slice(at + 1, close), sign);
      at = close;
    } else if (sign === "\\") {
      at++;
      word = (word ?? "") + text.charAt(at);
    } else if (sign === "#" && word === undefined) break;
    else word = (word ?? "") + sign;
  }
  end();
  return words;
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === "\\" && quote === '"') at++;
    else if (text.charAt(at) === quote) return at;
  }
  return text.length;
}

function unquoted(text: string, quote: string): string {
  return quote === '"' ? text.replace(/\\(["\\$`])/g, "$1") : text;
}

/** Whether a statement can stand elsewhere, being no part of an `if`, a loop or a group. */
export function standsAlone(statement: string): boolean {
  return !/^(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|\{|\}|!)(?:\s|$)/.test(statement);
}

/** A word that means itself to a shell. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The arguments that are no options. Options that take a word for themselves have to be named. */
export function operands(args: readonly string[], withValue: ReadonlySet<string> = NONE_WITH_VALUE): string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (withValue.has(arg)) at++;
    else if (!arg.startsWith("-") || arg === "-") found.push(arg);
  }
  return found;
}

const NONE_WITH_VALUE: ReadonlySet<string> = new Set();
