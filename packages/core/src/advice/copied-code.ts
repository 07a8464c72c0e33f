/** Steps that copy what changes with every change of the code. */

import { TYPE } from "../model/entry.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { BuildStep } from "./build-steps.ts";
import { type CopyCommand, copyCommand } from "./copy-command.ts";
import { isBelowName } from "./places.ts";

export interface CopiedCode {
  readonly step: BuildStep;
  readonly layer: number;
  readonly copy: CopyCommand;
  /**
   * The paths of the files that the layer stores, as far as they have content; not those in directories of dependencies and
   * of git.
   */
  readonly files: () => readonly number[];
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
  let files: readonly number[] | undefined;
  return [{ step, layer, copy, files: () => (files ??= filesOf(context, layer)) }];
}

/** From another image or stage: BuildKit leaves `--from` out, but what comes from there begins with a slash. */
function isFromElsewhere({ flags, sources }: CopyCommand): boolean {
  return flags.some((flag) => flag.startsWith("--from")) || sources.some((source) => /^\/|^[a-z]+:\/\//.test(source));
}

const NOT_CODE: ReadonlySet<string> = new Set(["node_modules", ".git", "vendor", "__pycache__"]);

function filesOf(context: AdviceContext, layer: number): number[] {
  const { tree, paths } = context;
  const entries = tree.layers[layer];
  const base = tree.entryBase[layer] as number;
  const found: number[] = [];
  for (let index = 0; entries && index < entries.count; index++) {
    if (entries.type[index] !== TYPE.FILE || entries.size[index] === 0) continue;
    const node = context.nameOf(base + index, layer);
    if (!isBelowName(paths, node, NOT_CODE)) found.push(node);
  }
  return found;
}
