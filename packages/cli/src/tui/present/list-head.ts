/** The rows above the list of a view: its sums, and what is missing; and what stands in place of a list. */
import { cellWidth } from "../../output/terminal.ts";
import type { Subject } from "../subject.ts";
import type { AdviceModel } from "../view-model/advice.ts";
import type { InspectionPhase } from "../view-model/inspection-phase.ts";
import type { PackagesModel } from "../view-model/packages.ts";
import { Line } from "./line.ts";
import type { Look, Tone } from "./look.ts";

export interface ListHead {
  /** The most important part. */
  readonly sum: string;
  readonly tone: Tone;
  /** The rest; those that do not fit are left out. */
  readonly facts: readonly { readonly text: string; readonly tone: Tone }[];
  readonly missing: string | undefined;
}

export function presentListHead({ sum, tone, facts, missing }: ListHead, width: number, look: Look): string[] {
  const line = new Line(look, width).space(look.plain ? 0 : 1).text(sum, tone);
  const separator = look.plain ? ", " : ` ${look.glyphs.separator} `;
  for (const fact of facts) {
    if (cellWidth(separator) + cellWidth(fact.text) > line.left) break;
    line.text(separator, "line").text(fact.text, fact.tone);
  }
  const rows = [line.toString()];
  if (missing !== undefined)
    rows.push(
      new Line(look, width)
        .space(look.plain ? 0 : 1)
        .text(missing, "warning")
        .toString(),
    );
  return rows;
}

/** Why there is no list, at each point of what is known. */
export interface NoListTexts {
  readonly unknown: string;
  readonly inspecting: string;
  /** All is known, and it is nothing. */
  readonly none: string;
}

/** What stands in place of a list that has no rows. */
export function presentNoList(
  { phase, subject, filter }: Pick<AdviceModel | PackagesModel, "phase" | "subject" | "filter">,
  texts: NoListTexts,
  width: number,
  look: Look,
): string[] {
  const { text, tone } = reasonFor(phase, subject, filter, texts);
  const line = new Line(look, width).space(look.plain ? 0 : 1).text(text, tone);
  return ["", line.toString()];
}

function reasonFor(
  phase: InspectionPhase,
  { inspectionError }: Subject,
  filter: string,
  texts: NoListTexts,
): { readonly text: string; readonly tone: Tone } {
  switch (phase) {
    case "unknown":
    case "inspecting":
      return { text: texts[phase], tone: "muted" };
    case "failed":
      return { text: inspectionError?.message ?? "", tone: "error" };
    case "known":
      if (filter !== "") return { text: `Nothing here matches ${filter}. Escape shows everything.`, tone: "muted" };
      return { text: texts.none, tone: "good" };
  }
}
