/** Steps that copy what changes with every change of the code. */

import { TYPE } from "../model/entry.ts";
import { decodeName } from "../model/path-text.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { BuildStep } from "./build-steps.ts";
import { type CopyCommand, copyCommand } from "./copy-command.ts";

export interface CopiedCode {
  readonly step: BuildStep;
  readonly layer: number;
  readonly copy: CopyCommand;
  /** Absolute paths of the files that the layer stores; at most {@link MOST_FILES}. */
  readonly paths: readonly string[];
}

/** More are not looked at to tell what was copied. */
const MOST_FILES = 5000;

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
  return [{ step, layer, copy, paths: filesOf(context, layer) }];
}

/** From another image or stage: BuildKit leaves `--from` out, but what comes from there begins with a slash. */
function isFromElsewhere({ flags, sources }: CopyCommand): boolean {
  return flags.some((flag) => flag.startsWith("--from")) || sources.some((source) => /^\/|^[a-z]+:\/\//.test(source));
}

function filesOf({ tree, paths }: AdviceContext, layer: number): string[] {
  const entries = tree.layers[layer];
  const found: string[] = [];
  for (let index = 0; entries && index < entries.count && found.length < MOST_FILES; index++) {
    if (entries.type[index] === TYPE.FILE)
      found.push(`/${decodeName(paths.pathOf(entries.node[index] as number)).text}`);
  }
  return found;
}
