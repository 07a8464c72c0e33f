/**
 * `--format sarif`: SARIF 2.1.0, with what GitHub's code scanning demands besides the specification.
 *
 * Budgets that failed, but for those that are rules of advice, are results of kind `fail`; those that could not be decided
 * are `open`, which has no level. What passed or was skipped is not listed. What rules of advice find is a result each, under
 * the rule's own id, whether it is a budget or not. An image that could not be read makes the invocation unsuccessful.
 */

import { printableJson } from "@layerscope/core";
import { VERSION } from "../../version.ts";
import { type CheckRun, exitCodeOf, type Format, isChecked, type LocatedVerdict } from "../check-run.ts";
import { plainText } from "../verdict-text.ts";
import { type NamedImage, namedImages } from "./named-verdicts.ts";
import { type Place, placeOf, placeOfImage, uriOf } from "./place.ts";
import { problemLines } from "./problem-lines.ts";
import { type Rule, ruleId, ruleOf } from "./rules.ts";
import { adviceDescriptor, adviceResults, adviceRules } from "./sarif-advice.ts";
import { troubleOf } from "./trouble.ts";

export const sarif: Format = function* (run) {
  const images = namedImages(run);
  const rules = rulesOf(run);
  const advice = adviceRules(run.images.filter(isChecked));
  const ruleIds = [...rules, ...advice].map(({ id }) => id);
  const trouble = images.flatMap(notificationsOf);
  const results = images.flatMap((image) => resultsOf(image, ruleIds, run));
  const findings = images.flatMap((image) => findingsOf(image, ruleIds));
  const shown = mostImportant(findings, MOST_RESULTS - results.length);
  const log = {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [
      {
        tool: {
          driver: {
            name: "layerscope",
            semanticVersion: VERSION,
            version: VERSION,
            rules: [...rules.map(descriptorOf), ...advice.map(adviceDescriptor)],
          },
        },
        invocations: [
          {
            executionSuccessful: trouble.length === 0,
            exitCode: exitCodeOf(run),
            toolExecutionNotifications: [...trouble, ...leftOut(findings.length - shown.length)],
          },
        ],
        results: [...results, ...shown],
      },
    ],
  };
  yield `${printableJson(JSON.stringify(log, undefined, 2))}\n`;
};

/** GitHub shows no more of a run. */
const MOST_RESULTS = 5000;
const LEVELS = ["error", "warning", "note"] as const;

/** So many of them in their order; what is left out is of no higher level than what is not. */
function mostImportant<T extends { readonly level: (typeof LEVELS)[number] }>(
  results: readonly T[],
  most: number,
): T[] {
  const kept = new Set(
    LEVELS.flatMap((level) => results.filter((result) => result.level === level)).slice(0, Math.max(0, most)),
  );
  return results.filter((result) => kept.has(result));
}

function leftOut(count: number) {
  return count > 0 ? [{ level: "note", message: { text: `${count} findings of rules are left out` } }] : [];
}

/** Of all budgets that were checked, in the order in which they come. */
function rulesOf({ images }: CheckRun): Rule[] {
  const verdicts = images.filter(isChecked).flatMap((image) => image.verdicts.filter(isNoFinding));
  return [...new Set(verdicts.map(({ budget }) => budget.limit.kind))].map(ruleOf);
}

function descriptorOf({ id, name, title, description }: Rule) {
  return {
    id,
    name,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: { text: description },
    defaultConfiguration: { level: "error" },
  };
}

function resultsOf({ name: image, result, verdicts }: NamedImage, ruleIds: readonly string[], { units }: CheckRun) {
  if (!isChecked(result)) return [];
  return verdicts.flatMap(({ name: budget, verdict, fingerprint }) => {
    const grade = gradeOf(verdict);
    if (!grade || !isNoFinding(verdict)) return [];
    const id = ruleId(verdict.budget.limit.kind);
    const lines = problemLines(verdict, result, units);
    const { unit, value, limit, bytes } = verdict;
    return [
      {
        ruleId: id,
        ruleIndex: ruleIds.indexOf(id),
        ...grade,
        message: { text: messageText(`${plainText(image)}: ${plainText(budget)}: ${lines.join("\n")}`) },
        locations: [locationOf(placeOf(verdict.budget.origin, result.reference), image)],
        // GitHub takes results of a rule with equal values of this for one. By itself it would hash the line, which is
        // the same for each image.
        partialFingerprints: { primaryLocationLineHash: fingerprint },
        properties: { image, budget, unit, value, limit, bytes },
      },
    ];
  });
}

/** A rule of advice that failed is told by what it found. */
function isNoFinding({ budget, status }: LocatedVerdict): boolean {
  return budget.limit.kind !== "rule" || status === "undecided";
}

function findingsOf({ name: image, result }: NamedImage, ruleIds: readonly string[]) {
  if (!isChecked(result)) return [];
  return adviceResults(result, image).map(({ rule, level, text, fingerprint, properties }) => ({
    ruleId: rule.id,
    ruleIndex: ruleIds.indexOf(rule.id),
    kind: "fail",
    level,
    message: { text: messageText(`${plainText(image)}: ${text}`) },
    locations: [locationOf(placeOfImage(result.reference), image)],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    properties: { image, ...properties },
  }));
}

/** Only what failed has a level. */
function gradeOf({ status, budget }: LocatedVerdict) {
  if (status === "failed") return { kind: "fail", level: budget.severity === "error" ? "error" : "warning" };
  return status === "undecided" ? { kind: "open", level: "none" } : undefined;
}

function notificationsOf({ name, result }: NamedImage) {
  return troubleOf(result).map(({ message }) => ({
    level: "error",
    message: { text: messageText(`${plainText(name)}: ${message}`) },
    locations: [locationOf(placeOfImage(result.reference), name)],
  }));
}

/** GitHub demands a line, also of what has none. */
function locationOf({ path, line }: Place, image: string) {
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(path) }, region: { startLine: line } },
    logicalLocations: [{ name: image, kind: "resource" }],
  };
}

/** Braces are placeholders unless they are doubled; `[text](target)` would be a link, whoever chose the target. */
function messageText(text: string): string {
  return text.replace(/[{}]/g, "$&$&").replaceAll("](", "] (");
}
