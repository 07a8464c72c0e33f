/** One line on standard error that says how far a scan is; only on a terminal, and only when it takes a while. */
import type { ScanProgress } from "@layerscope/core";
import { formatBytes, type Units } from "./bytes.ts";

/** Before this many milliseconds nobody wants to know. */
const QUIET_FOR = 500;
const EVERY = 100;

export class ProgressLine implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #units: Units;
  readonly #enabled: boolean;
  #next = performance.now() + QUIET_FOR;
  #shown = false;

  constructor(stream: NodeJS.WriteStream, units: Units, quiet: boolean) {
    this.#stream = stream;
    this.#units = units;
    this.#enabled = !quiet && stream.isTTY;
  }

  /** Shows how far a scan is. */
  readonly update = (progress: ScanProgress): void => {
    if (!this.#enabled || performance.now() < this.#next) return;
    const { phase, bytes, totalBytes, layers, totalLayers } = progress;
    const done = formatBytes(bytes, this.#units);
    // What an engine says of its image is not exactly what it sends.
    const size =
      totalBytes === undefined || bytes > totalBytes ? done : `${done} of ${formatBytes(totalBytes, this.#units)}`;
    const count = totalLayers === undefined ? "" : `, layer ${Math.min(layers + 1, totalLayers)} of ${totalLayers}`;
    this.show(phase === "comparing" ? "Comparing file contents" : `Reading ${size}${count}`);
  };

  /** Shows how much of a pipe has come. */
  readonly updateSpooled = (bytes: number): void => {
    if (this.#enabled && performance.now() >= this.#next) this.show(`Reading ${formatBytes(bytes, this.#units)}`);
  };

  /** Shows any text, not more often than the eye can follow. */
  show(text: string): void {
    if (!this.#enabled || performance.now() < this.#next) return;
    this.#next = performance.now() + EVERY;
    this.#shown = true;
    this.#stream.write(`\r\x1b[2K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  clear(): void {
    if (this.#shown) this.#stream.write("\r\x1b[2K");
    this.#shown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
