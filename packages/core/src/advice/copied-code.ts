/** Steps that copy what changes with every change of the code. */

import { type PathTable, ROOT } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { BuildStep } from "./build-steps.ts";
import { type CopyCommand, copyCommand } from "./copy-command.ts";
import { nameText } from "./places.ts";

export interface CopiedCode {
  readonly step: BuildStep;
  readonly layer: number;
  readonly copy: CopyCommand;
  /**
   * Absolute paths of the files that the layer stores, as far as they have content; not those in directories of dependencies
   * and of git. What is not UTF-8 in them is U+FFFD.
   */
  readonly paths: () => readonly string[];
}

const known = new WeakMap<AdviceContext, readonly CopiedCode[]>();

/** The own steps that copy from the build context, as far as that can be told, oldest first. */
export function copiedCode(context: AdviceContext): readonly CopiedCode[] {
  let found = known.get(context);
  if (!found) {
    found = context.steps.flatMap((step) => copied(context, step));
    known.set(context, found);
  }
  return found;
}

function copied(context: AdviceContext, step: BuildStep): CopiedCode[] {
  const copy = copyCommand(step);
  const { layer } = step;
  if (!copy || layer === undefined || !step.isOwn || isFromElsewhere(copy)) return [];
  let paths: readonly string[] | undefined;
  return [{ step, layer, copy, paths: () => (paths ??= filesOf(context, layer)) }];
}

/** From another image or stage: BuildKit leaves `--from` out, but what comes from there begins with a slash. */
function isFromElsewhere({ flags, sources }: CopyCommand): boolean {
  return flags.some((flag) => flag.startsWith("--from")) || sources.some((source) => /^\/|^[a-z]+:\/\//.test(source));
}

const NOT_CODE: ReadonlySet<string> = new Set(["node_modules", ".git", "vendor", "__pycache__"]);

function filesOf(context: AdviceContext, layer: number): string[] {
  const { tree, paths } = context;
  const entries = tree.layers[layer];
  const base = tree.entryBase[layer] as number;
  const directories = new Map<number, string | undefined>([[ROOT, "/"]]);
  const found: string[] = [];
  for (let index = 0; entries && index < entries.count; index++) {
    if (entries.type[index] !== TYPE.FILE || entries.size[index] === 0) continue;
    const node = context.nameOf(base + index);
    const directory = codeDirectory(paths, paths.parentOf(node), directories);
    if (directory !== undefined) found.push(directory + nameText(paths, node));
  }
  return found;
}

/** Its path with a slash at the end; undefined where no code is. Adds to those that are known. */
function codeDirectory(paths: PathTable, node: number, known: Map<number, string | undefined>): string | undefined {
  const below: number[] = [];
  let at = node;
  for (; !known.has(at); at = paths.parentOf(at)) below.push(at);
  let directory = known.get(at);
  for (let next = below.pop(); next !== undefined; next = below.pop()) {
    const name = nameText(paths, next);
    directory = directory === undefined || NOT_CODE.has(name) ? undefined : `${directory}${name}/`;
    known.set(next, directory);
  }
  return directory;
}
