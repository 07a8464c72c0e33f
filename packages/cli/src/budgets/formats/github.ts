/**
 * `--format github`: annotations, as workflow commands. An error for each budget that failed and each image that could not be
 * read, a warning for what only warns or could not be decided; nothing when all is well, since annotations ask for attention.
 */
import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { type BudgetOrigin, escapeText } from "@layerscope/core";
import { fitEnd } from "../../output/terminal.ts";
import { type CheckRun, type Format, isChecked } from "../check-run.ts";
import { type Annotation, annotationCommand } from "../workflow-commands.ts";
import { namedImages } from "./named-verdicts.ts";
import { problemLines } from "./problem-lines.ts";
import { troubleOf } from "./trouble.ts";

export const github: Format = (run) => annotations(run, process.env.GITHUB_WORKSPACE);

/** GitHub shows no more of each level in a step. */
const MOST_ANNOTATIONS = 10;
/** The runner cuts longer messages. */
const MOST_CHARACTERS = 4096;
const TITLE_COLUMNS = 120;

/**
 * The annotations of a run, each a line.
 * @param workspace the directory of the repository, which GitHub names files from; the working directory when left out
 */
export function* annotations(run: CheckRun, workspace: string | undefined): Generator<string> {
  const all = problemsOf(run, workspace);
  for (const level of ["error", "warning"] as const) {
    const found = all.filter((annotation) => annotation.level === level);
    const shown = found.length > MOST_ANNOTATIONS ? found.slice(0, MOST_ANNOTATIONS - 1) : found;
    for (const annotation of shown) yield annotationCommand(annotation);
    const others = found.slice(shown.length).map(({ title }) => title);
    if (others.length > 0) {
      const title = `and ${others.length} more ${level === "error" ? "problems" : "warnings"}`;
      yield annotationCommand({ level, title, message: fittingLines(others) });
    }
  }
}

function problemsOf(run: CheckRun, workspace: string | undefined): Annotation[] {
  return namedImages(run).flatMap(({ name: image, result, verdicts }) => {
    const troubles = troubleOf(result).map(({ message }) => message);
    const found: Annotation[] = [];
    if (troubles.length > 0) {
      const title = titleOf(`cannot read ${isChecked(result) ? "all of " : ""}${image}`);
      found.push({ level: "error", title, message: fittingLines(troubles) });
    }
    if (!isChecked(result)) return found;
    for (const { name, verdict } of verdicts) {
      const { status, budget } = verdict;
      if (status !== "failed" && status !== "undecided") continue;
      found.push({
        level: status === "failed" && budget.severity === "error" ? "error" : "warning",
        title: titleOf(run.images.length > 1 ? `${image}: ${name}` : name),
        message: fittingLines(problemLines(verdict, result, run.units)),
        ...placeIn(workspace, budget.origin),
      });
    }
    return found;
  });
}

/** One line in the list of annotations, which says the most important first. */
const titleOf = (text: string): string => fitEnd(text, TITLE_COLUMNS);

/** As many whole lines as an annotation may have. */
function fittingLines(lines: readonly string[]): string {
  let text = "";
  for (const line of lines) {
    const longer = text === "" ? line : `${text}\n${line}`;
    if (longer.length > MOST_CHARACTERS - 2) return text === "" ? fitEnd(line, MOST_CHARACTERS / 4) : `${text}\n…`;
    text = longer;
  }
  return text;
}

/** Where a budget is written, if it is written in a file of the repository. */
export function placeIn(workspace: string | undefined, origin: BudgetOrigin): Pick<Annotation, "file" | "line"> {
  if (origin.kind !== "file") return {};
  const path = relative(realPath(workspace || process.cwd()), resolve(origin.file));
  if (path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path)) return {};
  return { file: escapeText(path.split(sep).join("/")), line: origin.line };
}

/** The working directory is known without links, and the other one may not be. */
function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}
