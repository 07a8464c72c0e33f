/** What an inspector has to say of all files of all layers, also of those that a later layer removed. */
import {
  BytesInMemory,
  BytesInRange,
  type FileBytes,
  type FileInspector,
  InspectedFile,
  LARGEST_INSPECTED,
  LayerFacts,
} from "../layer/file-inspector.ts";
import { type LayerContent, readContents } from "../layer/layer-content.ts";
import { FLAG, type LayerEntries } from "../layer/layer-entries.ts";
import { PassingFile } from "../layer/passing-file.ts";
import { TYPE } from "../model/entry.ts";
import { throwIfAborted, toLayerscopeError } from "../model/errors.ts";
import { ITEMS_A_STEP, type Steps, Turns } from "../model/turns.ts";
import type { FileRange } from "../source/open-file.ts";
import type { ScannedImage } from "./scan-image.ts";

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
  const facts = new LayerFacts();
  const wanted = await turns.finish(wantedFiles(image, entries, inspector));
  for (const [index, { size }] of wanted) {
    if (size <= LARGEST_INSPECTED) continue;
    wanted.delete(index);
    facts.isComplete = false;
  }
  const inspect = (index: number, file: InspectedFile, bytes: FileBytes): void => {
    const fact = inspector.inspect(file, bytes);
    if (fact) facts.byEntry.set(index, fact);
  };
  if (wanted.size === 0) return facts;
  if (tar) {
    const bodyOf = (index: number): number => entries.body[index] as number;
    const files = [...wanted]
      // Half a file, where a layer ends too early, says nothing.
      .filter(([index, { size }]) => bodyOf(index) + size <= tar.size)
      .sort(([one], [other]) => bodyOf(one) - bodyOf(other));
    const window = new Window(
      tar,
      files.map(([index, { size }]) => ({ start: bodyOf(index), end: bodyOf(index) + size })),
    );
    await turns.inParts(files, ([index, file], place) => inspect(index, file, window.bytesOf(place)));
    return facts;
  }
  const passing = new PassingFile();
  try {
    for await (const { index, chunks } of readContents(content, [...wanted.keys()], signal)) {
      const file = wanted.get(index);
      passing.begin(entries.size[index] as number);
      for await (const chunk of chunks) passing.add(chunk);
      const { bytes } = passing;
      if (file && bytes) inspect(index, file, bytes);
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

/** By entry of the layer. */
function* wantedFiles(
  { tree: { paths } }: ScannedImage,
  entries: LayerEntries,
  inspector: FileInspector,
): Steps<Map<number, InspectedFile>> {
  const wanted = new Map<number, InspectedFile>();
  const { type, size, node, mode, count } = entries;
  for (let index = 0; index < count; index++) {
    if (index % ITEMS_A_STEP === 0) yield;
    if (type[index] !== TYPE.FILE || size[index] === 0 || !mayBeInspected(entries, index)) continue;
    const file = new InspectedFile(paths, node[index] as number, size[index] as number, mode[index] as number);
    if (inspector.wants(file)) wanted.set(index, file);
  }
  return wanted;
}

function mayBeInspected({ flags, sparse }: LayerEntries, index: number): boolean {
  return ((flags[index] as number) & FLAG.HOUSEKEEPING) === 0 && !(sparse.size > 0 && sparse.has(index));
}

/** Larger files are read by themselves, and only as far as somebody wants. */
const SMALL = 64 * 1024;
const WINDOW = 256 * 1024;
/** It takes longer to ask twice than to read so much for nothing. */
const GAP = 16 * 1024;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Reads files that lie close together at once. They have to be asked for in their order. */
class Window {
  readonly #range: FileRange;
  readonly #files: readonly Span[];
  #memory: Uint8Array | undefined;
  #start = 0;
  #end = 0;

  constructor(range: FileRange, files: readonly Span[]) {
    this.#range = range;
    this.#files = files;
  }

  bytesOf(place: number): FileBytes {
    const { start, end } = this.#files[place] as Span;
    if (end - start > SMALL) return new BytesInRange(this.#range.slice(start, end - start));
    if (start < this.#start || end > this.#end) this.#read(place);
    const memory = this.#memory as Uint8Array;
    const from = start - this.#start;
    return new BytesInMemory(memory.subarray(from, Math.max(from, Math.min(end, this.#end) - this.#start)));
  }

  /** As many files as fit, beginning with this one. */
  #read(place: number): void {
    this.#memory ??= Buffer.allocUnsafeSlow(WINDOW);
    const { start, end } = this.#files[place] as Span;
    let last = end;
    for (let next = place + 1; next < this.#files.length; next++) {
      const file = this.#files[next] as Span;
      if (file.start - last > GAP || file.end - start > WINDOW || file.end - file.start > SMALL) break;
      last = Math.max(last, file.end);
    }
    this.#start = start;
    this.#end = start + this.#range.readSync(this.#memory, 0, last - start, start);
  }
}
