/** Images as the view has them when their files have been looked into. */
import { type Advice, type Analysis, advise, analyse, type Inspection, inspectImage } from "@layerscope/core";
import { adviceImage } from "../../../../../test/tui/advice-image.ts";
import { withScan } from "../../../../core/test/tree/scan-layers.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { subjectOf } from "../layers/subjects.ts";

const BASE = { layers: 1, foundBy: "a test" } as const;

/** The image of advice-image.ts, or another one, with all that is to be known of it. */
export async function inspectedSubject(archive = adviceImage(), more: Partial<Subject> = {}): Promise<Subject> {
  return withScan(archive, async (image) => {
    const analysis = analyse(image);
    const inspection = await inspectImage(analysis);
    return withKnowledge(analysis, inspection, adviseOn(analysis, inspection), more);
  });
}

export function adviseOn(analysis: Analysis, inspection: Inspection): Advice {
  const base = { layers: BASE.layers, foundBy: "given-number", certainty: "certain" } as const;
  return advise(analysis, inspection, { base, today: new Date("2026-01-01T00:00:00Z") });
}

export function withKnowledge(
  analysis: Analysis,
  inspection: Inspection,
  advice: Advice,
  more: Partial<Subject> = {},
): Subject {
  return subjectOf(analysis, { inspection, advice, base: BASE, ...more });
}
