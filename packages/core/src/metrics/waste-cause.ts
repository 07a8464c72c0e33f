/** Why bytes are stored that no container sees. */
export type WasteCause = "deleted" | "hidden" | "rewritten" | "metadata" | "identical" | "duplicate-member";

export const WASTE_CAUSES: readonly WasteCause[] = [
  "deleted",
  "hidden",
  "rewritten",
  "metadata",
  "identical",
  "duplicate-member",
];
