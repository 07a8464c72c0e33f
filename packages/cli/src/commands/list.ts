import { createHash } from "node:crypto";
import {
  byName,
  LayerscopeError,
  type ListedPath,
  layerView,
  listedPath,
  printableJson,
  printableName,
  ROOT,
  readFiles,
  resolvePath,
  type ScannedImage,
  snapshotView,
  type TreeView,
  type ViewRow,
} from "@layerscope/core";
import { layerOption, openImage } from "../context.ts";
import { type ImageOptions, unitsOf } from "../image-options.ts";
import { interruption } from "../interruption.ts";
import { formatBytes, type Units } from "../output/bytes.ts";
import { reportTrouble } from "../output/messages.ts";
import { modeText } from "../output/mode-text.ts";
import { writePieces } from "../output/write.ts";

interface ListOptions extends ImageOptions {
  readonly layer?: string;
  readonly changes?: boolean;
  readonly digests?: boolean;
  readonly json?: boolean;
}

/** `layerscope ls IMAGE [PATH]`: a path and everything below it, bytewise by name. */
export async function list(reference: string, path: string | undefined, options: ListOptions): Promise<void> {
  if (options.digests && !options.json) {
    throw new LayerscopeError("invalid-option", "--digests needs --json", {
      hint: "For example: layerscope ls --json --digests IMAGE",
    });
  }
  await using opened = await openImage(reference, options, { rereadable: options.digests === true });
  const { image, progress } = opened;
  const layer = layerOption(image, options.layer);
  if (layer >= 0) {
    const view = options.changes
      ? layerView(image.tree, image.classes, layer)
      : snapshotView(image.tree, image.classes, layer);
    const start = path === undefined ? ROOT : startOf(image, path, layer, options.changes === true);
    const digests = options.digests ? await digestsOf(image, view, start, layer) : undefined;
    progress.clear();
    const lines = options.json
      ? jsonLines(view, start, options, digests)
      : textLines(view, start, options.changes === true, unitsOf(options));
    await writePieces(process.stdout, collected(lines));
  }
  reportTrouble(image, options.quiet === true);
}

/** A path that the layer removed is found in the snapshot before. */
function startOf(image: ScannedImage, path: string, layer: number, changes: boolean): number {
  try {
    return resolvePath(image.tree, path, { layer, followLast: false });
  } catch (thrown) {
    if (!changes || layer === 0) throw thrown;
    return resolvePath(image.tree, path, { layer: layer - 1, followLast: false });
  }
}

function* rows(view: TreeView, start: number, changes: boolean): Generator<ViewRow> {
  for (const row of view.walk(start, byName(view.tree.paths))) {
    // With --changes the directories on the way are only context.
    if (row.node !== ROOT && (!changes || row.change)) yield row;
  }
}

function* jsonLines(
  view: TreeView,
  start: number,
  { changes }: ListOptions,
  digests: ReadonlyMap<number, string> | undefined,
): Generator<string> {
  for (const row of rows(view, start, changes === true)) {
    const { change, fields, ...rest } = listedPath(view, row);
    const sha256 = digests?.get(row.node);
    const line: ListedPath = {
      ...rest,
      ...(sha256 && { sha256 }),
      ...(changes && { change }),
      ...(changes && fields && { fields }),
    };
    yield `${printableJson(JSON.stringify(line))}\n`;
  }
}

const MARKS = { added: "+", modified: "~", metadata: "*", identical: "=", removed: "-" } as const;

function* textLines(view: TreeView, start: number, changes: boolean, units: Units): Generator<string> {
  for (const { node, entry, change } of rows(view, start, changes)) {
    const mark = changes && change ? `${MARKS[change]} ` : "";
    const owner = `${entry.uid}:${entry.gid}`.padStart(9);
    const size = entry.type === "file" ? formatBytes(entry.size, units) : "";
    const target = entry.linkTarget ? ` -> ${printableName(entry.linkTarget)}` : "";
    yield `${mark}${modeText(entry)} ${owner} ${size.padStart(8)}  /${printableName(view.tree.paths.pathOf(node))}${target}\n`;
  }
}

async function digestsOf(
  image: ScannedImage,
  view: TreeView,
  start: number,
  layer: number,
): Promise<Map<number, string>> {
  // One name of each inode is enough: a second one would be read again, from the start of the layer.
  const namesOf = new Map<number, number[]>();
  for (const { node, entry, change } of view.walk(start)) {
    if (entry.type !== "file" || change === "removed") continue;
    const names = namesOf.get(entry.inode);
    if (names) names.push(node);
    else namesOf.set(entry.inode, [node]);
  }
  const first = new Map([...namesOf.values()].map((names) => [names[0] as number, names]));
  const digests = new Map<number, string>();
  for await (const { node, chunks } of readFiles(image, first.keys(), layer, interruption.signal)) {
    const hash = createHash("sha256");
    for await (const chunk of chunks) hash.update(chunk);
    const digest = hash.digest("hex");
    for (const name of first.get(node) ?? []) digests.set(name, digest);
  }
  return digests;
}

/** Lines in larger pieces. */
function* collected(lines: Iterable<string>): Generator<string> {
  let text = "";
  for (const line of lines) {
    text += line;
    if (text.length < 64 * 1024) continue;
    yield text;
    text = "";
  }
  yield text;
}
