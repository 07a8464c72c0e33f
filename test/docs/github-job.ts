/** Runs the steps of a workflow's job as GitHub documents it, as far as our examples go. Whatever else is in one throws. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { parse } from "yaml";
import { ROOT } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import type { Machine, Outcome } from "./ci-machine.ts";

interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

export interface Job {
  readonly machine: Machine;
  /** The context `github`. */
  readonly github: object;
  /** What caches have, by key, the oldest first. */
  readonly cache: Map<string, Uint8Array>;
}

export interface JobOutcome extends Outcome {
  readonly summary: string;
  /** Undefined when none was posted. */
  readonly comment: string | undefined;
  /** The SARIF documents that were uploaded. */
  readonly sarif: readonly { readonly runs: readonly { readonly results: readonly unknown[] }[] }[];
}

type Inputs = Readonly<Record<string, string>>;

/** The job ends with the exit code of the first step that fails, and with 0 without one. */
export function runJob({ jobs }: Workflow, { machine, github, cache }: Job): JobOutcome {
  const files = {
    GITHUB_OUTPUT: temporaryPath(),
    GITHUB_STEP_SUMMARY: temporaryPath(),
    POSTED_COMMENT: temporaryPath(),
  };
  const environment = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: machine.directory, ...files };
  const sarif: JobOutcome["sarif"][number][] = [];
  const log: string[] = [];
  let code: number | null = 0;

  const contexts = {
    github,
    hashFiles: (name: string) => (machine.has(name) ? "digest" : ""),
    success: () => code === 0,
    cancelled: () => false,
  };
  const fill = (values: Inputs = {}): Inputs =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, filledIn(String(value), contexts)]));

  const actions: Readonly<Record<string, (inputs: Inputs) => void>> = {
    "actions/checkout": () => {},
    "actions/setup-node": () => {},
    "actions/cache/save": ({ path = "", key = "" }) => cache.set(key, machine.take(path)),
    "actions/cache/restore": ({ path = "", key = "", "restore-keys": prefix = "" }) => {
      const newest = [...cache.keys()].reverse().find((one) => one.startsWith(prefix));
      const found = cache.get(key) ?? cache.get(newest ?? "");
      if (found) machine.put(path, found);
    },
    "github/codeql-action/upload-sarif": ({ sarif_file = "" }) => {
      sarif.push(JSON.parse(machine.take(sarif_file).toString()));
    },
    "OWNER/layerscope": (inputs) => {
      const { env, script } = ourAction(inputs);
      run(["bash", "--noprofile", "--norc", "-eo", "pipefail"], script, env);
    },
  };

  function run(shell: readonly [string, ...string[]], script: string, env: Inputs): void {
    const outcome = machine.run(shell, script, { ...environment, ...env });
    log.push(outcome.log);
    code ||= outcome.code;
  }

  for (const file of [files.GITHUB_OUTPUT, files.GITHUB_STEP_SUMMARY]) writeFileSync(file, "");
  const [job] = Object.values(jobs);
  for (const step of job?.steps ?? []) {
    if (!isDue(step.if, contexts)) continue;
    if (step.run !== undefined) {
      // An expression would become part of the script.
      if (step.run.includes("${{")) throw new Error(`an expression in a script: ${step.run}`);
      run(["bash", "-e"], step.run, fill(step.env));
      continue;
    }
    const action = actions[(step.uses ?? "").split("@", 1)[0] ?? ""];
    if (!action) throw new Error(`no such action: ${step.uses}`);
    action(fill(step.with));
  }
  return {
    code,
    log: log.join(""),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
    comment: existsSync(files.POSTED_COMMENT) ? readFileSync(files.POSTED_COMMENT, "utf8") : undefined,
    sarif,
  };
}

/** A step without a function that asks for the status runs only while nothing has failed. */
function isDue(condition: string | undefined, contexts: { readonly success: () => boolean }): boolean {
  if (condition === undefined) return contexts.success();
  const asksForStatus = /\b(?:always|cancelled|failure|success)\(\)/.test(condition);
  return Boolean(evaluate(condition, contexts)) && (asksForStatus || contexts.success());
}

function filledIn(text: string, contexts: object): string {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression) => String(evaluate(expression, contexts) ?? ""));
}

/** Expressions are JavaScript's, but for names with hyphens, and properties of nothing are nothing. */
function evaluate(expression: string, contexts: object): unknown {
  const script = expression.replace(/'[^']*'|\.([a-z_][\w-]*)/gi, (found, name) =>
    name === undefined ? found : `?.[${JSON.stringify(name)}]`,
  );
  return runInNewContext(script, contexts);
}

/** The step of our action, with its inputs. */
function ourAction(inputs: Inputs): { readonly script: string; readonly env: Inputs } {
  const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8"));
  const unknown = Object.keys(inputs).find((name) => !Object.hasOwn(action.inputs, name));
  if (unknown !== undefined) throw new Error(`the action has no input ${unknown}`);
  const defaults = Object.entries<{ default: string }>(action.inputs).map(([name, input]) => [name, input.default]);
  const [{ run, env }] = action.runs.steps;
  const contexts = { inputs: { ...Object.fromEntries(defaults), ...inputs } };
  const filled = Object.entries<string>(env).map(([name, value]) => [name, filledIn(value, contexts)]);
  return { script: run, env: Object.fromEntries(filled) };
}
