// A terminal without a window: a program runs on it, keys go in, and what it shows can be asked cell by cell.

import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import xterm from "@xterm/headless";

const PSEUDO_TERMINAL = fileURLToPath(new URL("pseudo-terminal.py", import.meta.url));
const PATIENCE = 20_000;
/** So long must nothing change for a screen to count as finished, in milliseconds. */
const SETTLED = 300;

export class VirtualTerminal {
  #child;
  #terminal;
  #lastWrite = performance.now();
  #ended = false;

  constructor(command, { columns, rows, env = {}, cwd }) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
    const { NO_COLOR, FORCE_COLOR, CI, ...inherited } = process.env;
    this.#child = spawn("python3", [PSEUDO_TERMINAL, String(columns), String(rows), ...command], {
      cwd,
      env: { ...inherited, TERM: "xterm-256color", COLORTERM: "truecolor", LC_ALL: "C.UTF-8", ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout.on("data", (data) => {
      this.#lastWrite = performance.now();
      this.#terminal.write(data);
    });
    this.#child.on("close", () => {
      this.#ended = true;
    });
    // Answers to what programs ask terminals.
    this.#terminal.onData((answer) => this.type(answer));
  }

  type(text) {
    if (!this.#ended) this.#child.stdin.write(text);
  }

  /** Waits until the screen has the text and nothing changes any more. */
  async settled(text) {
    const end = performance.now() + PATIENCE;
    while (performance.now() - this.#lastWrite < SETTLED || !this.text().includes(text)) {
      if (performance.now() > end || this.#ended) throw new Error(`no "${text}" on the screen:\n${this.text()}`);
      await sleep(20);
    }
  }

  text() {
    return this.#lines()
      .map((line) => line.translateToString(true))
      .join("\n");
  }

  /** The rows of the screen as rows of cells. */
  cells() {
    return this.#lines().map((line) => {
      const row = [];
      for (let x = 0; x < this.#terminal.cols; x++) {
        const cell = line.getCell(x);
        // The right half of a wide character.
        if (cell === undefined || cell.getWidth() === 0) continue;
        row.push({
          x,
          width: cell.getWidth(),
          text: cell.getChars() || " ",
          foreground: colorOf(cell, "Fg"),
          background: colorOf(cell, "Bg"),
          bold: cell.isBold() !== 0,
          dim: cell.isDim() !== 0,
          italic: cell.isItalic() !== 0,
          underline: cell.isUnderline() !== 0,
          inverse: cell.isInverse() !== 0,
        });
      }
      return row;
    });
  }

  close() {
    this.#child.stdin.end();
    this.#terminal.dispose();
  }

  #lines() {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, y) => active.getLine(active.baseY + y)).filter(
      (line) => line !== undefined,
    );
  }
}

/** `undefined` for the terminal's own colour, a number of the palette, or `#rrggbb`. */
function colorOf(cell, which) {
  if (cell[`is${which}Default`]()) return undefined;
  const color = cell[`get${which}Color`]();
  return cell[`is${which}RGB`]() ? `#${color.toString(16).padStart(6, "0")}` : color;
}
