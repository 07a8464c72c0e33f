import type { Rule } from "../rule.ts";
import { endOfLifeBase } from "./end-of-life-base.ts";
import { largeBase } from "./large-base.ts";
import { latestBase } from "./latest-base.ts";

/** About the image that an image is built from. */
export const BASE_RULES: readonly Rule[] = [endOfLifeBase, largeBase, latestBase];
