/** Budgets of bytes that are stored and that no container sees. */

import type { Part } from "../metrics/largest-parts.ts";
import { WASTE_CAUSES, type WasteCause } from "../metrics/waste-cause.ts";
import { type Budget, type BudgetFinding, type BudgetLimit, type BudgetVerdict, MOST_FINDINGS } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { type CountedFiles, countFiles, forEachInParts, partsOf } from "./counted-files.ts";
import { bytesOfShare, leastBytesOfShare } from "./exact-share.ts";
import { Tally } from "./tally.ts";
import { decided, type Measured } from "./verdict.ts";

type WasteLimit = Extract<BudgetLimit, { readonly kind: "maxWastedBytes" | "maxWastedShare" | "minEfficiency" }>;

/**
 * Checks a budget of waste. What the budget's layers store and no container sees is theirs, whichever layer hid it. Whole
 * bytes decide; shares are only told. `ignoredBytes` are wasted ones.
 */
export function checkWaste(context: CheckContext, budget: Budget, limit: WasteLimit): BudgetVerdict {
  const { waste } = context.analysis.accounts;
  const cause = limit.kind === "minEfficiency" ? undefined : limit.cause;
  const wasted = countFiles(context, budget, ({ inode }) => {
    const found = waste.causeOf(inode);
    return found !== undefined && (cause === undefined || found === cause);
  });
  const parts = partsOf(context, wasted);
  return decided(budget, {
    ...measure(context, budget, limit, wasted.bytes),
    findings: describe(context, wasted, parts.slice(0, MOST_FINDINGS)),
    findingCount: parts.length,
    ignoredBytes: wasted.ignoredBytes,
  });
}

function measure(context: CheckContext, budget: Budget, limit: WasteLimit, wasted: number): Measured {
  if (limit.kind === "maxWastedBytes") {
    return { unit: "bytes", value: wasted, limit: limit.bytes, isWithin: wasted <= limit.bytes };
  }
  const { share, butAtLeast = 0 } = limit;
  const stored = countFiles(context, budget).bytes;
  const isWaste = limit.kind === "maxWastedShare";
  const measured = isWaste ? wasted : stored - wasted;
  const value = stored > 0 ? measured / stored : isWaste ? 0 : 1;
  const byShare = isWaste ? bytesOfShare(share, stored) : stored - leastBytesOfShare(share, stored);
  const allowed = Math.max(byShare, butAtLeast);
  return {
    unit: "share",
    value,
    limit: share,
    isWithin: wasted <= allowed,
    margin: isWaste ? share - value : value - share,
    bytes: { value: wasted, limit: allowed },
  };
}

/** Each part with where most of its bytes were stored, which layer hid most of these, and why. */
function describe(context: CheckContext, wasted: CountedFiles, parts: readonly Part[]): BudgetFinding[] {
  const { tree } = context.analysis.image;
  const { waste } = context.analysis.accounts;
  const tallies = parts.map(() => new Tally());
  forEachInParts(context, wasted, parts, (place, { layer, bytes, inode }) => {
    const cause = WASTE_CAUSES.indexOf(waste.causeOf(inode) as WasteCause);
    tallies[place]?.add(bytes, layer, tree.lossLayerOf(inode), cause);
  });
  return parts.map(({ node, isDirectory, value }, place) => {
    const [layer, hiddenBy, cause = -1] = tallies[place]?.largest() ?? [];
    return { path: context.paths.pathOf(node), isDirectory, bytes: value, layer, hiddenBy, cause: WASTE_CAUSES[cause] };
  });
}
