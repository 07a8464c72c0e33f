/** What an image's budgets come to now: asked of the checks themselves, so that both always agree. */
import {
  type Advice,
  type Analysis,
  type BaseLayers,
  type BudgetLimit,
  type BudgetVerdict,
  checkBudgets,
  type LayerGroup,
  RevisionReader,
} from "@layerscope/core";
import { patternOf } from "./yaml-text.ts";

export class Probe {
  readonly analysis: Analysis;
  readonly base: BaseLayers;
  /** With the same base. */
  readonly advice: Advice;

  constructor(analysis: Analysis, base: BaseLayers, advice: Advice) {
    this.analysis = analysis;
    this.base = base;
    this.advice = advice;
  }

  /** Whether there are layers of the base image and others. */
  get hasOwnLayers(): boolean {
    return this.base.layers > 0 && this.base.layers < this.analysis.image.layers.length;
  }

  check(limit: BudgetLimit, layers: LayerGroup = "image"): BudgetVerdict {
    const budget = { name: "", limit, layers, severity: "error" } as const;
    const [verdict] = checkBudgets(this.analysis, [budget], { base: this.base, advice: this.advice });
    return verdict as BudgetVerdict;
  }

  /** Patterns for the setuid and setgid files that a container sees, in the order of their paths. */
  setuidPatterns(): string[] {
    const { tree } = this.analysis.image;
    const reader = new RevisionReader(tree);
    const nodes: number[] = [];
    for (let node = 1; node < tree.paths.size; node++) {
      if (!reader.read(tree.newestRevision(node)) || reader.type !== "file") continue;
      if ((reader.mode & 0o6000) !== 0) nodes.push(node);
    }
    nodes.sort((one, other) => tree.paths.comparePaths(one, other));
    return nodes.map((node) => patternOf(tree.paths.pathOf(node)));
  }
}
