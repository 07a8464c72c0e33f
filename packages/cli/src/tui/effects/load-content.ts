/** Reads the content of one file for the preview and the file view. */
import type { LayerscopeError } from "@layerscope/core";

/** The content of a path as of a layer, or as much of it as is shown. */
export interface LoadedContent {
  readonly node: number;
  readonly layer: number;
  /** The first bytes of the file. */
  readonly bytes: Uint8Array;
  /** Size of the whole file, in bytes. */
  readonly size: number;
  /** Why there is nothing to show. */
  readonly error: LayerscopeError | undefined;
}
