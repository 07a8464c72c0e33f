/** A file's content while it passes by, kept for as long as it takes to look into it. */
import { closeSync } from "node:fs";
import { OpenFile } from "../source/open-file.ts";
import { openTemporaryFile, writeAll } from "../source/temporary-file.ts";
import { BytesInMemory, BytesInRange, type FileBytes } from "./file-inspector.ts";

/** Most files that are looked into are far smaller. What is larger is kept in a temporary file, so as to take no memory. */
const MOST_IN_MEMORY = 16 * 1024 * 1024;
const SMALLEST_MEMORY = 64 * 1024;

/** One after another, the files that are wanted of one layer. */
export class PassingFile {
  /** For one file after the other, as large as the largest so far. */
  #memory: Uint8Array = new Uint8Array(0);
  #length = 0;
  #fd: number | undefined;
  #isLost = false;

  /** Begins with a file of so many bytes; what there was of the one before is gone. */
  begin(size: number): void {
    this.drop();
    this.#length = 0;
    this.#isLost = false;
    if (size <= MOST_IN_MEMORY) {
      this.#makeRoom(size);
      return;
    }
    this.#orLose(() => {
      this.#fd = openTemporaryFile();
    });
  }

  /** Takes the next piece of the content. */
  add(piece: Uint8Array): void {
    const fd = this.#fd;
    if (fd !== undefined) this.#orLose(() => writeAll(fd, piece));
    else if (!this.#isLost) this.#memory.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** The whole content, until the next file begins; undefined when there is no room for temporary files. */
  get bytes(): FileBytes | undefined {
    if (this.#isLost) return undefined;
    if (this.#fd === undefined) return new BytesInMemory(this.#memory.subarray(0, this.#length));
    return new BytesInRange(OpenFile.fromDescriptor("a temporary file", this.#fd).range());
  }

  /** Gives back the room that the present file takes outside of memory. */
  drop(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #makeRoom(size: number): void {
    let room = Math.max(this.#memory.length, SMALLEST_MEMORY);
    while (room < size) room *= 2;
    if (room > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(room);
  }

  /** A disk that is full costs what is in this one file, and nothing else. */
  #orLose(write: () => void): void {
    try {
      write();
    } catch {
      this.drop();
      this.#isLost = true;
    }
  }
}
