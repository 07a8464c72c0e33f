import type { Rule } from "@layerscope/core";

export function rulesPage(rules: readonly Rule[]): string;
