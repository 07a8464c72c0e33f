import type { Rule } from "./rule.ts";
import { BASE_RULES } from "./rules/base-rules.ts";
import { BUILD_RULES } from "./rules/build-rules.ts";
import { CONFIGURATION_RULES } from "./rules/configuration-rules.ts";
import { CONTEXT_RULES } from "./rules/context-rules.ts";
import { duplicateContent } from "./rules/duplicate-content.ts";
import { LEAVINGS_RULES } from "./rules/leavings-rules.ts";
import { ORDER_RULES } from "./rules/order-rules.ts";
import { SECURITY_RULES } from "./rules/security-rules.ts";
import { WASTE_RULES } from "./rules/waste-rules.ts";

/** All rules. A file counts for the first of them that claims it, so the more particular ones come first. */
export const RULES: readonly Rule[] = [
  ...SECURITY_RULES,
  ...WASTE_RULES,
  ...LEAVINGS_RULES,
  ...CONTEXT_RULES,
  ...BUILD_RULES,
  // What goes for another reason need not be there once, either.
  duplicateContent,
  ...ORDER_RULES,
  ...CONFIGURATION_RULES,
  ...BASE_RULES,
];
