/**
 * Where a shell command can be broken into lines (POSIX shell command language, 2.3 and 2.9): at operators that stand
 * outside quotes, parentheses and expansions. Nothing is judged: of text that is no shell at all one piece is made.
 */

export interface ShellPiece {
  /** Blanks outside quotes are one blank. Line breaks in it are those of quotes and here-documents. */
  readonly text: string;
  /** What stands between this and the next: an operator, the `in` of a `case`, the end of a line, or nothing. */
  readonly after: "&&" | "||" | "|" | ";" | ";;" | "in" | "\n" | "";
}

/** Here-documents after this many are left alone, so that looking for their ends stays cheap. */
const MOST_DOCUMENTS = 100;

export function splitShell(text: string): ShellPiece[] {
  return new Splitter(text).run();
}

/** A `case` between its `in` and its `esac`; `inside` is how deep in quotes and parentheses it stands. */
interface OpenCase {
  readonly inside: number;
  part: "subject" | "pattern" | "commands";
}

class Splitter {
  readonly #text: string;
  readonly #pieces: ShellPiece[] = [];
  #at = 0;
  #current = "";
  /** What closes the quotes, parentheses and expansions that are open. */
  readonly #closers: string[] = [];
  readonly #cases: OpenCase[] = [];
  readonly #documents: string[] = [];
  #documentsSeen = 0;
  /** A word here would be the name of a command or a keyword of the shell. */
  #atCommand = true;

  constructor(text: string) {
    this.#text = text.replaceAll("\r\n", "\n");
  }

  run(): ShellPiece[] {
    while (this.#at < this.#text.length) this.#step();
    this.#flush("");
    return this.#pieces;
  }

  #step(): void {
    const sign = this.#text.charAt(this.#at);
    if (sign === "\\") this.#escape();
    else if (this.#closers.at(-1) === '"') this.#quoted(sign);
    else if (sign === this.#closers.at(-1) && !(sign === ")" && this.#openCase()?.part === "pattern")) this.#close();
    else if (sign === " " || sign === "\t") this.#blank();
    else if (sign === "\n") this.#endLine();
    else if (sign === "#" && /^$|[\s;|&(]$/.test(this.#text.charAt(this.#at - 1))) {
      this.#take(lineEnd(this.#text, this.#at));
    } else if (sign === "'") this.#take(endOf(this.#text, this.#text.indexOf("'", this.#at + 1)));
    else if (sign === '"' || sign === "`") this.#open(sign, 1);
    else if (sign === "$" && this.#text.charAt(this.#at + 1) === "{") this.#open("}", 2);
    else if (sign === "(") this.#open(")", 1);
    else if (sign === ")") this.#endPattern();
    else if (sign === "<") this.#redirect();
    else if (sign === ";" || sign === "|" || sign === "&") this.#operator();
    else this.#word();
  }

  /** A backslash takes the next character with it; before the end of a line it is a blank. */
  #escape(): void {
    if (this.#text.charAt(this.#at + 1) === "\n") {
      this.#at += 2;
      this.#addBlank();
    } else this.#take(this.#at + 2);
  }

  #quoted(sign: string): void {
    const next = this.#text.charAt(this.#at + 1);
    if (sign === '"') this.#close();
    else if (sign === "`") this.#open("`", 1);
    else if (sign === "$" && next === "(") this.#open(")", 2);
    else if (sign === "$" && next === "{") this.#open("}", 2);
    else this.#take(this.#at + 1);
  }

  #close(): void {
    this.#closers.pop();
    this.#take(this.#at + 1);
  }

  #open(closer: string, length: number): void {
    this.#closers.push(closer);
    this.#take(this.#at + length);
    this.#atCommand = closer === ")" || closer === "`";
  }

  /** Outside of parentheses it ends the pattern of a `case`. */
  #endPattern(): void {
    const open = this.#openCase();
    this.#take(this.#at + 1);
    if (open?.part !== "pattern") return;
    open.part = "commands";
    this.#atCommand = true;
  }

  #endLine(): void {
    this.#at++;
    if (this.#documents.length > 0) {
      for (const end of this.#documents.splice(0)) this.#takeDocument(end);
    }
    if (this.#canBreak()) this.#flush("\n");
    else if (this.#closers.length > 0) this.#current += "\n";
    else this.#addBlank();
    this.#atCommand = true;
  }

  #blank(): void {
    while (this.#text.charAt(this.#at) === " " || this.#text.charAt(this.#at) === "\t") this.#at++;
    this.#addBlank();
  }

  /** Looks for the beginning of a here-document: `<<EOF`, `<<-"EOF"`, but neither `<<<` nor a shift of numbers. */
  #redirect(): void {
    const found = /^<<-?[ \t]*(?:'([^'\n]{1,80})'|"([^"\n]{1,80})"|\\?([A-Za-z_][\w.-]{0,80}))/.exec(
      this.#text.slice(this.#at, this.#at + 100),
    );
    if (found && this.#documentsSeen < MOST_DOCUMENTS) {
      this.#documentsSeen++;
      this.#documents.push(found[1] ?? found[2] ?? found[3] ?? "");
      this.#take(this.#at + found[0].length);
    } else this.#take(this.#at + (this.#text.startsWith("<<<", this.#at) ? 3 : 1));
  }

  /** Takes the lines of a here-document as they are; without its end there is none. */
  #takeDocument(end: string): void {
    const text = this.#text;
    for (let from = this.#at; from < text.length; from = lineEnd(text, from) + 1) {
      if (text.slice(from, lineEnd(text, from)).trim() !== end) continue;
      const to = lineEnd(text, from);
      this.#current += `\n${text.slice(this.#at, to)}`;
      this.#at = to + 1;
      return;
    }
  }

  #operator(): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    const open = this.#openCase();
    const ending = /^(?:;;&|;;|;&)/.exec(rest)?.[0];
    if (ending !== undefined && open) {
      open.part = "pattern";
      if (this.#isOuterCase(open)) this.#breakAt(ending, ";;");
      else this.#take(this.#at + ending.length);
      return;
    }
    const operator = /^(?:&&|\|\||\|&?|;)/.exec(rest)?.[0];
    const isRedirect = rest.charAt(0) === "|" && this.#text.charAt(this.#at - 1) === ">";
    if (operator !== undefined && !isRedirect && this.#canBreak()) {
      this.#breakAt(operator, operator === "|&" ? "|" : (operator as ShellPiece["after"]));
      return;
    }
    this.#take(this.#at + (operator?.length ?? 1));
    this.#atCommand = operator !== undefined && open?.part !== "pattern";
  }

  #breakAt(operator: string, after: ShellPiece["after"]): void {
    this.#at += operator.length;
    this.#flush(after);
  }

  /** Of keywords only those of `case` matter: its patterns have a parenthesis that nothing opens. */
  #word(): void {
    const start = this.#at;
    const text = this.#text;
    let end = start + 1;
    while (end < text.length && !BREAKS.has(text.charAt(end))) end++;
    const word = text.slice(start, end);
    const wasAtCommand = this.#atCommand;
    this.#take(end);
    const open = this.#openCase();
    if (word === "in" && open?.part === "subject") {
      open.part = "pattern";
      if (this.#isOuterCase(open)) this.#flush("in");
    } else if (word === "esac" && open && (open.part === "pattern" || wasAtCommand)) {
      this.#cases.pop();
    } else if (wasAtCommand && word === "case") {
      this.#cases.push({ inside: this.#closers.length, part: "subject" });
    }
    this.#atCommand = wasAtCommand && LEADING.has(word);
  }

  /** The innermost `case`, when what is read now belongs to it and not to quotes or parentheses within. */
  #openCase(): OpenCase | undefined {
    const open = this.#cases.at(-1);
    return open?.inside === this.#closers.length ? open : undefined;
  }

  #isOuterCase(open: OpenCase): boolean {
    return this.#cases.length === 1 && open.inside === 0;
  }

  #canBreak(): boolean {
    return this.#closers.length === 0 && this.#cases.length === 0;
  }

  #take(end: number): void {
    this.#current += this.#text.slice(this.#at, end);
    this.#at = end;
    this.#atCommand = false;
  }

  #addBlank(): void {
    if (this.#current !== "" && !this.#current.endsWith(" ")) this.#current += " ";
  }

  #flush(after: ShellPiece["after"]): void {
    const text = this.#current.trim();
    this.#current = "";
    this.#atCommand = true;
    if (text !== "") this.#pieces.push({ text, after });
    else if (after !== "" && after !== "\n" && this.#pieces.length > 0) this.#amend(after);
  }

  /** An operator at the beginning of a line belongs to the command above. */
  #amend(after: ShellPiece["after"]): void {
    const last = this.#pieces.pop();
    if (last) this.#pieces.push({ text: last.text, after });
  }
}

const BREAKS = new Set([..." \t\n;|&()<>}\"'`$\\"]);
const LEADING = new Set(["then", "do", "else", "elif", "if", "while", "until", "!", "{"]);

function endOf(text: string, found: number): number {
  return found < 0 ? text.length : found + 1;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
