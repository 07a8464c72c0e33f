/** What an image is compared with to tell how much it grew. */
import type { BaseLayers } from "../metrics/base-layers.ts";

/** The bytes of one regular file in one layer. */
export interface BaselineFile {
  /** As bytes without the leading slash. */
  readonly path: Uint8Array;
  readonly layer: number;
  readonly bytes: number;
}

export interface Baseline {
  /** What it is called in messages: the file or the reference; not escaped. */
  readonly name: string;
  /** Which of its layers are its base image's. */
  readonly base: BaseLayers;
  /** `storedBytes` of each layer, oldest first. */
  readonly layers: readonly number[];
  /** All stored files; undefined when the report was saved without its lists of files. */
  readonly files: (() => Iterable<BaselineFile>) | undefined;
  /** Whether all of it was read; else nothing can be said about growth. */
  readonly complete: boolean;
}
