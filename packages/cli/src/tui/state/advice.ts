/** The advice view: where the cursor is in the list of findings, and how far what is said of one is scrolled. */
import { type ListPosition, START } from "./list.ts";

export interface AdviceState {
  readonly position: ListPosition;
  /** First row of the details. */
  readonly detailsTop: number;
}

export function startAdvice(): AdviceState {
  return { position: START, detailsTop: 0 };
}
