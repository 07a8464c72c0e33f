/** The words of advice: rules, what they find in an image, and what following them saves. */
import type { Part } from "../metrics/largest-parts.ts";
import type { AdviceContext } from "./advice-context.ts";

export type RuleCategory =
  /** Bytes that no container sees. */
  | "waste"
  /** What package managers leave. */
  | "leavings"
  /** What only building needs. */
  | "build"
  /** What .dockerignore should keep out. */
  | "context"
  /** The order of layers and commands. */
  | "order"
  | "base"
  | "configuration"
  | "security";

export type RuleLevel = "off" | "warn" | "error";

/** One rule. Its texts are the whole of its documentation (docs/rules.md is made of them). */
export interface Rule {
  /** Stable, in kebab-case. */
  readonly id: string;
  /** What is wrong, in one line without a full stop: "Package lists of apt are still there". */
  readonly title: string;
  readonly category: RuleCategory;
  /** Why it matters: sentences. */
  readonly reason: string;
  /** What to do about it in general: sentences. */
  readonly fix: string;
  /** Lines of a Dockerfile: what the rule finds, and the same as it should be. */
  readonly example: { readonly bad: string; readonly good: string };
  /** How its bytes are counted, and what it leaves alone: sentences. */
  readonly counts: string;
  find(context: AdviceContext): Iterable<Draft>;
}

/** What a rule finds, before it is known what is left for it to claim. */
export interface Draft {
  /** What was found in this image, in one sentence without a full stop and without a number of bytes. Not escaped. */
  readonly what: string;
  /**
   * The files whose bytes the image would not store, by the entry of the tree that stores each. A file counts for the first
   * rule that claims it, so that no byte is saved twice; a draft that names files of which none is left is dropped.
   */
  readonly inodes?: Iterable<number> | undefined;
  /** Nothing is said about less than so many bytes. */
  readonly worth?: number | undefined;
  /** What would be saved besides that cannot be told exactly, in bytes, and how it was estimated. Not part of any sum. */
  readonly estimate?: Estimate | undefined;
  /** Layers that it involves, besides those that store the files. */
  readonly layers?: readonly number[] | undefined;
  /** Steps of the history that it involves, by their index there. */
  readonly steps?: readonly number[] | undefined;
  /** Paths that show it, where it is not about files. */
  readonly paths?: readonly number[] | undefined;
  /** What to do here, where that can be said better than in general. */
  readonly fix?: string | undefined;
  /** Lines of a Dockerfile, made from the commands of this image. Not escaped. */
  readonly snippet?: string | undefined;
  /** Whose it is, where no file tells. */
  readonly scope?: AdviceScope | undefined;
}

/** Whether whoever builds the image can change it, or only choose another base image. */
export type AdviceScope = "own" | "base";

export interface Estimate {
  readonly bytes: number;
  readonly how: string;
}

export interface Finding {
  readonly rule: Rule;
  readonly level: Exclude<RuleLevel, "off">;
  readonly scope: AdviceScope;
  readonly what: string;
  readonly fix: string;
  readonly snippet: string | undefined;
  /** Bytes that the image would not store; exact. */
  readonly bytes: number;
  readonly estimate: Estimate | undefined;
  /** Oldest first. */
  readonly layers: readonly number[];
  readonly steps: readonly number[];
  /** What shows it, largest first, at most {@link MOST_PARTS}: `value` is in bytes. */
  readonly parts: readonly Part[];
  /** The files that it claims, by the entry that stores each. */
  readonly inodes: readonly number[];
}

export const MOST_PARTS = 10;

/** How a rule is to be taken. */
export interface RuleSetting {
  readonly level?: RuleLevel | undefined;
  /** Files that do not count, by patterns of paths. */
  readonly ignore?: readonly string[] | undefined;
  /** Files that these layers store do not count. */
  readonly ignoreLayers?: readonly number[] | undefined;
  /** Nothing is said about less than so many bytes. */
  readonly butAtLeast?: number | undefined;
}

export interface Advice {
  /** Those that were applied, in the order of the catalogue. */
  readonly rules: readonly Rule[];
  /**
   * Own ones first, then what only another base image would change; of each those about security first, then errors, then
   * by what is saved, largest first. Secrets of the image's configuration are masked in their texts.
   */
  readonly findings: readonly Finding[];
  /** Layers with files that could not be looked into: rules that ask what is in files say nothing about those. */
  readonly unreadLayers: readonly number[];
  /** Exact: the sizes of all files that findings claim, which are each claimed once. */
  readonly savedBytes: { readonly own: number; readonly base: number };
}
