/** What a repository sets for `layerscope ci`, whatever file it is written in. */
import type { AllowedSecrets, LayerGroup, RuleSetting } from "@layerscope/core";
import type { Units } from "../output/bytes.ts";
import type { LocatedBudget } from "./check-run.ts";

/** One image to check. */
export interface ImageSettings {
  /** What it is called in reports; the reference when nothing else was said. */
  readonly name: string;
  readonly reference: string;
  readonly platform?: string | undefined;
  readonly base?: string | undefined;
  readonly baseLayers?: number | undefined;
  /** A saved report or an image that growth is measured against. */
  readonly baseline?: string | undefined;
  /** Budgets of this image only, checked after those of all. */
  readonly budgets: readonly LocatedBudget[];
}

/** How a rule of advice is to be taken. With a level other than off it is a budget, too. */
export interface RuleConfig extends RuleSetting {
  /** Its id. */
  readonly rule: string;
  /** Whose findings the budget is about. */
  readonly layers: LayerGroup;
  readonly origin: LocatedBudget["origin"];
}

export interface BudgetSettings {
  /** The file, as it is found from the working directory. */
  readonly file: string;
  readonly images: readonly ImageSettings[];
  /** Budgets of every image; `ignore` of the file is part of each. */
  readonly budgets: readonly LocatedBudget[];
  /** For images that set none themselves, those of the command line too. */
  readonly base?: string | undefined;
  readonly baseLayers?: number | undefined;
  readonly baseline?: string | undefined;
  readonly units?: Units | undefined;
  /** Those that the file names. */
  readonly rules?: readonly RuleConfig[] | undefined;
  /** Patterns of paths that no budget and no rule counts. */
  readonly ignore?: readonly string[] | undefined;
  readonly allowedSecrets?: AllowedSecrets | undefined;
  /** What is odd but no mistake; one sentence each, not escaped. */
  readonly warnings: readonly string[];
}
