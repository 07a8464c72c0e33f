/**
 * The words of budgets: what can be limited, over which layers and paths, and what a check says of it.
 *
 * Sizes are of what is stored: every regular file of every layer in question, whether a container still sees it or not, at
 * the path that stored it. So the sizes of parts add up to the size of the whole. What is there (number of files, required
 * paths, setuid files) is asked of what a container sees.
 */
import type { WasteCause } from "../metrics/waste-cause.ts";

/** The whole image, the layers that it adds to its base image, those of the base, or one layer, counted from 0. */
export type LayerGroup = "image" | "own" | "base" | number;

/** A limit in bytes, or as a share of what it is a limit of. */
export type ByteLimit =
  | { readonly bytes: number }
  | {
      /** 0 to 1. */
      readonly share: number;
      /** Never less than so many bytes, whatever the share is. */
      readonly butAtLeast?: number | undefined;
    };

/** What is limited, and by how much. A value at the limit passes. */
export type BudgetLimit =
  /** Bytes of all files that the layers store. */
  | { readonly kind: "maxSize"; readonly bytes: number }
  /** Bytes of the layers' blobs, as they travel. */
  | { readonly kind: "maxCompressedSize"; readonly bytes: number }
  /** Number of layers, empty ones too. */
  | { readonly kind: "maxLayers"; readonly count: number }
  /** Bytes that the largest of the layers stores. */
  | { readonly kind: "maxLayerSize"; readonly bytes: number }
  /** Bytes that are stored and that no container sees, of one cause or of all. */
  | { readonly kind: "maxWastedBytes"; readonly bytes: number; readonly cause?: WasteCause | undefined }
  /** The same by the bytes stored. */
  | {
      readonly kind: "maxWastedShare";
      readonly share: number;
      readonly butAtLeast?: number | undefined;
      readonly cause?: WasteCause | undefined;
    }
  /** Bytes that a container sees by the bytes stored; 1 when nothing is stored. */
  | { readonly kind: "minEfficiency"; readonly share: number; readonly butAtLeast?: number | undefined }
  /** Number of regular files that a container sees, by path. */
  | { readonly kind: "maxFiles"; readonly count: number }
  /** Bytes of the largest file that is stored. */
  | { readonly kind: "maxFileSize"; readonly bytes: number }
  /** Bytes stored more than by the baseline. */
  | ({ readonly kind: "maxGrowth" } & ByteLimit)
  /** Paths that no layer may bring, even if a later one removes them. */
  | { readonly kind: "forbidden"; readonly patterns: readonly string[] }
  /** Patterns that a path which a container sees must match, each one. */
  | { readonly kind: "required"; readonly patterns: readonly string[] }
  /** The only files that may be setuid or setgid, of those that a container sees. */
  | { readonly kind: "allowedSetuid"; readonly patterns: readonly string[] }
  /** The user that the configuration names must not be root. */
  | { readonly kind: "nonRoot" }
  /** A rule of advice, by its id, must find nothing. */
  | { readonly kind: "rule"; readonly rule: string }
  /** dive's rules, by dive's arithmetic ({@link ../metrics/dive-compat.ts}). */
  | { readonly kind: "diveLowestEfficiency"; readonly ratio: number }
  | { readonly kind: "diveHighestWastedBytes"; readonly bytes: number }
  | { readonly kind: "diveHighestUserWastedPercent"; readonly ratio: number };

export type BudgetKind = BudgetLimit["kind"];

/** Where a budget is written. */
export type BudgetOrigin =
  | {
      readonly kind: "file";
      /** As it is found from the working directory, with `/`. */
      readonly file: string;
      /** Counted from 1. */
      readonly line: number;
    }
  /** On the command line; the option as it was typed, such as `--max-size 300MB`. */
  | { readonly kind: "option"; readonly option: string };

/** One budget. */
export interface Budget {
  /** What its verdict is listed under. */
  readonly name: string;
  readonly limit: BudgetLimit;
  /** Which layers count; kinds that are about the image as such ignore it. */
  readonly layers: LayerGroup;
  /** Only paths that match one of these count; all when left out. See {@link ../tree/path-patterns.ts} for what matches. */
  readonly paths?: readonly string[] | undefined;
  /** Paths that match one of these do not count. */
  readonly ignore?: readonly string[] | undefined;
  /** A budget that only warns never fails a check. */
  readonly severity: "error" | "warn";
  /** For whoever has to change it; a check does not look at it. */
  readonly origin?: BudgetOrigin | undefined;
}

/** Something that a verdict rests on. Which parts there are depends on the kind. */
export interface BudgetFinding {
  /** A file, or a directory for all that is below it; as bytes without the leading slash. */
  readonly path?: Uint8Array | undefined;
  readonly isDirectory?: boolean | undefined;
  /** What it contributes to the value; its growth, where the budget is about that. */
  readonly bytes?: number | undefined;
  /** How many files it stands for; of budgets that count files. */
  readonly files?: number | undefined;
  /** What it had in the baseline. */
  readonly before?: number | undefined;
  /** The layer that stored or brought it; of a directory the one that stored most of it. */
  readonly layer?: number | undefined;
  /** The layer since which no container sees it. */
  readonly hiddenBy?: number | undefined;
  readonly cause?: WasteCause | undefined;
  /** The pattern of the budget that it matches, or that nothing matches. */
  readonly pattern?: string | undefined;
}

/** What is known of one budget after a check. */
export interface BudgetVerdict {
  readonly budget: Budget;
  /**
   * `undecided`: it cannot be told, and `reason` says why; that is no pass. `skipped`: there is nothing to check, such as
   * growth without a baseline.
   */
  readonly status: "passed" | "failed" | "undecided" | "skipped";
  readonly unit: "bytes" | "share" | "count";
  /** In `unit`. Of kinds that list paths it is the number of offences. Never NaN or infinite. */
  readonly value: number | undefined;
  /** What the value may be at most; of efficiencies, at least. In `unit`. */
  readonly limit: number | undefined;
  /** How far the value is on the good side of the limit, in `unit`; negative when it is on the other. */
  readonly margin: number | undefined;
  /** Of shares: the same in bytes, `butAtLeast` taken into account. These decide. */
  readonly bytes?: { readonly value: number; readonly limit: number } | undefined;
  /** Of growth: bytes in the baseline and now. */
  readonly growth?: { readonly before: number; readonly now: number } | undefined;
  /** Why it is undecided or skipped; one sentence without a full stop, not escaped. */
  readonly reason?: string | undefined;
  /** What makes up the value, largest first, at most {@link MOST_FINDINGS}. Directories and files do not overlap. */
  readonly findings: readonly BudgetFinding[];
  /** How many there are in all. */
  readonly findingCount: number;
  /** Bytes that were left out because of `ignore`; of budgets of waste, wasted ones. */
  readonly ignoredBytes: number;
  /** What else one should know, such as what dive's number hides; sentences without a full stop, not escaped. */
  readonly notes: readonly string[];
}

/** More are counted, but not listed. */
export const MOST_FINDINGS = 10;
