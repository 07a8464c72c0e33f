/** File contents of a scanned image. */
import { type LayerContent, readContents as readLayerContents } from "../layer/layer-content.ts";
import { LayerscopeError, throwIfAborted, type Where } from "../model/errors.ts";
import { printableName } from "../model/path-text.ts";
import { fileEntry } from "./compare-revisions.ts";
import type { ScannedImage } from "./scan-image.ts";

export interface FileContent {
  readonly node: number;
  /** The content, holes of sparse files written out. Take it before going on to the next file. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The content that a path has in the snapshot of a layer. Links are not followed.
 * @throws LayerscopeError `no-such-path`, `no-content` when it is not a file or the source cannot be read again,
 *   `truncated`, `corrupt`, `aborted`
 * @example
 * for await (const chunk of readFile(image, node, image.layers.length - 1)) process.stdout.write(chunk);
 */
export async function* readFile(
  image: ScannedImage,
  node: number,
  layer: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const { chunks } of readFiles(image, [node], layer, signal)) yield* chunks;
}

/**
 * The contents of several files of one snapshot, in the order in which they are stored, so that no layer is read more
 * than once. A file of which several names are wanted comes once for each.
 * @throws LayerscopeError as {@link readFile}
 */
export async function* readFiles(
  image: ScannedImage,
  nodes: Iterable<number>,
  layer: number,
  signal?: AbortSignal,
): AsyncGenerator<FileContent> {
  const wanted = new Map<number, Map<number, number[]>>();
  for (const node of nodes) {
    const place = placeOf(image, node, layer);
    const inLayer = wanted.get(place.layer) ?? new Map<number, number[]>();
    wanted.set(place.layer, inLayer);
    inLayer.set(place.index, [...(inLayer.get(place.index) ?? []), node]);
  }
  for (const [index, files] of [...wanted].sort(([one], [other]) => one - other)) {
    const content = image.contents[index];
    if (!content) throw noContent(image, index);
    yield* readInLayer(content, files, signal);
  }
}

function noContent({ layers }: ScannedImage, layer: number): LayerscopeError {
  const message =
    layers[layer]?.status === "absent"
      ? `layer ${layer} is not in the archive`
      : "a saved report has no file contents; open the image itself";
  return new LayerscopeError("no-content", message, { where: { layer } });
}

async function* readInLayer(
  content: LayerContent,
  files: ReadonlyMap<number, readonly number[]>,
  signal?: AbortSignal,
): AsyncGenerator<FileContent> {
  for await (const { index, chunks } of readLayerContents(content, [...files.keys()], signal)) {
    const [first, ...others] = files.get(index) ?? [];
    const size = content.entries.size[index] as number;
    const whole = (some: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> =>
      wholeContent(some, size, content.where, signal);
    if (first !== undefined) yield { node: first, chunks: whole(chunks) };
    for (const node of others) {
      yield { node, chunks: whole(again(content, index, signal)) };
    }
  }
}

/** All of a file: neither half of one that a layer ends in, nor the rest of one that nobody waits for any more. */
async function* wholeContent(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
  where: Where,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let rest = size;
  for await (const chunk of chunks) {
    // Holes of sparse files come out of nowhere, for a long time.
    throwIfAborted(signal);
    rest -= chunk.length;
    yield chunk;
  }
  if (rest > 0)
    throw new LayerscopeError("truncated", `the layer ends ${rest} bytes before the end of the file`, { where });
}

async function* again(content: LayerContent, index: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const { chunks } of readLayerContents(content, [index], signal)) yield* chunks;
}

function placeOf({ tree }: ScannedImage, node: number, layer: number): { layer: number; index: number } {
  const path = printableName(tree.paths.pathOf(node));
  const revision = tree.revisionAt(node, layer);
  const where = { layer, path };
  const entry = fileEntry(tree, revision);
  if (!entry) {
    throw new LayerscopeError("no-such-path", `/${path} is not in the image as of layer ${layer}`, { where });
  }
  if (entry.type !== "file") {
    throw new LayerscopeError("no-content", `/${path} is a ${WORDS[entry.type]}, not a file`, { where });
  }
  return tree.locate(entry.inode);
}

const WORDS = {
  directory: "directory",
  symlink: "link",
  char: "device",
  block: "device",
  fifo: "pipe",
} as const;
