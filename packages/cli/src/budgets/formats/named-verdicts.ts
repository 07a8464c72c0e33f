/** Names for programs that take equal ones for the same thing: JUnit's cases, series of metrics, fingerprints. */
import { createHash } from "node:crypto";
import { escapeText } from "@layerscope/core";
import { type CheckRun, type ImageResult, isChecked, type LocatedVerdict } from "../check-run.ts";
import { ruleId } from "./rules.ts";

/** A verdict under a name that no other one of its image has. */
export interface NamedVerdict {
  /** Safe to print. */
  readonly name: string;
  readonly verdict: LocatedVerdict;
  /** Identifies the budget of that image in run after run, whatever it measures. */
  readonly fingerprint: string;
}

/** An image under a name that no other one of the run has. */
export interface NamedImage {
  /** Safe to print. */
  readonly name: string;
  readonly result: ImageResult;
  /** None of an image that could not be read. */
  readonly verdicts: readonly NamedVerdict[];
  /** As a verdict's. */
  readonly fingerprint: string;
}

/** The images of a run and their verdicts, in their order. Names that are there already get a number: `app (2)`. */
export function namedImages({ images }: CheckRun): NamedImage[] {
  const names = distinct(images.map(({ name }) => escapeText(name)));
  return images.map((result, index) => {
    const name = names[index] as string;
    const verdicts = isChecked(result) ? namedVerdicts(result.verdicts, name) : [];
    return { name, result, verdicts, fingerprint: fingerprintOf([name]) };
  });
}

function namedVerdicts(verdicts: readonly LocatedVerdict[], image: string): NamedVerdict[] {
  const names = distinct(verdicts.map(({ budget }) => escapeText(budget.name)));
  return verdicts.map((verdict, index) => {
    const name = names[index] as string;
    return { name, verdict, fingerprint: fingerprintOf([image, name, ruleId(verdict.budget.limit.kind)]) };
  });
}

/** The names, with a number behind those that came before. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set(names);
  const counts = new Map<string, number>();
  return names.map((name) => {
    let count = (counts.get(name) ?? 0) + 1;
    while (count > 1 && taken.has(`${name} (${count})`)) count++;
    counts.set(name, count);
    if (count === 1) return name;
    taken.add(`${name} (${count})`);
    return `${name} (${count})`;
  });
}

function fingerprintOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
