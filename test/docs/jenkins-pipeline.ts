/** Reads a declarative Jenkinsfile, and runs it as Jenkins documents it, as far as our example goes. */
import type { Machine, Outcome } from "./ci-machine.ts";

export interface Block {
  readonly name: string;
  /** As in `stage('Label')`. */
  readonly label: string | undefined;
  readonly blocks: readonly Block[];
  /** Lines that are no blocks. */
  readonly statements: readonly string[];
}

interface OpenBlock extends Block {
  readonly blocks: Block[];
  readonly statements: string[];
}

/** @throws Error where the braces do not match */
export function parseJenkinsfile(text: string): Block {
  const file: OpenBlock = { name: "file", label: undefined, blocks: [], statements: [] };
  const open = [file];
  for (const line of text.split("\n").map((one) => one.trim())) {
    const parent = open.at(-1);
    if (!parent) throw new Error("a brace is closed that was not opened");
    const [, name, label] = /^(\w+)(?:\('([^']*)'\))? \{$/.exec(line) ?? [];
    if (name !== undefined) {
      const block: OpenBlock = { name, label, blocks: [], statements: [] };
      parent.blocks.push(block);
      open.push(block);
    } else if (line === "}") open.pop();
    else if (line !== "" && !line.startsWith("//")) parent.statements.push(line);
  }
  if (open.length !== 1) throw new Error("a brace is not closed");
  return file;
}

export interface JenkinsOutcome extends Outcome {
  readonly junit: readonly string[];
  readonly archived: readonly string[];
}

/** A stage that fails ends the run, after what it does always. */
export function runJenkinsfile(file: Block, machine: Machine): JenkinsOutcome {
  const junit: string[] = [];
  const archived: string[] = [];
  let log = "";
  let code: number | null = 0;
  for (const stage of blocksAt(file, "pipeline", "stages", "stage")) {
    for (const statement of statementsAt(stage, "steps")) {
      if (code !== 0) break;
      const outcome = machine.run(["sh", "-xe"], argumentOf("sh", statement));
      log += outcome.log;
      code = outcome.code;
    }
    for (const statement of statementsAt(stage, "post", "always")) {
      if (statement.startsWith("junit ")) junit.push(machine.take(argumentOf("junit", statement)).toString());
      else {
        const names = argumentOf("archiveArtifacts artifacts:", statement).split(", ");
        archived.push(...names.filter((name) => machine.take(name).length > 0));
      }
    }
    if (code !== 0) break;
  }
  return { code, log, junit, archived };
}

/** The blocks that such a path of names leads to. */
export function blocksAt(block: Block, ...names: readonly string[]): Block[] {
  return names.reduce(
    (blocks, name) => blocks.flatMap((one) => one.blocks.filter((inner) => inner.name === name)),
    [block],
  );
}

function statementsAt(block: Block, ...names: readonly string[]): string[] {
  return blocksAt(block, ...names).flatMap(({ statements }) => statements);
}

/** The text in single quotes after a step's name. */
function argumentOf(step: string, statement: string): string {
  const text = statement.startsWith(`${step} '`) && /^'([^'\\]*)'$/.exec(statement.slice(step.length + 1))?.[1];
  if (typeof text !== "string") throw new Error(`not a step of the example: ${statement}`);
  return text;
}
