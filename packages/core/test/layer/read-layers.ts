/** Reads the bytes of a layer in every way there is, and shows its entries as plain data. */
import { createHash } from "node:crypto";
import type { Blob } from "../../src/archive/archive.ts";
import { type LayerContent, readContent } from "../../src/layer/layer-content.ts";
import { FLAG, type LayerEntries } from "../../src/layer/layer-entries.ts";
import { PathTable } from "../../src/layer/path-table.ts";
import { type ReadLayer, type ReadLayerOptions, readLayerFile, readLayerStream } from "../../src/layer/read-layer.ts";
import { TYPE } from "../../src/model/entry.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/model/limits.ts";
import { onFile } from "../temporary.ts";

export interface Reading {
  readonly layer: ReadLayer;
  readonly paths: PathTable;
}

export function layerOptions(limits: Partial<Limits> = {}): ReadLayerOptions {
  const all = { ...DEFAULT_LIMITS, ...limits };
  return {
    paths: new PathTable(all),
    limits: all,
    budget: { used: 0 },
    hashContents: true,
    digests: false,
    where: { layer: 0 },
  };
}

export async function* chunksOf(bytes: Uint8Array, size: number = bytes.length || 1): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** As from a pipe: every byte passes by. */
export async function streamLayer(
  blob: Uint8Array,
  chunkSize?: number,
  limits: Partial<Limits> = {},
): Promise<Reading> {
  const options = layerOptions(limits);
  return { layer: await readLayerStream(chunksOf(blob, chunkSize), options), paths: options.paths };
}

/** As from an archive on disk: an uncompressed layer is walked. */
export async function fileLayer(blob: Uint8Array, limits: Partial<Limits> = {}): Promise<Reading> {
  const options = layerOptions(limits);
  return onFile(blob, async (file) => ({ layer: await readLayerFile(file.range(), options), paths: options.paths }));
}

/** Everything that was kept of a layer, without hashes. Names are latin1 text. */
export function entriesOf({ layer, paths }: Reading): Record<string, unknown>[] {
  const { entries } = layer;
  return Array.from({ length: entries.count }, (_, index) => ({
    path: nameOf(paths, entries.node[index] as number),
    type: entries.type[index],
    mode: entries.mode[index],
    uid: entries.uid[index],
    gid: entries.gid[index],
    size: entries.size[index],
    mtime: entries.mtime[index],
    mtimeNanos: entries.mtimeNanos[index],
    body: entries.body[index],
    link: linkOf(entries, paths, index),
    housekeeping: ((entries.flags[index] as number) & FLAG.HOUSEKEEPING) !== 0,
    xattrs: [...(entries.xattrs.get(index) ?? [])].map(([name, value]) => [
      name,
      Buffer.from(value).toString("latin1"),
    ]),
    sparse: entries.sparse.get(index),
  }));
}

export function markersOf({ layer, paths }: Reading): { whiteouts: string[]; opaques: string[] } {
  const names = (nodes: readonly number[]): string[] => nodes.map((node) => nameOf(paths, node));
  return { whiteouts: names(layer.entries.whiteouts), opaques: names(layer.entries.opaques) };
}

/** Content hashes by path, of files that have content. */
export function hashesOf({ layer, paths }: Reading): Map<string, bigint> {
  const { entries } = layer;
  const hashes = new Map<string, bigint>();
  for (let index = 0; index < entries.count; index++) {
    if (((entries.flags[index] as number) & FLAG.HASHED) === 0) continue;
    hashes.set(nameOf(paths, entries.node[index] as number), entries.hash[index] as bigint);
  }
  return hashes;
}

/** The content of the file of that name, read again from the blob. */
export async function contentOf(blob: Uint8Array, name: string, way: "file" | "stream"): Promise<Buffer> {
  const options = layerOptions();
  return onFile(blob, async (opened) => {
    const range = opened.range();
    const layer = way === "file" ? await readLayerFile(range, options) : await readLayerStream(range.stream(), options);
    const found = entriesOf({ layer, paths: options.paths }).findIndex(({ path }) => path === name);
    const stored: Blob = { name: "layer", size: range.size, range, stream: (signal) => range.stream(0, signal) };
    const content: LayerContent = {
      entries: layer.entries,
      blob: stored,
      compression: layer.compression,
      tar: way === "file" ? layer.tar : undefined,
      where: {},
    };
    const chunks: Uint8Array[] = [];
    for await (const chunk of readContent(content, found)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  });
}

export const sha256 = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

function linkOf(entries: LayerEntries, paths: PathTable, index: number): unknown {
  switch (entries.type[index]) {
    case TYPE.LINK:
      return nameOf(paths, entries.link[index] as number);
    case TYPE.SYMLINK:
      return Buffer.from(entries.linkTextOf(index)).toString("latin1");
    case TYPE.CHAR:
    case TYPE.BLOCK:
      return [entries.link[index], entries.linkSize[index]];
    default:
      return undefined;
  }
}

function nameOf(paths: PathTable, node: number): string {
  return Buffer.from(paths.pathOf(node)).toString("latin1");
}
