/** What files show and what rules find, for checks that ask for it. Loaded only then: it is half of all there is to load. */
import {
  type Analysis,
  advise,
  type BaseLayers,
  type Baseline,
  CONTENT_INSPECTOR,
  type Inspection,
  inspectImage,
  packageChanges,
} from "@layerscope/core";
import { interruption } from "../interruption.ts";
import type { FoundInFiles } from "./check-run.ts";
import type { RulesToApply } from "./rules-to-apply.ts";

/** Looks into files while an image is opened. */
export const LOOKING = { inspector: CONTENT_INSPECTOR } as const;

export async function whatIsFound(
  analysis: Analysis,
  base: BaseLayers,
  baseline: Baseline | undefined,
  { allowedSecrets, ...rules }: RulesToApply,
): Promise<FoundInFiles> {
  const inspection = await inspectImage(analysis, { allowedSecrets, signal: interruption.signal });
  return {
    inspection,
    advice: advise(analysis, inspection, { base, ...rules }),
    packageChanges: baseline && packageChanges(analysis, inspection, baseline),
  };
}

export function whatIsIn(analysis: Analysis): Promise<Inspection> {
  return inspectImage(analysis, { signal: interruption.signal });
}
