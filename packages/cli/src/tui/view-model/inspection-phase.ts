/** How far it is known what is in the files. */
import type { Subject } from "../subject.ts";

/** `unknown` until all layers are read, `inspecting` while the files are looked into. */
export type InspectionPhase = "unknown" | "inspecting" | "failed" | "known";

export function inspectionPhase({ inspectionError, isInspecting }: Subject, isKnown: boolean): InspectionPhase {
  if (isKnown) return "known";
  if (inspectionError) return "failed";
  return isInspecting ? "inspecting" : "unknown";
}

/**
 * What is missing, as a sentence; undefined when nothing is. Not escaped.
 * @param unread layers with files that could not be looked into
 */
export function missingContents({ hasContents, image }: Subject, unread: readonly number[]): string | undefined {
  if (unread.length === 0) return undefined;
  if (!hasContents && image?.inspected === undefined) {
    return "The saved report does not say what is in the files: this is what can be told without.";
  }
  const some = unread.slice(0, MOST_NAMED).join(", ");
  const more = unread.length - MOST_NAMED;
  const named = more > 0 ? `${some} and ${more} more` : some;
  return `Without contents of ${unread.length === 1 ? "layer" : "layers"} ${named}, that could not be looked into.`;
}

const MOST_NAMED = 5;
