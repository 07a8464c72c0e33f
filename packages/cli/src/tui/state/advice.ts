/** The advice view: what of it is shown, where the cursor is in the list of findings, and how far what is said of one is scrolled. */
import { type ListPosition, START } from "./list.ts";

export interface AdviceState {
  /** What must match for a finding to be shown; empty for everything. */
  readonly filter: string;
  readonly position: ListPosition;
  /** First row of the details. */
  readonly detailsTop: number;
}

export function startAdvice(): AdviceState {
  return { filter: "", position: START, detailsTop: 0 };
}
