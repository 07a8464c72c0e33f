/**
 * `--format junit`: each image a suite, each budget a case.
 *
 * Only what the schema of Jenkins' xUnit plugin allows, which is the strictest of those in use: it has no `file` and no
 * `line` for a case, so the text of a case says where the budget is written, and the suite has the file. The text also
 * repeats the message, because GitLab shows nothing else.
 */
import type { Units } from "../../output/bytes.ts";
import { type CheckedImage, type Format, isChecked, type LocatedVerdict } from "../check-run.ts";
import { type NamedImage, type NamedVerdict, namedImages } from "./named-verdicts.ts";
import { problemLines } from "./problem-lines.ts";
import { troubleOf } from "./trouble.ts";
import { xmlAttributes, xmlText } from "./xml.ts";

interface Case {
  readonly name: string;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  readonly type?: string;
  /** The first is the message. */
  readonly lines: readonly string[];
}

interface Suite {
  readonly name: string;
  /** The one file that all its budgets are written in. */
  readonly file: string | undefined;
  readonly cases: readonly Case[];
}

export const junit: Format = function* (run) {
  const suites = namedImages(run).map((image) => suiteOf(image, run.units));
  const { skipped, ...counts } = countsOf(suites.flatMap(({ cases }) => cases));
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites${xmlAttributes({ name: "layerscope", ...counts, time: 0 })}>\n`;
  for (const { name, file, cases } of suites) {
    yield `  <testsuite${xmlAttributes({ name, ...countsOf(cases), time: 0, file })}>\n`;
    for (const each of cases) yield caseElement(each, name);
    yield "  </testsuite>\n";
  }
  yield "</testsuites>\n";
};

function suiteOf({ name, result, verdicts }: NamedImage, units: Units): Suite {
  const cases = isChecked(result) ? verdicts.map((verdict) => caseOf(verdict, result, units)) : [];
  const trouble = troubleOf(result);
  const [first] = trouble;
  if (first) {
    // Last, since then its name may be that of a budget.
    cases.push({
      name: "the image can be read",
      outcome: "error",
      type: first.code,
      lines: trouble.map(({ message }) => message),
    });
  }
  return { name, file: isChecked(result) ? fileOf(result.verdicts) : undefined, cases };
}

function caseOf({ name, verdict }: NamedVerdict, image: CheckedImage, units: Units): Case {
  const { status, budget } = verdict;
  const lines = problemLines(verdict, image, units);
  const type = budget.limit.kind;
  if (status === "skipped") return { name, outcome: "skipped", lines };
  // What only warns must not turn a build red.
  if (status === "passed" || budget.severity === "warn") return { name, outcome: "passed", lines };
  return { name, outcome: status === "failed" ? "failure" : "error", type, lines };
}

function fileOf(verdicts: readonly LocatedVerdict[]): string | undefined {
  const files = new Set(verdicts.map(({ budget: { origin } }) => (origin.kind === "file" ? origin.file : undefined)));
  const [file] = files;
  return files.size === 1 ? file : undefined;
}

function countsOf(cases: readonly Case[]): Record<"tests" | "failures" | "errors" | "skipped", number> {
  const count = (outcome: Case["outcome"]): number => cases.filter((each) => each.outcome === outcome).length;
  return { tests: cases.length, failures: count("failure"), errors: count("error"), skipped: count("skipped") };
}

function caseElement({ name, outcome, type, lines }: Case, classname: string): string {
  const start = `    <testcase${xmlAttributes({ name, classname, time: 0 })}`;
  const text = xmlText(lines.join("\n"));
  if (outcome === "passed") {
    return text === "" ? `${start}/>\n` : `${start}>\n      <system-out>${text}</system-out>\n    </testcase>\n`;
  }
  const element = `<${outcome}${xmlAttributes({ type, message: lines[0] })}>${text}</${outcome}>`;
  return `${start}>\n      ${element}\n    </testcase>\n`;
}
