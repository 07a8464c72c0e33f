/** What an inspector has to say of all files of all layers, also of those that a later layer removed. */
import { type FileInspector, LayerFacts } from "../layer/file-inspector.ts";
import { type LayerContent, readContents } from "../layer/layer-content.ts";
import { PassingFile } from "../layer/passing-file.ts";
import { throwIfAborted, toLayerscopeError } from "../model/errors.ts";
import { Turns } from "../model/turns.ts";
import type { ScannedImage } from "./scan-image.ts";
import { inspectBodies, wantedFiles } from "./wanted-files.ts";

export interface InspectOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called now and then. */
  readonly onProgress?: (() => void) | undefined;
}

/** What was found, by entry of the tree, numbered through all layers. */
export interface InspectedContents {
  readonly facts: ReadonlyMap<number, object>;
  /**
   * Layers with files that could not be looked into: all of them where contents can be had no more or were not read to their
   * end; else those that are too large, or that there was no room for.
   */
  readonly unread: readonly number[];
}

/**
 * Looks into the files that an inspector wants. Where it looked already while a layer passed by (see
 * {@link ScanOptions.inspector}), nothing is read again; it must have been the same inspector then.
 * @throws LayerscopeError `aborted`
 */
export async function inspectFiles(
  image: ScannedImage,
  inspector: FileInspector,
  options: InspectOptions = {},
): Promise<InspectedContents> {
  const { tree, contents } = image;
  const facts = new Map<number, object>();
  const unread: number[] = [];
  const turns = new Turns(options);
  for (const [layer, entries] of tree.layers.entries()) {
    throwIfAborted(options.signal);
    const base = tree.entryBase[layer] as number;
    const content = contents[layer];
    let found = entries.facts;
    if (!found && content) found = await inspectLayer(image, content, inspector, turns, options.signal);
    if (!found?.isComplete) unread.push(layer);
    for (const [index, fact] of found?.byEntry ?? []) facts.set(base + index, fact);
  }
  return { facts, unread };
}

async function inspectLayer(
  image: ScannedImage,
  content: LayerContent,
  inspector: FileInspector,
  turns: Turns,
  signal: AbortSignal | undefined,
): Promise<LayerFacts | undefined> {
  const { entries, tar } = content;
  const { files, isComplete } = await turns.finish(wantedFiles(image.tree.paths, entries, inspector));
  const facts = new LayerFacts();
  facts.isComplete = isComplete;
  if (files.length === 0) return facts;
  if (tar) {
    await inspectBodies(tar, files, inspector, facts, turns);
    return facts;
  }
  const byIndex = new Map(files.map(({ index, file }) => [index, file]));
  const passing = new PassingFile();
  try {
    for await (const { index, chunks } of readContents(content, [...byIndex.keys()], signal)) {
      const file = byIndex.get(index);
      passing.begin(entries.size[index] as number);
      for await (const chunk of chunks) passing.add(chunk);
      const { bytes } = passing;
      if (file && bytes) facts.add(index, inspector.inspect(file, bytes));
      if (!bytes) facts.isComplete = false;
      if (turns.isLong()) await turns.next();
    }
  } catch (thrown) {
    const error = toLayerscopeError(thrown, content.where);
    if (error.code === "aborted") throw error;
    return undefined;
  } finally {
    passing.drop();
  }
  return facts;
}
