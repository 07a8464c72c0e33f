/** The advice view as rows: what can be changed first, then what only another base image would change. */
import { type Advice, absolutePath, decodeName, type Finding } from "@layerscope/core";
import type { Subject } from "../subject.ts";
import { type InspectionPhase, inspectionPhase, missingContents } from "./inspection-phase.ts";
import { matchTexts } from "./query/match-texts.ts";

export type AdviceRow =
  | { readonly kind: "finding"; readonly finding: Finding }
  /** Stands before the findings of the base image. */
  | { readonly kind: "base"; readonly findings: number; readonly bytes: number };

export interface AdviceModel {
  readonly phase: InspectionPhase;
  readonly subject: Subject;
  /** What must match for a finding to be shown; empty for everything. */
  readonly filter: string;
  /** How many findings there are, shown or not. */
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
  /** The row of what stands in a row of this model, in a model with another filter. */
  readonly rowIn: (other: AdviceModel, index: number) => number;
}

const NO_BYTES: Advice["savedBytes"] = { own: 0, base: 0 };

let last: { readonly subject: Subject; readonly model: AdviceModel } | undefined;

/** The same model for the same image as far as it is known, and the same filter. */
export function adviceModel(subject: Subject, filter = ""): AdviceModel {
  if (last?.subject === subject && last.model.filter === filter) return last.model;
  const { advice, analysis, inspection } = subject;
  const { findings: all = [], savedBytes = NO_BYTES } = advice ?? {};
  const findings = shownFindings(subject, all, filter);
  const found = findings.findIndex(({ scope }) => scope === "base");
  /** Findings above the row of the base image. */
  const own = found < 0 ? findings.length : found;
  const ofBase = findings.slice(own);
  const baseBytes = ofBase.reduce((sum, { bytes }) => sum + bytes, 0);
  const at: AdviceModel["at"] = (index) => {
    if (index === own && ofBase.length > 0) return { kind: "base", findings: ofBase.length, bytes: baseBytes };
    const finding = findings[index > own ? index - 1 : index];
    return finding && { kind: "finding", finding };
  };
  const model: AdviceModel = {
    phase: inspectionPhase(subject, advice !== undefined),
    subject,
    filter,
    findings: all.length,
    savedBytes,
    storedBytes: analysis?.accounts.storedBytes ?? 0,
    secrets: inspection?.secrets.length ?? 0,
    missing: missingContents(subject, advice?.unreadLayers ?? []),
    count: findings.length + (ofBase.length > 0 ? 1 : 0),
    at,
    rowIn: (other, index) => rowOf(other, at(index)),
  };
  last = { subject, model };
  return model;
}

/** All of them while the filter is no query. */
function shownFindings(subject: Subject, findings: readonly Finding[], filter: string): readonly Finding[] {
  if (filter === "") return findings;
  const shown = matchTexts(filter, findings, (finding) => textsOfFinding(finding, subject));
  return "error" in shown ? findings : shown.flatMap((place) => findings[place] ?? []);
}

function rowOf({ count, at }: AdviceModel, row: AdviceRow | undefined): number {
  for (let index = 0; index < count; index++) {
    const other = at(index);
    if (
      row?.kind === "finding" ? other?.kind === "finding" && other.finding === row.finding : row?.kind === other?.kind
    )
      return index;
  }
  return 0;
}

/** What is said of a finding, for search and filter; not escaped. */
export function textsOfFinding({ rule, what, fix, snippet, parts }: Finding, { tree }: Subject): string[] {
  const paths = tree ? parts.map(({ node }) => decodeName(absolutePath(tree.paths.pathOf(node))).text) : [];
  return [rule.id, rule.title, what, fix, ...(snippet === undefined ? [] : [snippet]), ...paths];
}
