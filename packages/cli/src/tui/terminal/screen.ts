/** The only writer to the terminal while the view is up. */
import { Writable } from "node:stream";
import { type CutRow, cutRow } from "./cut-row.ts";

/** What the screen writes to. */
export interface ScreenOutput {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** False when it is behind, and nothing more should be written until it has drained. */
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
}

/** Where rows stand, in cells from 0. What has a higher level lies over what has a lower one; without one it is 0. */
export interface RegionArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly level?: number;
}

interface Region {
  area: RegionArea;
  rows: readonly string[];
}

/** A stretch of one row of the screen, and whose it is; without a region it is the frame's. */
interface Part {
  readonly region: Region | undefined;
  readonly x: number;
  readonly width: number;
  /** Cells of the region that lie to the left of the screen. */
  readonly hidden: number;
  /** Which of the region's rows. */
  readonly row: number;
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";
const RESET = "\x1b[0m";
/** Ink writes nothing, or shows the cursor, when it is done. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is written
const NO_FRAME = /^(?:\x1b\[\?25[hl])?$/;

/**
 * Takes whole frames from Ink (in its debug mode) and rows of regions, which lie over the frame, and paints what differs
 * from what is on the screen: row by row, at absolute positions, in one write, without ever clearing. Regions are opaque
 * and their rows need no padding. Expects automatic wrapping to be off.
 */
export class Screen extends Writable {
  readonly isTTY = true;
  /** How many times something was painted, and bytes written for it. */
  paints = 0;
  bytes = 0;
  readonly #output: ScreenOutput;
  readonly #regions = new Map<string, Region>();
  #frame: readonly string[] = [];
  #size: readonly [columns: number, rows: number];
  /** What each row of the screen is made of, from the bottom to the top; made anew after `#isPlanned` is unset. */
  #plan: readonly (readonly Part[])[] = [];
  #isPlanned = false;
  /** The texts of the parts that are on the screen; undefined for a row of which nothing is known. */
  #shown: (readonly string[] | undefined)[] = [];
  #mustClear = false;
  #isPaused = false;
  #isBehind = false;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(output: ScreenOutput) {
    super({ decodeStrings: false });
    this.#output = output;
    this.#size = [this.columns, this.rows];
  }

  get columns(): number {
    return this.#output.columns || DEFAULT_COLUMNS;
  }

  get rows(): number {
    return this.#output.rows || DEFAULT_ROWS;
  }

  /** Puts rows into an area, in place of those the region had before. What the rows leave free is blank. */
  setRegion(id: string, area: RegionArea, rows: readonly string[]): void {
    const region = this.#regions.get(id);
    if (region === undefined) this.#regions.set(id, { area, rows });
    else {
      if (!isSameArea(region.area, area)) this.#isPlanned = false;
      region.area = area;
      region.rows = rows;
    }
    if (region === undefined) this.#isPlanned = false;
    this.#schedule();
  }

  /** Takes a region away; what lies below it can be seen again. */
  removeRegion(id: string): void {
    if (!this.#regions.delete(id)) return;
    this.#isPlanned = false;
    this.#schedule();
  }

  /** Clears the terminal and paints everything: after its size has changed, of which Ink is told, or somebody else wrote to it. */
  repaint(): void {
    this.#shown = [];
    this.#mustClear = true;
    this.#isPlanned = false;
    const [columns, rows] = this.#size;
    this.#size = [this.columns, this.rows];
    if (columns !== this.columns || rows !== this.rows) this.emit("resize");
    this.#schedule();
  }

  /** Another program has the terminal: paints nothing until `resume`. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Paints everything anew. */
  resume(): void {
    this.#isPaused = false;
    this.repaint();
  }

  /** Paints at once what would be painted in a moment. */
  flushNow(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#isPaused || this.#isBehind) return;
    if (!this.#isPlanned) this.#makePlan();
    let text = this.#mustClear ? `${RESET}\x1b[2J` : "";
    this.#mustClear = false;
    for (let row = 0; row < this.#plan.length; row++) text += this.#paintRow(row);
    if (text === "") return;
    this.paints++;
    this.bytes += BEGIN.length + Buffer.byteLength(text) + END.length;
    if (this.#output.write(BEGIN + text + END)) return;
    // Frames would queue up; the newest is painted when there is room again.
    this.#isBehind = true;
    this.#output.once("drain", () => {
      this.#isBehind = false;
      this.#schedule();
    });
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    if (!NO_FRAME.test(chunk)) {
      this.#frame = chunk.split("\n");
      this.#schedule();
    }
    done();
  }

  #schedule(): void {
    if (this.#isPaused || this.#isBehind) return;
    this.#scheduled ??= setImmediate(() => this.flushNow());
  }

  #makePlan(): void {
    const before = this.#plan;
    const regions = [...this.#regions.values()].sort(
      (a, b) => (a.area.level ?? 0) - (b.area.level ?? 0) || a.area.x - b.area.x,
    );
    this.#plan = Array.from({ length: this.rows }, (_, row) => this.#partsOf(row, regions));
    for (const [row, parts] of this.#plan.entries()) {
      if (!isSameRow(parts, before[row])) this.#shown[row] = undefined;
    }
    this.#isPlanned = true;
  }

  /** The parts of a row that can be seen. */
  #partsOf(row: number, regions: readonly Region[]): Part[] {
    const parts: Part[] = [{ region: undefined, x: 0, width: this.columns, hidden: 0, row }];
    for (const region of regions) {
      const { x, y, width, height } = region.area;
      const start = Math.max(0, x);
      const end = Math.min(this.columns, x + width);
      if (row < y || row >= y + height || end <= start) continue;
      parts.push({ region, x: start, width: end - start, hidden: start - x, row: row - y });
    }
    return parts.filter((part, index) => !isCovered(part, parts.slice(index + 1)));
  }

  #paintRow(row: number): string {
    const parts = this.#plan[row] ?? [];
    const shown = this.#shown[row];
    const texts = parts.map((part) => (part.region ? part.region.rows : this.#frame)[part.row] ?? "");
    const changed = new Map<Part, CutRow>();
    for (const [index, part] of parts.entries()) {
      const text = texts[index] ?? "";
      if (shown?.[index] === text && !someOverlaps(changed.keys(), part)) continue;
      changed.set(part, cutRow(text, part.hidden, part.width));
    }
    if (changed.size === 0) return "";
    this.#shown[row] = texts;
    // What may be wider than it should be may spill over into its neighbours, which are painted after it.
    const isCertain = [...changed.values()].every((cut) => cut.certain);
    let painted = "";
    for (const [index, part] of parts.entries()) {
      const cut = changed.get(part) ?? (isCertain ? undefined : cutRow(texts[index] ?? "", part.hidden, part.width));
      if (cut !== undefined) painted += this.#paintPart(row, part, cut);
    }
    return painted;
  }

  #paintPart(row: number, { x, width }: Part, { text, cells, certain }: CutRow): string {
    const isFull = certain && cells === width;
    const erase = isFull ? "" : x + width >= this.columns ? "\x1b[K" : `\x1b[${width}X`;
    return `\x1b[${row + 1};${x + 1}H${erase}${text}${text.includes("\x1b") ? RESET : ""}`;
  }
}

function isSameArea(a: RegionArea, b: RegionArea): boolean {
  return (
    a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height && (a.level ?? 0) === (b.level ?? 0)
  );
}

function isSameRow(parts: readonly Part[], others: readonly Part[] | undefined): boolean {
  return parts.length === others?.length && parts.every((part, index) => isSamePart(part, others[index]));
}

/** Whether the same text would look the same: it does not matter whose it is. */
function isSamePart(a: Part, b: Part | undefined): boolean {
  return a.x === b?.x && a.width === b.width && a.hidden === b.hidden;
}

function someOverlaps(others: Iterable<Part>, part: Part): boolean {
  for (const other of others) {
    if (other.x < part.x + part.width && part.x < other.x + other.width) return true;
  }
  return false;
}

/** Whether all of a part lies below others. */
function isCovered(part: Part, above: readonly Part[]): boolean {
  let free = part.x;
  for (const other of [...above].sort((a, b) => a.x - b.x)) {
    if (other.x > free) return false;
    free = Math.max(free, other.x + other.width);
  }
  return free >= part.x + part.width;
}
