/**
 * `--format gitlab`: a report for GitLab's Code Quality, which is a JSON array.
 *
 * A budget that failed is `major`, one that only warns `minor`, one that could not be decided `info`. An image that could
 * not be read is a `blocker`: an empty report would say that everything is fine.
 */
import { escapeText } from "@layerscope/core";
import { type CheckRun, type Format, isChecked, type LocatedVerdict } from "../check-run.ts";
import { plainText } from "../verdict-text.ts";
import { type NamedImage, namedImages } from "./named-verdicts.ts";
import { type Place, placeOf, placeOfImage } from "./place.ts";
import { problemSentence } from "./problem-lines.ts";
import { checkName } from "./rules.ts";
import { troubleOf } from "./trouble.ts";

/** What GitLab reads of an issue. */
interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: "info" | "minor" | "major" | "blocker";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

export const gitlab: Format = function* (run) {
  const issues = namedImages(run).flatMap((image) => [...issuesOf(image, run)]);
  yield `${JSON.stringify(issues, undefined, 2)}\n`;
};

function* issuesOf({ name, result, verdicts, fingerprint }: NamedImage, { units }: CheckRun): Generator<Issue> {
  const image = plainText(name);
  const [trouble] = troubleOf(result);
  if (trouble) {
    yield {
      description: `${image}: ${trouble.message}`,
      check_name: "image/unread",
      fingerprint,
      severity: "blocker",
      location: locationOf(placeOfImage(result.reference)),
    };
  }
  if (!isChecked(result)) return;
  for (const { name: budget, verdict, fingerprint } of verdicts) {
    const severity = severityOf(verdict);
    if (!severity) continue;
    yield {
      description: `${image}: ${plainText(budget)}: ${problemSentence(verdict, result, units)}`,
      check_name: checkName(verdict.budget.limit),
      fingerprint,
      severity,
      location: locationOf(placeOf(verdict.budget.origin, result.reference)),
    };
  }
}

function severityOf({ status, budget }: LocatedVerdict): Issue["severity"] | undefined {
  if (status === "failed") return budget.severity === "error" ? "major" : "minor";
  return status === "undecided" ? "info" : undefined;
}

function locationOf({ path, line }: Place): Issue["location"] {
  return { path: escapeText(path), lines: { begin: line } };
}
