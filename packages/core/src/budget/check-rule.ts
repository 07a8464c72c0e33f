/** Rules of advice as budgets: a rule must find nothing. */
import { needsContents } from "../advice/needs-contents.ts";
import type { Advice, Finding } from "../advice/rule.ts";
import type { PathTable } from "../layer/path-table.ts";
import { type Budget, type BudgetFinding, type BudgetVerdict, MOST_FINDINGS } from "./budget.ts";
import type { CheckContext } from "./check-context.ts";
import { decided, undecided } from "./verdict.ts";

/**
 * Checks that a rule of advice has nothing to say about the layers of the budget. Where it finds nothing, but could not
 * look into files that it asks for, nothing is decided.
 */
export function checkRule(context: CheckContext, budget: Budget, id: string): BudgetVerdict {
  const { advice, paths } = context;
  if (!advice) return undecided(budget, "what rules find was not asked for");
  const found = advice.findings.filter((finding) => finding.rule.id === id && isFindingOf(finding, budget));
  const unread = advice.unreadLayers.filter((layer) => isAmong(context, budget, layer));
  const rule = advice.rules.find((one) => one.id === id);
  if (found.length === 0 && unread.length > 0 && (!rule || needsContents(rule))) {
    return undecided(budget, unreadText(unread));
  }
  const findings = found
    .flatMap((finding) => findingsOf(finding, paths))
    .sort((one, other) => (other.bytes ?? 0) - (one.bytes ?? 0));
  const notes = found.slice(0, MOST_FINDINGS).map(({ what }) => what);
  const more = found.length - notes.length;
  return decided(budget, {
    unit: "count",
    value: found.length,
    limit: 0,
    isWithin: found.length === 0,
    findings,
    notes: more > 0 ? [...notes, `and ${more.toLocaleString("en")} more`] : notes,
  });
}

/** Whether a finding is about the layers of a budget. */
export function isFindingOf({ scope, layers }: Finding, { layers: group }: Budget): boolean {
  if (group === "image") return true;
  return typeof group === "number" ? layers.includes(group) : scope === group;
}

/**
 * Whether layers that could not be read might change the verdict on a rule: they cannot where it goes by the configuration,
 * or has found a secret.
 */
export function dependsOnLayers(id: string, status: BudgetVerdict["status"], advice: Advice | undefined): boolean {
  if (advice?.rules.find((rule) => rule.id === id)?.category === "configuration") return false;
  return !(status === "failed" && SECRETS.has(id));
}

const SECRETS: ReadonlySet<string> = new Set(["secret-in-file", "secret-in-configuration"]);

function isAmong(context: CheckContext, { layers }: Budget, layer: number): boolean {
  const span = context.layersOf(layers);
  return span !== undefined && layer >= span.from && layer < span.to;
}

function unreadText(layers: readonly number[]): string {
  const [first, ...others] = layers;
  const last = others.at(-1);
  const which = last === undefined ? `layer ${first}` : `${layers.length} layers, ${first} to ${last},`;
  return `files of ${which} could not be looked into`;
}

function findingsOf({ parts, layers }: Finding, paths: PathTable): BudgetFinding[] {
  const [layer] = layers;
  return parts.map(({ node, isDirectory, value }) => ({
    path: paths.pathOf(node),
    isDirectory,
    ...(value > 0 && { bytes: value }),
    ...(layer !== undefined && { layer }),
  }));
}
