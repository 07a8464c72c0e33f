/** What the kinds of budgets are called in reports for programs. */
import type { BudgetKind, BudgetLimit } from "@layerscope/core";

/** What a kind of budget demands. */
export interface Rule {
  /** Stays the same between versions: programs remember it. */
  readonly id: string;
  /** As an identifier: `MaxSize`. */
  readonly name: string;
  /** A few words. */
  readonly title: string;
  /** A whole sentence. */
  readonly description: string;
}

/** `budget/max-size` for `maxSize`. */
export const ruleId = (kind: BudgetKind): string =>
  `budget/${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** What a budget checks: its kind, or the rule of advice itself. */
export function checkName(limit: BudgetLimit): string {
  return limit.kind === "rule" ? limit.rule : ruleId(limit.kind);
}

export function ruleOf(kind: BudgetKind): Rule {
  const [title, description] = WORDS[kind];
  return { id: ruleId(kind), name: kind.charAt(0).toUpperCase() + kind.slice(1), title, description };
}

const WORDS: Readonly<Record<BudgetKind, readonly [title: string, description: string]>> = {
  maxSize: ["Size of the files", "The files that the layers store must not have more bytes than the limit."],
  maxCompressedSize: [
    "Compressed size",
    "The blobs of the layers, as they travel, must not have more bytes than the limit.",
  ],
  maxLayers: ["Number of layers", "The image must not have more layers than the limit."],
  maxLayerSize: ["Size of the largest layer", "No layer may store more bytes than the limit."],
  maxWastedBytes: ["Wasted bytes", "The layers must not store more bytes that no container sees than the limit."],
  maxWastedShare: [
    "Wasted share",
    "Of what the layers store, the share that no container sees must not be greater than the limit.",
  ],
  minEfficiency: [
    "Efficiency",
    "Of what the layers store, the share that a container sees must not be less than the limit.",
  ],
  maxFiles: ["Number of files", "A container must not see more files than the limit."],
  maxFileSize: ["Size of the largest file", "No file that is stored may have more bytes than the limit."],
  maxGrowth: ["Growth", "The layers must not store more bytes than those of the baseline and the limit."],
  forbidden: ["Forbidden paths", "No layer may bring one of these paths, even if a later one removes it."],
  required: ["Required paths", "A container must see each of these paths."],
  allowedSetuid: ["Setuid files", "A container may see no setuid or setgid files but those that are allowed."],
  nonRoot: ["User is not root", "The user that the image's configuration names must not be root."],
  rule: ["Rule of advice", "The rule of advice must find nothing."],
  diveLowestEfficiency: [
    "lowestEfficiency of dive",
    "The efficiency as dive computes it must not be less than the limit.",
  ],
  diveHighestWastedBytes: [
    "highestWastedBytes of dive",
    "The wasted bytes as dive computes them must not be more than the limit.",
  ],
  diveHighestUserWastedPercent: [
    "highestUserWastedPercent of dive",
    "The wasted share of the layers but the first, as dive computes it, must not be greater than the limit.",
  ],
};
