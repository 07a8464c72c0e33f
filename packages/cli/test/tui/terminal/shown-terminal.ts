/** A terminal without a window, for a screen to write to. */
import headless from "@xterm/headless";
import { Screen, type ScreenOutput } from "../../../src/tui/terminal/screen.ts";

export class ShownTerminal implements ScreenOutput {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  /** All that was written, one write after the other. */
  readonly writes: string[] = [];
  /** Whether it can take more. */
  isReady = true;
  #onDrain: () => void = () => {};

  constructor(columns: number, rows: number) {
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });
    // Automatic wrapping off, as it is while the view is up.
    this.#terminal.write("\x1b[?7l");
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  write(text: string): boolean {
    this.writes.push(text);
    this.#terminal.write(text);
    return this.isReady;
  }

  once(_event: "drain", listener: () => void): void {
    this.#onDrain = listener;
  }

  drain(): void {
    this.isReady = true;
    this.#onDrain();
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** As if another program had written. */
  scribble(text: string): void {
    this.#terminal.write(text);
  }

  /** What the rows show, without the blanks at their ends. */
  async shown(): Promise<string[]> {
    await this.#settled();
    return Array.from({ length: this.rows }, (_, row) => this.#line(row)?.translateToString(true).trimEnd() ?? "");
  }

  /** Whether a cell has the colours and attributes that one has which nothing was ever said of. */
  async isPlain(x: number, y: number): Promise<boolean> {
    await this.#settled();
    const cell = this.#line(y)?.getCell(x);
    return cell?.isAttributeDefault() === true;
  }

  /** Lines that were scrolled out at the top. */
  get scrolledOut(): number {
    return this.#terminal.buffer.active.baseY;
  }

  #line(row: number): headless.IBufferLine | undefined {
    const { active } = this.#terminal.buffer;
    return active.getLine(active.baseY + row);
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }
}

export function openScreen(columns = 40, rows = 6): { screen: Screen; terminal: ShownTerminal } {
  const terminal = new ShownTerminal(columns, rows);
  return { terminal, screen: new Screen(terminal) };
}
