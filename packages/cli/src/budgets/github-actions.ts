/** What a run tells GitHub Actions unasked: annotations, the summary of the step, and outputs for later steps. */
import { randomUUID } from "node:crypto";
import { appendFileSync, statSync } from "node:fs";
import { escapeText, type LayerscopeError, printableJson } from "@layerscope/core";
import { writeFailure } from "../output/write.ts";
import { type CheckRun, type ImageResult, isChecked, type LocatedVerdict } from "./check-run.ts";
import { annotations, placeIn } from "./formats/github.ts";
import { markdown } from "./formats/markdown.ts";
import { imageVerdict } from "./summary-text.ts";
import { annotationCommand } from "./workflow-commands.ts";

/** GitHub shows nothing of a longer summary. */
const MOST_SUMMARY_BYTES = 1024 * 1024;

/**
 * Reports a run to GitHub Actions, if this is a job there. What cannot be written is a warning: the verdict of a check does
 * not depend on it.
 *
 * @param env says whether this is a job there, and which files the runner reads
 * @param write takes lines for the log, workflow commands among them
 * @param annotate false when the annotations are printed already
 */
export function reportToGitHub(
  run: CheckRun,
  env: NodeJS.ProcessEnv,
  write: (text: string) => void,
  { annotate }: { readonly annotate: boolean },
): void {
  if (env.GITHUB_ACTIONS !== "true") return;
  if (annotate) for (const line of annotations(run, env.GITHUB_WORKSPACE)) write(line);
  const warn = (text: string): void => write(`layerscope: warning: ${text}\n`);
  appendTo("GITHUB_STEP_SUMMARY", (taken) => summary(run, taken, warn));
  appendTo("GITHUB_OUTPUT", () => Object.entries(outputsOf(run)).map(outputText).join(""));

  function appendTo(variable: string, make: (taken: number) => string): void {
    const path = env[variable];
    if (!path) {
      warn(`${variable} names no file, so nothing is written there`);
      return;
    }
    try {
      const taken = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      // What is there may not end with its line, or end in a paragraph.
      const between = taken > 0 ? "\n\n" : "";
      const text = make(taken + between.length);
      if (text !== "") appendFileSync(path, between + text);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).syscall === undefined) throw thrown;
      warn(`cannot write ${escapeText(path)}, which ${variable} names: ${writeFailure(thrown)}`);
    }
  }
}

/** The place that errors about a configuration begin with. */
const PLACE = /^([^:\n]+):(\d+):\d+: /;

/** Annotates what kept a run from checking anything, if this is a job of GitHub Actions. */
export function reportErrorToGitHub(
  error: LayerscopeError,
  env: NodeJS.ProcessEnv,
  write: (text: string) => void,
): void {
  if (env.GITHUB_ACTIONS !== "true") return;
  const [, file, line] = PLACE.exec(error.message) ?? [];
  const origin = file === undefined ? undefined : ({ kind: "file", file, line: Number(line) } as const);
  const place = origin && placeIn(env.GITHUB_WORKSPACE, origin);
  const message = [error.message, ...error.choices, error.hint ?? ""].filter(Boolean).map(escapeText).join("\n");
  write(annotationCommand({ level: "error", title: "layerscope", message, ...place }));
}

function summary(run: CheckRun, taken: number, warn: (text: string) => void): string {
  const text = [...markdown(run)].join("");
  if (taken + Buffer.byteLength(text) <= MOST_SUMMARY_BYTES) return text;
  const short = `layerscope: ${run.verdict}. The report is left out: a summary has at most 1 MiB.\n`;
  warn("the report does not fit into the step summary, which has at most 1 MiB");
  return taken + short.length <= MOST_SUMMARY_BYTES ? short : "";
}

/** An output, which may be any text. */
function outputText([name, value]: readonly [string, string]): string {
  const delimiter = `end-of-output-${randomUUID()}`;
  // It cannot be guessed, so no value has it but by a chance that is none.
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

/** The outputs of the step. Sizes are of all images together, and empty when one was not read to its end. */
function outputsOf(run: CheckRun): Readonly<Record<string, string>> {
  const verdicts = run.images.flatMap((image) => (isChecked(image) ? image.verdicts : []));
  const sizes = run.images.map(sizesOf);
  const complete = sizes.filter((size) => size !== undefined);
  const isComplete = complete.length === sizes.length;
  const sum = (key: "storedBytes" | "finalBytes" | "wastedBytes"): number =>
    complete.reduce((total, size) => total + size[key], 0);
  const stored = sum("storedBytes");
  return {
    verdict: run.verdict,
    failed: String(countFailed(verdicts, "error")),
    warnings: String(countFailed(verdicts, "warn")),
    "stored-bytes": isComplete ? String(stored) : "",
    "wasted-bytes": isComplete ? String(sum("wastedBytes")) : "",
    efficiency: isComplete ? String(stored === 0 ? 1 : sum("finalBytes") / stored) : "",
    images: printableJson(JSON.stringify(run.images.map(imageOutput))),
  };
}

function imageOutput(image: ImageResult): object {
  const { name, reference } = image;
  const verdicts = isChecked(image) ? image.verdicts : [];
  return {
    name,
    reference,
    verdict: imageVerdict(image),
    failed: countFailed(verdicts, "error"),
    warnings: countFailed(verdicts, "warn"),
    ...sizesOf(image),
  };
}

/** Of a part of an image they would look as if it had shrunk. */
function sizesOf(
  image: ImageResult,
): { storedBytes: number; finalBytes: number; wastedBytes: number; efficiency: number } | undefined {
  if (!isChecked(image) || !image.analysis.image.complete) return undefined;
  const { storedBytes, finalBytes, wastedBytes, efficiency } = image.analysis.accounts;
  return { storedBytes, finalBytes, wastedBytes, efficiency };
}

function countFailed(verdicts: readonly LocatedVerdict[], severity: "error" | "warn"): number {
  return verdicts.filter(({ status, budget }) => status === "failed" && budget.severity === severity).length;
}
