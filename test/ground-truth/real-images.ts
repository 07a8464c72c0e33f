/** The images under fixtures/images, and a scan of one of their layouts in the words of their truth files. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Analysis,
  analyse,
  type FileEntry,
  openSource,
  pathHistory,
  readFile,
  readFiles,
  type ScannedImage,
  type ScanOptions,
  scanImage,
  snapshotView,
} from "@layerscope/core";
import { onTestFinished } from "vitest";

const IMAGES = fileURLToPath(new URL("../../fixtures/images/", import.meta.url));

export const SINGLE_IMAGES = ["edge-empty", "edge-names", "edge-whiteout", "edge-zero"];

/** Names of the layouts an image is there in. */
export const layoutsOf = (image: string): string[] =>
  readdirSync(join(IMAGES, image)).filter((name) => name !== "truth" && !name.startsWith("t-"));

export const layoutPath = (image: string, layout: string): string => join(IMAGES, image, layout);

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Calls `use` with the analysed image while its source is open. */
export async function withImage<T>(
  path: string,
  use: (analysis: Analysis) => T | Promise<T>,
  options: ScanOptions = {},
): Promise<T> {
  await using source = await openSource(path);
  return await use(analyse(await scanImage(source, options)));
}

/** One character per byte, no leading slash. */
export const pathText = ({ tree }: ScannedImage, node: number): string =>
  Buffer.from(tree.paths.pathOf(node)).toString("latin1");

export type TreeRow = {
  path: string;
  type: string;
  mode: string;
  owner: string;
  size: number;
  /** Undefined for a directory that no layer lists: the engine gave it the time of unpacking. */
  mtime: number | undefined;
  sha256: string | undefined;
  link: string | undefined;
  xattrs: number;
};

/** The last snapshot, sorted by path; contents are read out of the source. */
export async function finalTree(image: ScannedImage): Promise<TreeRow[]> {
  const last = image.layers.length - 1;
  const rows = last < 0 ? [] : [...snapshotView(image.tree, image.classes, last).walk()].slice(1);
  const files = rows.filter(({ entry }) => entry.type === "file").map(({ node }) => node);
  const digests = new Map<number, string>();
  for await (const { node, chunks } of readFiles(image, files, last)) digests.set(node, await sha256Of(chunks));
  return rows
    .map(({ node, entry }) => ({
      path: pathText(image, node),
      type: entry.type,
      mode: entry.mode.toString(8),
      owner: `${entry.uid}:${entry.gid}`,
      size: entry.size,
      mtime: entry.implicit ? undefined : entry.mtime,
      sha256: digests.get(node),
      link: entry.linkTarget && Buffer.from(entry.linkTarget).toString("latin1"),
      xattrs: entry.xattrs?.size ?? 0,
    }))
    .sort(byPath);
}

export const byPath = (one: { path: string }, other: { path: string }): number => (one.path < other.path ? -1 : 1);

async function sha256Of(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

/** `layer change path fields…` of what differs between the snapshots before and after each layer, sorted. */
export async function deltas(image: ScannedImage): Promise<string[]> {
  const lines: string[] = [];
  for (let node = 1; node < image.tree.paths.size; node++) {
    let before: FileEntry | undefined;
    let beforeLayer = -1;
    for (const { layer, change, entry } of pathHistory(image.tree, image.classes, node)) {
      const fields = before && entry ? await differences(image, node, [before, beforeLayer], [entry, layer]) : [];
      const word = change === "added" || change === "removed" ? change : "modified";
      if (word !== "modified" || fields.length > 0)
        lines.push([layer, word, pathText(image, node), ...fields].join(" "));
      before = entry;
      beforeLayer = layer;
    }
  }
  return lines.sort();
}

type At = readonly [entry: FileEntry, layer: number];

/** What the kernel would see differ; the names are those of the truth files. */
async function differences(image: ScannedImage, node: number, [a, layerOfA]: At, [b, layerOfB]: At): Promise<string[]> {
  const contentOf = (entry: FileEntry, layer: number) =>
    entry.type === "file" ? sha256Of(readFile(image, node, layer)) : undefined;
  const sizeOf = ({ type, size }: FileEntry) => (type === "file" ? size : undefined);
  const linkOf = ({ linkTarget }: FileEntry) => linkTarget && Buffer.from(linkTarget).toString("latin1");
  const pairs: [string, unknown, unknown][] = [
    ["type", a.type, b.type],
    ["mode", a.mode, b.mode],
    ["uid", a.uid, b.uid],
    ["gid", a.gid, b.gid],
    ["mtime", a.implicit || b.implicit ? 0 : a.mtime, a.implicit || b.implicit ? 0 : b.mtime],
    ["size", sizeOf(a), sizeOf(b)],
    ["sha256", await contentOf(a, layerOfA), await contentOf(b, layerOfB)],
    ["link", linkOf(a), linkOf(b)],
  ];
  return pairs.filter(([, one, other]) => one !== other).map(([name]) => name);
}

export type Summary = {
  layers: {
    diff_id: string;
    tar_bytes: number;
    entries: number;
    whiteouts: number;
    opaque: number;
    hardlinks: number;
    regular_bytes: number;
    tree: { added: number; removed: number };
    tree_entries_after: number;
  }[];
  final: Record<"entries" | "file" | "dir" | "symlink" | "char" | "block" | "fifo" | "file_bytes_by_inode", number>;
  layer_regular_bytes_total: number;
  visible_regular_bytes: number;
  hidden_regular_bytes: number;
};

export function summaryOf(image: string): Summary {
  const path = join(IMAGES, image, "truth", "summary.json");
  return JSON.parse(readFileSync(path, "utf8")) as Summary;
}
