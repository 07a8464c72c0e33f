import type { Rule } from "./rule.ts";

/** All rules. A file counts for the first of them that claims it, so the more particular ones come first. */
export const RULES: readonly Rule[] = [];
