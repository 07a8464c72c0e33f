/** A content as text in lines. Indexed once, then every line is a slice. */
import type { LoadedContent } from "../../effects/load-content.ts";

/** Text whose lines can be asked for by number; what search works on. */
export interface LinedText {
  readonly text: string;
  readonly count: number;
  /** Offset in `text` of the first character of a line. */
  startOf(line: number): number;
  /** The line that an offset lies in. */
  lineAt(offset: number): number;
}

export class Lines implements LinedText {
  readonly text: string;
  readonly count: number;
  /** Whether every line ends in a carriage return and a newline, and neither is part of the line. */
  readonly crlf: boolean;
  readonly endsWithNewline: boolean;
  readonly #starts: Uint32Array;

  /** @param showsReturns whether carriage returns are part of the lines in any case */
  constructor(text: string, showsReturns = false) {
    this.text = text;
    const { starts, ends, carriageReturns } = findLines(text);
    this.#starts = starts;
    this.count = starts.length;
    this.endsWithNewline = text.endsWith("\n");
    this.crlf = !showsReturns && ends > 0 && carriageReturns === ends;
  }

  startOf(line: number): number {
    return this.#starts[line] ?? this.text.length;
  }

  /** Offset behind the last character of a line, its end not counted. */
  endOf(line: number): number {
    const end = this.rawEndOf(line);
    if (end === this.startOf(line) || this.text.charCodeAt(end - 1) !== NEWLINE) return end;
    return this.crlf ? end - 2 : end - 1;
  }

  /** Offset behind a line, its end included. */
  rawEndOf(line: number): number {
    return this.#starts[line + 1] ?? this.text.length;
  }

  line(line: number): string {
    return this.text.slice(this.startOf(line), this.endOf(line));
  }

  lineAt(offset: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const NEWLINE = 10;
const RETURN = 13;

function findLines(text: string): { starts: Uint32Array; ends: number; carriageReturns: number } {
  let starts = new Uint32Array(1024);
  let count = 0;
  let ends = 0;
  let carriageReturns = 0;
  for (let at = 0; at < text.length; ) {
    if (count === starts.length) {
      const larger = new Uint32Array(count * 2);
      larger.set(starts);
      starts = larger;
    }
    starts[count++] = at;
    const end = text.indexOf("\n", at);
    if (end < 0) break;
    ends++;
    if (end > at && text.charCodeAt(end - 1) === RETURN) carriageReturns++;
    at = end + 1;
  }
  return { starts: starts.slice(0, count), ends, carriageReturns };
}

const known = new WeakMap<LoadedContent, Lines>();

/** The lines of a content. Bytes that are not UTF-8 become U+FFFD; a character that the limit cuts is left out. */
export function linesOf(content: LoadedContent): Lines {
  let lines = known.get(content);
  if (!lines) {
    const cut = content.bytes.length < content.size;
    lines = new Lines(new TextDecoder("utf-8", { ignoreBOM: true }).decode(content.bytes, { stream: cut }));
    known.set(content, lines);
  }
  return lines;
}

const SAMPLE = 32 * 1024;
const binaries = new WeakMap<LoadedContent, boolean>();

/** Whether a content is better shown as bytes: it has a NUL, or much that is neither text nor a colour sequence. */
export function isBinary(content: LoadedContent): boolean {
  let binary = binaries.get(content);
  if (binary === undefined) {
    binary = looksBinary(content.bytes.subarray(0, SAMPLE));
    binaries.set(content, binary);
  }
  return binary;
}

const MOST_CONTROLS = 0.1;
const MOST_INVALID = 0.3;

function looksBinary(sample: Uint8Array): boolean {
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return true;
    // Backspace, tab, line ends, form feed and escape stand in texts, too.
    if (byte < 0x20 && !(byte >= 8 && byte <= 13) && byte !== 0x1b) controls++;
  }
  if (controls > sample.length * MOST_CONTROLS) return true;
  const text = new TextDecoder().decode(sample);
  let invalid = 0;
  for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) invalid++;
  return invalid > text.length * MOST_INVALID;
}
