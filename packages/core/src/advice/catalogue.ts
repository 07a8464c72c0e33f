import type { Rule } from "./rule.ts";
import { BASE_RULES } from "./rules/base-rules.ts";
import { CONFIGURATION_RULES } from "./rules/configuration-rules.ts";
import { SECURITY_RULES } from "./rules/security-rules.ts";

/** All rules. A file counts for the first of them that claims it, so the more particular ones come first. */
export const RULES: readonly Rule[] = [...SECURITY_RULES, ...CONFIGURATION_RULES, ...BASE_RULES];
