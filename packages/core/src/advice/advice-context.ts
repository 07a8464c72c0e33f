/** What rules ask of an image; computed when first wanted, for all rules together. */
import type { Inspection } from "../inspection/inspection.ts";
import { type PathTable, ROOT } from "../layer/path-table.ts";
import type { Analysis } from "../metrics/analyse.ts";
import type { BaseLayers } from "../metrics/base-layers.ts";
import { firstNames } from "../metrics/stored-files.ts";
import { finishAtOnce, ITEMS_A_STEP, type Steps } from "../model/turns.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { NameIndex } from "../tree/name-index.ts";
import { PathMasks } from "../tree/path-masks.ts";
import type { PathMask } from "../tree/path-patterns.ts";
import { RevisionReader } from "../tree/revision-reader.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { type BuildStep, buildSteps } from "./build-steps.ts";

/** A file that a container sees. */
export interface VisibleFile {
  /** The entry that stores it. */
  readonly inode: number;
  /** Its names in the last snapshot, in the order of paths. */
  readonly nodes: readonly number[];
  readonly bytes: number;
  /** The layer that stores it. */
  readonly layer: number;
}

export class AdviceContext {
  readonly analysis: Analysis;
  readonly inspection: Inspection;
  readonly base: BaseLayers;
  /** What counts as today. */
  readonly today: Date;
  #steps: readonly BuildStep[] | undefined;
  #stepByLayer: ReadonlyMap<number, BuildStep> | undefined;
  #visible: VisibleFiles | undefined;
  #names: NameIndex | undefined;
  #masks: PathMasks | undefined;
  readonly #firstNames: ReadonlyMap<number, number>[] = [];

  constructor(analysis: Analysis, inspection: Inspection, base: BaseLayers, today: Date) {
    this.analysis = analysis;
    this.inspection = inspection;
    this.base = base;
    this.today = today;
  }

  /** Makes what most rules ask for before one does, so that no rule's step has to have all of it. */
  *prepare(): Steps<void> {
    this.#visible ??= yield* findVisibleFiles(this.tree);
    yield;
    this.#names ??= new NameIndex(this.paths);
    yield;
  }

  get image(): ScannedImage {
    return this.analysis.image;
  }

  get tree(): HistoryTree {
    return this.image.tree;
  }

  get paths(): PathTable {
    return this.tree.paths;
  }

  /** All steps of the history, oldest first. */
  get steps(): readonly BuildStep[] {
    this.#steps ??= buildSteps(this.image, this.base);
    return this.#steps;
  }

  /** The step that made a layer, where that is known. */
  stepOf(layer: number): BuildStep | undefined {
    this.#stepByLayer ??= new Map(this.steps.flatMap((step) => (step.layer === undefined ? [] : [[step.layer, step]])));
    return this.#stepByLayer.get(layer);
  }

  /** Whether a layer is the image's own, not its base image's. */
  isOwn(layer: number): boolean {
    return layer >= this.base.layers;
  }

  /** Every file with content that a container sees, each once. */
  get visibleFiles(): readonly VisibleFile[] {
    this.#visible ??= finishAtOnce(findVisibleFiles(this.tree));
    return this.#visible.files;
  }

  /** The one of {@link visibleFiles} that a path names. */
  visibleFileAt(node: number): VisibleFile | undefined {
    this.#visible ??= finishAtOnce(findVisibleFiles(this.tree));
    const place = this.#visible.places[node] as number;
    return place === 0 ? undefined : this.#visible.files[place - 1];
  }

  /** The one of {@link visibleFiles} that an entry stores. */
  visibleFileOf(inode: number): VisibleFile | undefined {
    this.#visible ??= finishAtOnce(findVisibleFiles(this.tree));
    const place = this.#visible.placeOf[inode] as number;
    return place === 0 ? undefined : this.#visible.files[place - 1];
  }

  /** All paths that any layer has, by their names. */
  get names(): NameIndex {
    this.#names ??= new NameIndex(this.paths);
    return this.#names;
  }

  /**
   * The path that a stored file goes by, whether a container sees it or not: the first of the names that its layer gives it,
   * in whatever order the tar has them.
   */
  nameOf(inode: number): number {
    const { layer, entries, index } = this.tree.locate(inode);
    let names = this.#firstNames[layer];
    if (!names) {
      names = firstNames(this.tree, layer, entries);
      this.#firstNames[layer] = names;
    }
    return names.get(index) ?? (entries.node[index] as number);
  }

  /** The paths that patterns mean, as 1 by node: {@link ../tree/path-patterns.ts}. */
  maskOf(patterns: readonly string[]): PathMask {
    this.#masks ??= new PathMasks(this.paths);
    return this.#masks.of(patterns);
  }
}

interface VisibleFiles {
  readonly files: readonly VisibleFile[];
  /** By node: the file's place and one more; 0 where there is none. */
  readonly places: Uint32Array;
  /** The same by the entry that stores it. */
  readonly placeOf: Uint32Array;
}

function* findVisibleFiles(tree: HistoryTree): Steps<VisibleFiles> {
  const files: (VisibleFile & { readonly nodes: number[] })[] = [];
  const places = new Uint32Array(tree.paths.size);
  const placeOf = new Uint32Array(tree.entryCount);
  const reader = new RevisionReader(tree);
  for (let node = ROOT + 1; node < tree.paths.size; node++) {
    if (node % ITEMS_A_STEP === 0) yield;
    if (!reader.read(tree.newestRevision(node)) || reader.size === 0) continue;
    const { inode, layer, size: bytes } = reader;
    const known = placeOf[inode] as number;
    if (known === 0) placeOf[inode] = files.push({ inode, nodes: [node], bytes, layer });
    else files[known - 1]?.nodes.push(node);
    places[node] = placeOf[inode] as number;
  }
  for (const { nodes } of files) if (nodes.length > 1) nodes.sort((one, other) => tree.paths.comparePaths(one, other));
  return { files, places, placeOf };
}
