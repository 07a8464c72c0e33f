/** From members of tars to an analysed image, the way every image goes: through an archive on disk. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerSaveNew, gzip, type ImageSpec } from "../../../../fixtures/build/image.ts";
import { type Member, tar } from "../../../../fixtures/build/tar.ts";
import { ROOT } from "../../src/layer/path-table.ts";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import type { FileEntry } from "../../src/model/entry.ts";
import { openSource } from "../../src/open-source.ts";
import { fileEntry } from "../../src/tree/compare-revisions.ts";
import type { HistoryTree } from "../../src/tree/history-tree.ts";
import { type ScannedImage, type ScanOptions, scanImage } from "../../src/tree/scan-image.ts";
import { pathHistory } from "../../src/tree/views.ts";

/** How an image reaches the scan: the compression of its layers, or a stream that cannot be read twice. */
export type Packing = "plain" | "gzip" | "zstd" | "stream";

export const PACKINGS: readonly Packing[] = ["plain", "gzip", "zstd", "stream"];

/** The archive of an image with these layers, oldest first. */
export function pack(layers: readonly (readonly Member[])[], packing: Packing, spec: Partial<ImageSpec> = {}): Buffer {
  const compression = packing === "gzip" || packing === "zstd" ? packing : "none";
  const archive = dockerSaveNew({ layers: layers.map((members) => tar(members)), compression, ...spec });
  return packing === "stream" ? gzip(archive, { level: 1 }) : archive;
}

/** Calls `use` with an archive's scan while the archive is still open. */
export async function withScan<T>(
  archive: Uint8Array,
  use: (image: ScannedImage) => T | Promise<T>,
  options: ScanOptions = {},
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "layerscope-test-"));
  try {
    const path = join(directory, "image.tar");
    await writeFile(path, archive);
    await using source = await openSource(path);
    return await use(await scanImage(source, options));
  } finally {
    await rm(directory, { recursive: true });
  }
}

export const scanArchive = (archive: Uint8Array, options: ScanOptions = {}): Promise<Analysis> =>
  withScan(archive, analyse, options);

/** Layers oldest first. */
export const scanLayers = (...layers: Member[][]): Promise<Analysis> => scanArchive(pack(layers, "plain"));

/** One character per byte, no leading slash; the root is "". */
export function pathText(tree: HistoryTree, node: number): string {
  return Buffer.from(tree.paths.pathOf(node)).toString("latin1");
}

export function nodeAt({ image }: Analysis, path: string): number {
  const node = image.tree.paths.find(Buffer.from(path, "utf8"));
  if (node === undefined) throw new Error(`no layer has anything to do with ${path}`);
  return node;
}

/** What a path is as of a layer (the last one when left out). */
export function entryAt(analysis: Analysis, path: string, layer?: number): FileEntry | undefined {
  const { tree } = analysis.image;
  return fileEntry(tree, tree.revisionAt(nodeAt(analysis, path), layer ?? tree.layers.length - 1));
}

/** Sorted paths of a snapshot (the last one when `layer` is left out). */
export function pathsOf({ image: { tree } }: Analysis, layer = tree.layers.length - 1): string[] {
  const paths: string[] = [];
  for (let node = ROOT + 1; node < tree.paths.size; node++) {
    if (tree.isPresent(tree.revisionAt(node, layer))) paths.push(pathText(tree, node));
  }
  return paths.sort();
}

/** What a layer (the last one when left out) did, by path; metadata with its fields: `metadata mode owner`. */
export function changesIn(
  { image: { tree, classes } }: Analysis,
  layer = tree.layers.length - 1,
): Record<string, string> {
  const changes: [string, string][] = [];
  for (let node = ROOT + 1; node < tree.paths.size; node++) {
    for (const event of pathHistory(tree, classes, node)) {
      if (event.layer === layer) changes.push([pathText(tree, node), [event.change, ...event.fields].join(" ")]);
    }
  }
  return Object.fromEntries(changes.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** `path bytes cause storedIn>hiddenBy` of every wasted file, sorted. */
export function wasteOf({ image: { tree }, accounts }: Analysis): string[] {
  return [...accounts.waste]
    .map((w) => `${pathText(tree, w.node)} ${w.bytes} ${w.cause} ${w.storedIn}>${w.hiddenBy}`)
    .sort();
}

/** The codes of everything odd. */
export const diagnosticsOf = ({ image }: Analysis): string[] => image.diagnostics.map(({ code }) => code).sort();
