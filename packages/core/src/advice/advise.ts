import type { Inspection } from "../inspection/inspection.ts";
import type { Analysis } from "../metrics/analyse.ts";
import type { BaseLayers } from "../metrics/base-layers.ts";
import type { Advice, RuleSetting } from "./rule.ts";

export interface AdviseOptions {
  /** Which layers are the base image's; found by {@link findBaseLayers} when left out. */
  readonly base?: BaseLayers | undefined;
  /** By the rule's id. */
  readonly rules?: Readonly<Record<string, RuleSetting>> | undefined;
  /** Files that do not count for any rule, by patterns of paths. */
  readonly ignore?: readonly string[] | undefined;
  /** What counts as today; now when left out. */
  readonly today?: Date | undefined;
}

/** What could be done about an image. */
export declare function advise(analysis: Analysis, inspection: Inspection, options?: AdviseOptions): Advice;
