/** `COPY` and `ADD`, taken apart. */
import type { BuildStep } from "./build-steps.ts";

export interface CopyCommand {
  readonly keyword: "COPY" | "ADD";
  readonly flags: readonly string[];
  /** As written; empty where the builder did not keep them. */
  readonly sources: readonly string[];
  /** As written. */
  readonly target: string;
  /** What Docker's classic builder says of the sources it hides. */
  readonly hidden: "file" | "dir" | "multi" | undefined;
}

const HIDDEN = /^(file|dir|multi):[0-9a-f]{64} in /;
const MOST_WORDS = 1000;

/** @returns undefined for other steps, and for what cannot be read */
export function copyCommand({ command: { keyword, body } }: BuildStep): CopyCommand | undefined {
  if (keyword !== "COPY" && keyword !== "ADD") return undefined;
  const flags: string[] = [];
  let rest = body.slice(0, 20_000).trim();
  for (let flag = /^--\S+/.exec(rest)?.[0]; flag !== undefined; flag = /^--\S+/.exec(rest)?.[0]) {
    flags.push(flag);
    rest = rest.slice(flag.length).trimStart();
  }
  const hidden = HIDDEN.exec(rest);
  if (hidden) {
    const target = rest.slice(hidden[0].length).trim();
    return { keyword, flags, sources: [], target, hidden: hidden[1] as "file" | "dir" | "multi" };
  }
  const words = listed(rest) ?? rest.split(/\s+/).slice(0, MOST_WORDS);
  const target = words.pop();
  if (target === undefined || words.length === 0) return undefined;
  return { keyword, flags, sources: words, target, hidden: undefined };
}

/** The form with brackets. */
function listed(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === "string") ? words : undefined;
  } catch {
    return undefined;
  }
}

/** Relative ones before that are left out. */
const MOST_DIRECTORIES = 100;

/** The directory that relative paths of a step are in: what the `WORKDIR`s before it say. */
export function workingDirectory(steps: readonly BuildStep[], step: BuildStep): string {
  const written: string[] = [];
  for (let index = step.index - 1; index >= 0 && written.length < MOST_DIRECTORIES; index--) {
    const command = steps[index]?.command;
    if (command?.keyword !== "WORKDIR") continue;
    written.push(command.body.trim());
    if (command.body.trim().startsWith("/")) break;
  }
  return written.toReversed().reduce(joinPath, "/");
}

/** Longer paths are cut, so that many long `WORKDIR`s are no work. */
const LONGEST_PATH = 4096;

/** A path, seen from a directory, as an absolute one without a slash at its end. */
export function joinPath(directory: string, path: string): string {
  const segments: string[] = [];
  const whole = path.startsWith("/") ? path : `${directory}/${path}`;
  for (const segment of whole.slice(0, LONGEST_PATH).split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}
