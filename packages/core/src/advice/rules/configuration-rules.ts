import type { Rule } from "../rule.ts";
import { noHealthcheck } from "./no-healthcheck.ts";
import { runsAsRoot } from "./runs-as-root.ts";
import { shellForm } from "./shell-form.ts";

/** About what an image says of the container that is made of it. */
export const CONFIGURATION_RULES: readonly Rule[] = [runsAsRoot, shellForm, noHealthcheck];
