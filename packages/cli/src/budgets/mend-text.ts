/** What would mend a failed budget. */
import type { BudgetFinding, BudgetKind, WasteCause } from "@layerscope/core";
import { CAUSE_REMEDY } from "../output/waste-text.ts";
import type { CheckedImage, LocatedVerdict } from "./check-run.ts";

/**
 * What would mend a failed budget: a few sentences, safe to print. It goes by what the verdict found: whose layers
 * it is in, whether it is removed later, why it is wasted.
 */
export function mendText(verdict: LocatedVerdict, image: CheckedImage): string {
  return MENDS[verdict.budget.limit.kind](verdict, image).slice(0, FEW).join(" ");
}

/** Who is told more does nothing of it. */
const FEW = 2;

/** What helps most first. */
type Mend = (verdict: LocatedVerdict, image: CheckedImage) => string[];

const OUT_OF_CONTEXT = "keep it out of the build with .dockerignore";
const NEXT_STAGE = "Build in one stage and copy only the result into the next.";

const MENDS: Readonly<Record<BudgetKind, Mend>> = {
  maxSize: (verdict, image) => [...removedLater(verdict), ...ofBase(verdict, image), leaveOut(verdict)],
  maxCompressedSize: (verdict, image) => [
    ...ofBase(verdict, image),
    "Store less in the largest layers, or compress them better: zstd, or a higher level.",
  ],
  maxLayers: () => ["Join RUN steps that belong together, and copy with one COPY what changes together."],
  maxLayerSize: ({ findings }) => {
    const [largest] = findings;
    const where = largest?.layer === undefined ? "the step that makes it" : `layer ${largest.layer}`;
    return [`Store less in ${where}, or split what rarely changes from what often does.`];
  },
  maxWastedBytes: byCause,
  maxWastedShare: byCause,
  minEfficiency: byCause,
  maxFiles: (verdict, image) => [
    ...ofBase(verdict, image),
    `Leave out what a container does not read, such as tests, sources and what only the build needs. ${NEXT_STAGE}`,
  ],
  maxFileSize: (verdict, image) => [
    ...removedLater(verdict),
    ...ofBase(verdict, image),
    "Strip or split the file, mount it, or fetch it when the container starts.",
  ],
  maxGrowth: (verdict) => [
    ...removedLater(verdict),
    "Look at what grew. If it is meant to, take a new baseline; else undo it in the layer that stores it.",
  ],
  forbidden: ({ findings }) => [
    `${forbiddenRemedy(findings)} A secret that was stored is known to whoever has the image: replace it.`,
  ],
  required: () => ["Add the step that makes or copies it, or correct the path in the budget."],
  allowedSetuid: ({ findings }) => [
    `Run chmod a-s on it in the step that makes it${inLayer(findings)}, or add it to allowedSetuid if it has to be so.`,
  ],
  nonRoot: () => ["Add USER with another user than root behind the steps that need root, for example USER 1000."],
  rule: ({ budget: { limit } }, { found }) => {
    const finding = found?.advice.findings.find(({ rule: { id } }) => limit.kind === "rule" && limit.rule === id);
    return finding ? [finding.rule.fix] : [];
  },
  diveLowestEfficiency: () => [DIVE_REMEDY],
  diveHighestWastedBytes: () => [DIVE_REMEDY],
  diveHighestUserWastedPercent: () => [DIVE_REMEDY],
};

const DIVE_REMEDY = "Write each of these paths in one layer only: join the steps that write, change or remove it.";

/** The remedies for the causes that most bytes have. */
function byCause({ findings, budget }: LocatedVerdict): string[] {
  const bytes = new Map<WasteCause, number>();
  for (const { cause, bytes: some = 0 } of findings) {
    if (cause !== undefined) bytes.set(cause, (bytes.get(cause) ?? 0) + some);
  }
  if ("cause" in budget.limit && budget.limit.cause !== undefined) bytes.set(budget.limit.cause, Number.MAX_VALUE);
  const causes = [...bytes].sort(([, one], [, other]) => other - one).slice(0, FEW);
  if (causes.length === 0)
    return ["Write each file once, and remove nothing in a later step than the one that made it."];
  return causes.map(([cause]) => CAUSE_REMEDY[cause]);
}

function removedLater({ findings }: LocatedVerdict): string[] {
  const some = findings.some(({ hiddenBy }) => hiddenBy !== undefined);
  return some ? ["What a later step removes or replaces is still stored: remove it in the step that makes it."] : [];
}

/** Where most of it is from the base image, one's own steps cannot mend it. */
function ofBase({ findings }: LocatedVerdict, { base }: CheckedImage): string[] {
  const size = (some: readonly BudgetFinding[]): number =>
    some.reduce((sum, { bytes = 0, files = 0 }) => sum + Math.max(bytes, files), 0);
  const inBase = findings.filter(({ layer }) => layer !== undefined && layer < base.layers);
  return inBase.length > 0 && size(inBase) * 2 > size(findings)
    ? ["Most of it is in the base image: choose a smaller one."]
    : [];
}

function leaveOut({ budget }: LocatedVerdict): string {
  return budget.paths
    ? `Do not install it, or remove it in the step that brings it. ${NEXT_STAGE}`
    : `Leave out what the container does not need: the largest parts are listed. ${NEXT_STAGE}`;
}

function forbiddenRemedy(findings: readonly BudgetFinding[]): string {
  const removed = findings.some(({ hiddenBy }) => hiddenBy !== undefined);
  return removed
    ? `Removing it later is too late: delete it in the step that makes it, or ${OUT_OF_CONTEXT}.`
    : `Do not copy it: ${OUT_OF_CONTEXT}, or delete it in the step that makes it.`;
}

/** `, layer 0` where all of them are in one layer. */
function inLayer(findings: readonly BudgetFinding[]): string {
  const [layer, ...others] = new Set(findings.map((finding) => finding.layer));
  return layer === undefined || others.length > 0 ? "" : `, layer ${layer}`;
}
