/** Reads the content of one file for the preview and the file view. */
import { LayerscopeError, readFile, type ScannedImage, snapshotView } from "@layerscope/core";

/** Bytes that the preview needs of a file. */
export const PREVIEW_BYTES = 64 * 1024;
/** Bytes that the file view shows at most. */
export const FULL_BYTES = 16 * 1024 * 1024;

/** The content of a path as of a layer, or as much of it as is shown. */
export interface LoadedContent {
  readonly node: number;
  readonly layer: number;
  /** The first bytes of the file. */
  readonly bytes: Uint8Array;
  /** Size of the whole file, in bytes. */
  readonly size: number;
  /** Why there is nothing to show, or no more than `bytes`. */
  readonly error: LayerscopeError | undefined;
}

/** A content that something on the screen needs. */
export interface NeededContent {
  readonly node: number;
  readonly layer: number;
  /** How many bytes of it. */
  readonly limit: number;
}

export interface LoadOptions {
  /** Bytes to read at most. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * Reads the beginning of a file. A compressed layer has to be decompressed up to it, which can take long.
 * Never rejects: what went wrong is in `error`, with the code `aborted` when the signal fired.
 */
export async function loadContent(
  image: ScannedImage,
  node: number,
  layer: number,
  { limit, signal }: LoadOptions,
): Promise<LoadedContent> {
  const size = snapshotView(image.tree, image.classes, layer).row(node)?.entry.size ?? 0;
  const pieces: Uint8Array[] = [];
  let length = 0;
  let error: LayerscopeError | undefined;
  try {
    for await (const chunk of readFile(image, node, layer, signal)) {
      // A copy, since the reader may use the memory of a chunk again.
      const piece = chunk.slice(0, limit - length);
      pieces.push(piece);
      length += piece.length;
      if (length >= limit) break;
    }
  } catch (thrown) {
    error = asError(thrown, signal);
  }
  return { node, layer, bytes: Buffer.concat(pieces, length), size, error };
}

function asError(thrown: unknown, signal: AbortSignal): LayerscopeError {
  if (thrown instanceof LayerscopeError) return thrown;
  if (signal.aborted) return new LayerscopeError("aborted", "stopped on request", { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LayerscopeError("unreadable", `the content cannot be read: ${message}`, { cause: thrown });
}
