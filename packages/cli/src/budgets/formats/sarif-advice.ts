/** What rules of advice find, as SARIF has it: each finding a result, under the rule's own id. */
import { createHash } from "node:crypto";
import { decodeName, type Finding, isFindingOf, RULES, type Rule, ruleHelp } from "@layerscope/core";
import type { CheckedImage } from "../check-run.ts";
import { layerCommand, plainText } from "../verdict-text.ts";

/** In columns. */
const COMMAND = 60;
const MOST_LAYERS = 3;

/** A rule as the tool's description lists it. */
export function adviceDescriptor({ id, title, reason, fix, category }: Rule) {
  return {
    id,
    name: id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: reason },
    help: { text: fix },
    helpUri: ruleHelp(id),
    defaultConfiguration: { level: "note" },
    properties: { tags: [category] },
  };
}

/** The rules that found something in any of the images, in the order of the catalogue. */
export function adviceRules(images: readonly CheckedImage[]): Rule[] {
  const ids = new Set(images.flatMap(({ found }) => found?.advice.findings.map(({ rule }) => rule.id) ?? []));
  return RULES.filter(({ id }) => ids.has(id));
}

export interface AdviceResult {
  readonly rule: Rule;
  readonly level: "error" | "warning" | "note";
  /** Not made harmless for SARIF yet. */
  readonly text: string;
  readonly fingerprint: string;
  readonly properties: object;
}

/** What was found in an image. A rule that is a budget has the level of the budget; any other only tells. */
export function adviceResults(image: CheckedImage, name: string): AdviceResult[] {
  const seen = new Map<string, number>();
  const { paths } = image.analysis.image.tree;
  const pathOf = (node: number): string => `/${decodeName(paths.pathOf(node)).text}`;
  return (image.found?.advice.findings ?? []).map((finding) => {
    const { rule, what, fix, scope, bytes, estimate, layers, parts } = finding;
    // Others of the same rule may come and go without this one being taken for another.
    const identity = JSON.stringify([name, rule.id, scope, parts.slice(0, 1).map(({ node }) => pathOf(node))]);
    const place = seen.get(identity) ?? 0;
    seen.set(identity, place + 1);
    return {
      rule,
      level: levelOf(finding, image),
      text: `${rule.title}: ${plainText(what)}${commandsText(layers, image)}. ${plainText(fix)}`,
      fingerprint: createHash("sha256").update(`${identity}${place}`).digest("hex").slice(0, 32),
      properties: {
        scope,
        bytes,
        ...(estimate && { estimatedBytes: estimate.bytes }),
        layers,
        paths: parts.map(({ node }) => pathOf(node)),
      },
    };
  });
}

/** Who reads a result sees nothing else of the image. */
function commandsText(layers: readonly number[], { analysis }: CheckedImage): string {
  const made = layers.slice(0, MOST_LAYERS).flatMap((layer) => {
    const command = layerCommand(layer, analysis.image, COMMAND);
    return command === "" ? [] : [`layer ${layer}: ${command}`];
  });
  return made.length === 0 ? "" : ` (${made.join("; ")})`;
}

function levelOf(finding: Finding, { verdicts }: CheckedImage): AdviceResult["level"] {
  const budgets = verdicts.filter(
    ({ budget, status }) =>
      budget.limit.kind === "rule" &&
      budget.limit.rule === finding.rule.id &&
      status === "failed" &&
      isFindingOf(finding, budget),
  );
  if (budgets.length === 0) return "note";
  return budgets.some(({ budget }) => budget.severity === "error") ? "error" : "warning";
}
