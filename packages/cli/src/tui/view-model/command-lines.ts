/** A build command in lines that can be read: broken where the shell goes on to the next command. */
import { parseCommand, type ShellPiece, splitShell } from "@layerscope/core";

export interface CommandLine {
  /** Not escaped. */
  readonly text: string;
  /** Steps of indentation. */
  readonly indent: number;
}

/** Longer commands are cut here, in UTF-16 units; no person reads so far. */
const LONGEST = 100_000;
const DEEPEST = 8;
/** So many braces that open one after the other get lines of their own. */
const MOST_SPLITS = 8;

/** The whole command of a history step; a very long one is cut and says so. Build arguments and flags are left out. */
export function commandLines(createdBy: string): readonly CommandLine[] {
  const { keyword, body } = parseCommand(createdBy);
  const cut = body.slice(0, LONGEST);
  const lines = keyword === "RUN" ? layOut(splitShell(cut)) : cut.split("\n").map((text) => verbatim(text, 0));
  const [first, ...rest] = lines;
  const all: CommandLine[] = [{ text: [keyword, first?.text].filter(Boolean).join(" "), indent: 0 }, ...rest];
  const more = body.length - cut.length;
  if (more > 0) all.push({ text: `… and ${more.toLocaleString("en")} more characters`, indent: 0 });
  return all;
}

const OPENERS = new Set(["if", "for", "while", "until", "select", "case", "{"]);
const CLOSERS = new Set(["fi", "done", "esac", "}"]);
/** What follows these on the same line goes to a line of its own. */
const ALONE = /^(else|\{|[\w.-]{1,80} ?\(\) ?\{) (.*)$/s;

function layOut(pieces: readonly ShellPiece[]): CommandLine[] {
  const layout = new Layout();
  let before: ShellPiece["after"] = "";
  for (const { text, after } of pieces) {
    layout.add(text, before);
    layout.end(after);
    before = after;
  }
  return layout.lines;
}

class Layout {
  readonly lines: CommandLine[] = [];
  #depth = 0;

  add(text: string, before: ShellPiece["after"]): void {
    const [first = "", ...rest] = text.split("\n");
    let head = first;
    const word = firstWord(head);
    if ((word === "then" || word === "do") && this.lines.length > 0) {
      this.#amend((last) => `${last} ${word}`);
      head = head.slice(word.length).trimStart();
    }
    const isOperator = before === "&&" || before === "||" || before === "|";
    this.#statement(head, isOperator ? `${before} ` : "", before === "|" ? 1 : 0);
    for (const line of rest) this.lines.push(verbatim(line, 1));
  }

  /** Puts what ended a piece after it. */
  end(after: ShellPiece["after"]): void {
    if (after === ";") this.#amend((last) => `${last};`);
    if (after === ";;") this.#amend((last) => `${last} ;;`);
  }

  #statement(text: string, prefix: string, deeper: number, splits = MOST_SPLITS): void {
    if (text === "") return;
    const [, alone, rest] = (splits > 0 && ALONE.exec(text)) || [];
    const head = alone ?? text;
    const word = head.endsWith("{") ? "{" : firstWord(head);
    if (CLOSERS.has(word)) this.#depth = Math.max(0, this.#depth - 1);
    const back = word === "else" || word === "elif" ? 1 : 0;
    const indent = 1 + Math.max(0, this.#depth - back) + deeper;
    this.lines.push({ text: `${prefix}${head}`, indent: Math.min(DEEPEST, indent) });
    if (OPENERS.has(word)) this.#depth++;
    if (rest !== undefined) this.#statement(rest, "", 0, splits - 1);
  }

  #amend(change: (text: string) => string): void {
    const last = this.lines.pop();
    if (last) this.lines.push({ ...last, text: change(last.text) });
  }
}

function firstWord(text: string): string {
  return /^[a-z{}]{1,8}(?=\s|$)/.exec(text)?.[0] ?? "";
}

/** A line of a here-document or of a quoted text: its own indentation means something. */
function verbatim(text: string, indent: number): CommandLine {
  return { text: text.replaceAll("\t", "  ").trimEnd(), indent };
}
