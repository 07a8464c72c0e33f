/** What a schema finds wrong with a configuration, in words for whoever wrote it. */
import { didYouMean } from "@layerscope/core";
import type * as z from "zod";
import { MOST_PROBLEMS, type Path, type Problem, shortened } from "./located-yaml.ts";

/** What the schema cannot say itself. */
export interface Wording {
  /** The settings that there are in the table at a path. */
  readonly settingsAt: (path: Path) => readonly string[];
  /** What else to say of a setting that does not exist, instead of the nearest that does. */
  readonly explainUnknown?: (path: Path) => string | undefined;
  /** What is wrong with a value; undefined to leave it to what the schema says. */
  readonly explain?: (path: Path, found: unknown) => string | undefined;
  /** What a value of a type is called. */
  readonly expected: Readonly<Record<string, string>>;
}

export function problemsOf(issues: readonly z.core.$ZodIssue[], root: unknown, wording: Wording): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, issue.path, root, wording));
}

function problemsOfIssue(issue: z.core.$ZodIssue, path: Path, root: unknown, wording: Wording): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MOST_PROBLEMS).map((key) => {
      const more = wording.explainUnknown?.([...path, key]) ?? didYouMean(key, wording.settingsAt(path));
      return { path: [...path, key], atKey: true, text: `there is no setting ${quoted(key)}${more}` };
    });
  }
  if (issue.code === "invalid_union") {
    // The one whose type fits is the one that was meant.
    const meant = issue.errors.find(
      (issues) => !issues.some((one) => one.path.length === 0 && WRONG_KIND.has(one.code)),
    );
    if (meant) return meant.flatMap((one) => problemsOfIssue(one, [...path, ...one.path], root, wording));
  }
  const name = path.length === 0 ? "the configuration" : path.map(String).join(".");
  const found = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
  const problem = wording.explain?.(path, found) ?? describe(issue, found, wording);
  return [{ path, text: `${name}: ${problem}` }];
}

const WRONG_KIND: ReadonlySet<string> = new Set(["invalid_type", "invalid_value", "invalid_union"]);

function describe(issue: z.core.$ZodIssue, found: unknown, { expected }: Wording): string {
  if (issue.code === "invalid_value") {
    const names = issue.values.map(String);
    const nearest = typeof found === "string" ? didYouMean(found, names) : "";
    return `${shown(found)} is none of ${names.join(", ")}${nearest}`;
  }
  const wanted = (type: string): string => expected[type] ?? type;
  if (issue.code === "invalid_union") {
    const types = issue.errors.flatMap(([one]) => (one?.code === "invalid_type" ? [wanted(one.expected)] : []));
    return `${shown(found)} is neither ${types.join(" nor ")}`;
  }
  if (issue.code === "too_big" && issue.origin === "array") return `more than ${issue.maximum} are too many`;
  if (issue.code !== "invalid_type") return issue.message;
  return found === undefined
    ? `it must be set, to ${wanted(issue.expected)}`
    : `${shown(found)} is not ${wanted(issue.expected)}`;
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a table" : quoted(String(value));
}

function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}
