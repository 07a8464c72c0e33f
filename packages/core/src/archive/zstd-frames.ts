/**
 * Finds where the frames of a zstd stream begin and end, from headers alone (RFC 8878 §3.1).
 *
 * Layers made as zstd:chunked have many frames and skippable frames between and behind them. Node's own decoder stops
 * silently after the first frame before Node 26, and the WebAssembly one never returns from trailing bytes; fed exactly
 * one frame at a time, both are right.
 */
import { LayerscopeError } from "../model/errors.ts";
import { TrailingBytesError } from "./trailing-bytes.ts";

export interface FrameSlice {
  readonly bytes: Uint8Array;
  /** Whether the frame is complete with these bytes. */
  readonly last: boolean;
}

type Part = "magic" | "descriptor" | "header" | "block" | "skip-size" | "body" | "skip";

const ZSTD_MAGIC = 0xfd2fb528;

export class ZstdFrameSplitter {
  #part: Part = "magic";
  /** Header bytes being collected, at most 14. */
  readonly #header = new Uint8Array(16);
  #filled = 0;
  #wanted = 4;
  /** Bytes left to pass over. */
  #skip = 0;
  #lastBlock = false;
  #checksum = false;
  #position = 0;
  /** Frames that are complete. */
  #frames = 0;

  /** Bytes behind a frame, fewer than four, that do not begin another. */
  get trailing(): number {
    const isTail = this.#part === "magic" && this.#frames > 0;
    return isTail && !mayBeginFrame(this.#header.subarray(0, this.#filled)) ? this.#filled : 0;
  }

  /** Whether the input may end here. */
  get complete(): boolean {
    return this.#part === "magic" && this.#filled === 0;
  }

  get position(): number {
    return this.#position;
  }

  /**
   * Splits a chunk. Slices share its memory, and skippable frames are left out; a header that lies across two chunks
   * comes as a slice of its own.
   * @throws LayerscopeError `corrupt` with the offset in the compressed data
   */
  *push(chunk: Uint8Array): Generator<FrameSlice> {
    let start = 0;
    let cursor = 0;
    while (cursor < chunk.length) {
      if (this.#skip > 0) {
        const take = Math.min(this.#skip, chunk.length - cursor);
        this.#skip -= take;
        cursor += take;
        this.#position += take;
        if (this.#skip > 0) continue;
        if (this.#part === "skip") {
          start = cursor;
          this.#expect("magic", 4);
        } else if (this.#part === "body" && this.#lastBlock) {
          yield { bytes: chunk.subarray(start, cursor), last: true };
          start = cursor;
          this.#expect("magic", 4);
        } else {
          this.#expect("block", 3);
        }
        continue;
      }
      const take = Math.min(this.#wanted - this.#filled, chunk.length - cursor);
      this.#header.set(chunk.subarray(cursor, cursor + take), this.#filled);
      this.#filled += take;
      cursor += take;
      this.#position += take;
      if (this.#filled < this.#wanted) continue;
      const skippable = this.#parse();
      if (skippable) {
        // The magic number and the size of a skippable frame are not passed on; they may lie in an earlier chunk.
        start = cursor;
      } else if (this.#part === "descriptor" && cursor < 4 && start === 0) {
        // The magic number began in an earlier chunk, which held it back: pass it on now.
        yield { bytes: this.#header.slice(0, 4), last: false };
        start = cursor;
      }
      if (this.#part === "skip" && this.#skip === 0) {
        start = cursor;
        this.#expect("magic", 4);
      } else if (this.#part === "body" && this.#skip === 0) {
        if (this.#lastBlock) {
          yield { bytes: chunk.subarray(start, cursor), last: true };
          start = cursor;
          this.#expect("magic", 4);
        } else this.#expect("block", 3);
      }
    }
    // A magic number that is not complete yet is held back: it may turn out to open a skippable frame.
    const held = this.#part === "magic" || this.#part === "skip-size" || this.#part === "skip";
    if (!held && cursor > start) yield { bytes: chunk.subarray(start, cursor), last: false };
  }

  #expect(part: Part, bytes: number): void {
    if (part === "magic") this.#frames++;
    this.#part = part;
    this.#wanted = bytes;
    this.#filled = 0;
  }

  /** Reads the header part that is complete. @returns whether it belongs to a skippable frame. */
  #parse(): boolean {
    const header = this.#header;
    switch (this.#part) {
      case "magic": {
        const magic = read32(header, 0);
        if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
          this.#expect("skip-size", 4);
          return true;
        }
        if (magic !== ZSTD_MAGIC) {
          if (this.#frames > 0) throw new TrailingBytesError(this.#position - 4);
          throw new LayerscopeError("corrupt", `not a zstd frame at byte ${this.#position - 4}`, {
            where: { offset: this.#position - 4 },
          });
        }
        this.#part = "descriptor";
        this.#wanted = 5;
        return false;
      }
      case "descriptor": {
        const descriptor = header[4] as number;
        const singleSegment = (descriptor >> 5) & 1;
        const contentSizeFlag = descriptor >> 6;
        const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
        const contentSize = contentSizeFlag === 0 ? singleSegment : 1 << contentSizeFlag;
        this.#checksum = (descriptor & 4) !== 0;
        const rest = (singleSegment ? 0 : 1) + dictionary + contentSize;
        if (rest === 0) this.#expect("block", 3);
        else this.#expect("header", rest);
        return false;
      }
      case "header":
        this.#expect("block", 3);
        return false;
      case "block": {
        const word = (header[0] as number) | ((header[1] as number) << 8) | ((header[2] as number) << 16);
        this.#lastBlock = (word & 1) === 1;
        const type = (word >> 1) & 3;
        if (type === 3) {
          throw new LayerscopeError("corrupt", `a reserved zstd block type at byte ${this.#position - 3}`, {
            where: { offset: this.#position - 3 },
          });
        }
        this.#skip = (type === 1 ? 1 : word >> 3) + (this.#lastBlock && this.#checksum ? 4 : 0);
        this.#part = "body";
        return false;
      }
      default:
        this.#skip = read32(header, 0);
        this.#part = "skip";
        return true;
    }
  }
}

/** Whether these are the first bytes of a frame, or of a skippable one. */
function mayBeginFrame(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  const magic = (first & 0xf0) === 0x50 ? [first, 0x2a, 0x4d, 0x18] : [0x28, 0xb5, 0x2f, 0xfd];
  return bytes.every((byte, index) => byte === magic[index]);
}

function read32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) |
      ((bytes[offset + 1] as number) << 8) |
      ((bytes[offset + 2] as number) << 16) |
      ((bytes[offset + 3] as number) << 24)) >>>
    0
  );
}
