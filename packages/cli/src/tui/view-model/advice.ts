/** The advice view as rows: what can be changed first, then what only another base image would change. */
import type { Advice, Finding } from "@layerscope/core";
import type { Subject } from "../subject.ts";
import { type InspectionPhase, inspectionPhase, missingContents } from "./inspection-phase.ts";

export type AdviceRow =
  | { readonly kind: "finding"; readonly finding: Finding }
  /** Stands before the findings of the base image. */
  | { readonly kind: "base"; readonly findings: number; readonly bytes: number };

export interface AdviceModel {
  readonly phase: InspectionPhase;
  readonly subject: Subject;
  /** How many findings there are. */
  readonly findings: number;
  /** Bytes that would not be stored. */
  readonly savedBytes: Advice["savedBytes"];
  readonly storedBytes: number;
  /** How many secrets were found. */
  readonly secrets: number;
  /** What is missing; not escaped. */
  readonly missing: string | undefined;
  /** How many rows there are. */
  readonly count: number;
  readonly at: (index: number) => AdviceRow | undefined;
}

const NO_BYTES: Advice["savedBytes"] = { own: 0, base: 0 };

let last: { readonly subject: Subject; readonly model: AdviceModel } | undefined;

/** The same model for the same image as far as it is known. */
export function adviceModel(subject: Subject): AdviceModel {
  if (last?.subject === subject) return last.model;
  const { advice, analysis, inspection } = subject;
  const { findings = [], savedBytes = NO_BYTES } = advice ?? {};
  const found = findings.findIndex(({ scope }) => scope === "base");
  /** Findings above the row of the base image. */
  const own = found < 0 ? findings.length : found;
  const ofBase = findings.length - own;
  const model: AdviceModel = {
    phase: inspectionPhase(subject, advice !== undefined),
    subject,
    findings: findings.length,
    savedBytes,
    storedBytes: analysis?.accounts.storedBytes ?? 0,
    secrets: inspection?.secrets.length ?? 0,
    missing: missingContents(subject, advice?.unreadLayers ?? []),
    count: findings.length + (ofBase > 0 ? 1 : 0),
    at: (index) => {
      if (index === own && ofBase > 0) return { kind: "base", findings: ofBase, bytes: savedBytes.base };
      const finding = findings[index > own ? index - 1 : index];
      return finding && { kind: "finding", finding };
    },
  };
  last = { subject, model };
  return model;
}
