/** What rules ask of an image; computed when first wanted, for all rules together. */
import type { Inspection } from "../inspection/inspection.ts";
import type { LayerEntries } from "../layer/layer-entries.ts";
import type { PathTable } from "../layer/path-table.ts";
import type { Analysis } from "../metrics/analyse.ts";
import type { BaseLayers } from "../metrics/base-layers.ts";
import { firstNames } from "../metrics/stored-files.ts";
import type { Steps } from "../model/turns.ts";
import type { HistoryTree } from "../tree/history-tree.ts";
import { NameIndex } from "../tree/name-index.ts";
import { PathMasks } from "../tree/path-masks.ts";
import type { PathMask } from "../tree/path-patterns.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { type BuildStep, buildSteps } from "./build-steps.ts";
import { VisibleFiles } from "./visible-files.ts";

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

  /** What a container sees. */
  get visible(): VisibleFiles {
    this.#visible ??= new VisibleFiles(this.tree);
    return this.#visible;
  }

  /** All paths that any layer has, by their names. */
  get names(): NameIndex {
    this.#names ??= new NameIndex(this.paths);
    return this.#names;
  }

  /**
   * The path that a stored file goes by, whether a container sees it or not: the first of the names that its layer gives it,
   * in whatever order the tar has them.
   * @param layer that stores it, where that is known
   */
  nameOf(inode: number, layer: number = this.tree.layerOf(inode)): number {
    const entries = this.tree.layers[layer] as LayerEntries;
    const index = inode - (this.tree.entryBase[layer] as number);
    let names = this.#firstNames[layer];
    if (!names) {
      names = firstNames(this.tree, layer, entries);
      this.#firstNames[layer] = names;
    }
    return names.get(index) ?? (entries.node[index] as number);
  }

  /** The paths that patterns mean, as 1 by node: {@link ../tree/path-patterns.ts}. */
  maskOf(patterns: readonly string[]): PathMask {
    this.#masks ??= new PathMasks(this.tree);
    return this.#masks.of(patterns);
  }
}
