/** One part of a configuration that is being written: a budget or a rule, what is said about it, and whether it counts. */
import { comment, commentedOut } from "./yaml-text.ts";

export interface Section {
  /** Lines, not escaped. */
  readonly comment: readonly string[];
  /** YAML: one item of the list of budgets, or keys of the table of rules. */
  readonly lines: readonly string[];
  readonly isActive: boolean;
}

/** A section that is there to be read. */
export function inactive(section: Section): Section {
  return { ...section, isActive: false };
}

export function sectionLines({ comment: words, lines, isActive }: Section): string[] {
  return [...comment(words), ...(isActive ? lines : commentedOut(lines))];
}
