/** Runs a pipeline as GitLab documents it, as far as our example goes. */
import { runInNewContext } from "node:vm";
import type { Machine, Outcome } from "./ci-machine.ts";

type Variables = Readonly<Record<string, string>>;

interface GitLabJob {
  readonly stage: string;
  readonly script: readonly string[];
  readonly variables?: Variables;
  readonly cache?: { readonly key: string; readonly paths: readonly string[]; readonly policy: string };
  readonly artifacts: {
    readonly paths?: readonly string[];
    readonly reports?: Readonly<Record<string, string>>;
  };
}

export interface GitLabPipeline {
  readonly workflow: { readonly rules: readonly { readonly if: string; readonly variables: Variables }[] };
  readonly [job: string]: GitLabJob | object;
}

export interface PipelineOutcome extends Outcome {
  /** What was uploaded, by kind. */
  readonly reports: Readonly<Record<string, string>>;
}

/** Without `stages` there are these, in this order. */
const STAGES = ["build", "test", "deploy"];

/** What JSON Schema can say of GitLab's keywords, for those that an example may need; GitLab publishes its own on its server. */
export const PIPELINE_SCHEMA = {
  type: "object",
  required: ["workflow"],
  properties: {
    workflow: {
      type: "object",
      properties: {
        rules: {
          type: "array",
          items: {
            type: "object",
            properties: { if: { type: "string" }, variables: { $ref: "#/definitions/variables" } },
            additionalProperties: false,
          },
        },
      },
      additionalProperties: false,
    },
  },
  // Whatever is no keyword is a job.
  propertyNames: {
    not: { enum: ["image", "services", "cache", "before_script", "after_script", "variables", "pages"] },
  },
  additionalProperties: {
    type: "object",
    required: ["stage", "script"],
    properties: {
      stage: { enum: STAGES },
      image: { type: "string" },
      services: { $ref: "#/definitions/texts" },
      variables: { $ref: "#/definitions/variables" },
      script: { $ref: "#/definitions/texts" },
      cache: {
        type: "object",
        properties: {
          key: { type: "string" },
          paths: { $ref: "#/definitions/texts" },
          policy: { type: "string", pattern: "^(?:pull-push|pull|push|\\$\\w+)$" },
          unprotect: { type: "boolean" },
          when: { enum: ["on_success", "on_failure", "always"] },
        },
        additionalProperties: false,
      },
      artifacts: {
        type: "object",
        properties: {
          paths: { $ref: "#/definitions/texts" },
          expire_in: { type: "string" },
          when: { enum: ["on_success", "on_failure", "always"] },
          reports: {
            type: "object",
            properties: {
              junit: { type: "string" },
              codequality: { type: "string" },
              metrics: { type: "string" },
            },
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  },
  definitions: {
    texts: { type: "array", items: { type: "string" }, minItems: 1 },
    variables: { type: "object", additionalProperties: { type: "string" } },
  },
};

/**
 * Each job has a machine of its own, with the artifacts of the stages before.
 * @returns undefined when no rule of the workflow lets it run
 */
export function runPipeline(
  { workflow, ...jobs }: GitLabPipeline,
  predefined: Variables,
  newMachine: () => Machine,
  cache: Map<string, Uint8Array>,
): PipelineOutcome | undefined {
  const rule = workflow.rules.find(({ if: condition }) => isTrue(condition, predefined));
  if (!rule) return undefined;
  const artifacts = new Map<string, Uint8Array>();
  const reports: Record<string, string> = {};
  let log = "";
  for (const job of STAGES.flatMap((stage) =>
    (Object.values(jobs) as GitLabJob[]).filter((one) => one.stage === stage),
  )) {
    const variables = { ...predefined, ...rule.variables, ...job.variables };
    const machine = newMachine();
    for (const [name, content] of artifacts) machine.put(name, content);
    const policy = job.cache?.policy.replace(/^\$(\w+)$/, (_, name) => variables[name] ?? "");
    for (const name of job.cache?.paths ?? []) {
      const cached = cache.get(`${job.cache?.key}/${name}`);
      if (cached && policy?.startsWith("pull")) machine.put(name, cached);
    }
    const outcome = machine.run(["bash", "-eo", "pipefail"], job.script.join("\n"), variables);
    log += outcome.log;
    for (const name of job.cache?.paths ?? []) {
      if (policy?.endsWith("push")) cache.set(`${job.cache?.key}/${name}`, machine.take(name));
    }
    for (const name of job.artifacts.paths ?? []) artifacts.set(name, machine.take(name));
    for (const [kind, name] of Object.entries(job.artifacts.reports ?? {})) {
      reports[kind] = machine.take(name).toString();
    }
    if (outcome.code !== 0) return { code: outcome.code, log, reports };
  }
  return { code: 0, log, reports };
}

/** `$NAME == "text"` and `$NAME == $OTHER`; a variable that is not set is null. */
function isTrue(condition: string, variables: Variables): boolean {
  const script = condition.replace(/\$(\w+)/g, "(variables.$1 ?? null)");
  return Boolean(runInNewContext(script, { variables }));
}
