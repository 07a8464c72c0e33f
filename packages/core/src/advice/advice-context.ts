/** What rules ask of an image; computed when first wanted, for all rules together. */
import type { Inspection } from "../inspection/inspection.ts";
import type { PathTable } from "../layer/path-table.ts";
import type { WasteRecord } from "../metrics/accounting.ts";
import type { Analysis } from "../metrics/analyse.ts";
import type { BaseLayers } from "../metrics/base-layers.ts";
import { TYPE } from "../model/entry.ts";
import { type HistoryTree, REVISION } from "../tree/history-tree.ts";
import { type PathMask, pathMask } from "../tree/path-patterns.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { type BuildStep, buildSteps } from "./build-steps.ts";

/** A file that a container sees. */
export interface VisibleFile {
  /** The entry that stores it. */
  readonly inode: number;
  /** Its names in the last snapshot. */
  readonly nodes: readonly number[];
  readonly bytes: number;
  /** The layer that stores it. */
  readonly layer: number;
}

/** A stored file that no container sees. */
export interface WastedFile extends WasteRecord {
  /** The entry that stores it. */
  readonly inode: number;
}

export class AdviceContext {
  readonly analysis: Analysis;
  readonly inspection: Inspection;
  readonly base: BaseLayers;
  /** What counts as today. */
  readonly today: Date;
  #steps: readonly BuildStep[] | undefined;
  #stepByLayer: ReadonlyMap<number, BuildStep> | undefined;
  #visible: readonly VisibleFile[] | undefined;
  #wasted: readonly WastedFile[] | undefined;
  readonly #masks = new Map<string, PathMask>();

  constructor(analysis: Analysis, inspection: Inspection, base: BaseLayers, today: Date) {
    this.analysis = analysis;
    this.inspection = inspection;
    this.base = base;
    this.today = today;
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
    this.#visible ??= findVisibleFiles(this.tree);
    return this.#visible;
  }

  /** Every stored file that no container sees, largest first. */
  get wastedFiles(): readonly WastedFile[] {
    const { waste } = this.analysis.accounts;
    this.#wasted ??= Array.from(waste, (record, index) => ({ ...record, inode: waste.inodeAt(index) as number }));
    return this.#wasted;
  }

  /** The paths that patterns mean, as 1 by node: {@link ../tree/path-patterns.ts}. */
  maskOf(patterns: readonly string[]): PathMask {
    const key = patterns.join("\0");
    let mask = this.#masks.get(key);
    if (!mask) {
      mask = pathMask(this.paths, patterns);
      this.#masks.set(key, mask);
    }
    return mask;
  }

  /** The files that a container sees and that would be gone without these paths: all their names are among them. */
  filesIn(patterns: readonly string[], except: readonly string[] = []): VisibleFile[] {
    const mask = this.maskOf(patterns);
    const left = except.length > 0 ? this.maskOf(except) : undefined;
    return this.visibleFiles.filter(({ nodes }) => nodes.every((node) => mask[node] === 1 && left?.[node] !== 1));
  }
}

function findVisibleFiles(tree: HistoryTree): VisibleFile[] {
  const names = new Map<number, number[]>();
  for (let node = 1; node < tree.paths.size; node++) {
    const revision = tree.newestRevision(node);
    if (!tree.isPresent(revision) || tree.revisionKind(revision) !== REVISION.ENTRY) continue;
    const inode = tree.inodeOf(tree.revisionEntry(revision));
    const known = names.get(inode);
    if (known) known.push(node);
    else names.set(inode, [node]);
  }
  const files: VisibleFile[] = [];
  for (const [inode, nodes] of names) {
    const { layer, entries, index } = tree.locate(inode);
    const bytes = entries.size[index] as number;
    if (entries.type[index] === TYPE.FILE && bytes > 0) files.push({ inode, nodes, bytes, layer });
  }
  return files;
}
