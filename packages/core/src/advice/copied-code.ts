/** Steps that copy what changes with every change of the code. */

import type { PathTable } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { BuildStep } from "./build-steps.ts";
import { type CopyCommand, copyCommand } from "./copy-command.ts";
import { absolutePath, nameText } from "./places.ts";

export interface CopiedCode {
  readonly step: BuildStep;
  readonly layer: number;
  readonly copy: CopyCommand;
  /**
   * Absolute paths of the files that the layer stores, at most {@link MOST_FILES}; not those in directories of dependencies
   * and of git. What is not UTF-8 in them is U+FFFD.
   */
  readonly paths: () => readonly string[];
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
  let paths: readonly string[] | undefined;
  return [{ step, layer, copy, paths: () => (paths ??= filesOf(context, layer)) }];
}

/** From another image or stage: BuildKit leaves `--from` out, but what comes from there begins with a slash. */
function isFromElsewhere({ flags, sources }: CopyCommand): boolean {
  return flags.some((flag) => flag.startsWith("--from")) || sources.some((source) => /^\/|^[a-z]+:\/\//.test(source));
}

const NOT_CODE: ReadonlySet<string> = new Set(["node_modules", ".git", "vendor", "__pycache__"]);

function filesOf({ tree, paths }: AdviceContext, layer: number): string[] {
  const entries = tree.layers[layer];
  const directories = new Map<number, string | undefined>();
  const found: string[] = [];
  for (let index = 0; entries && index < entries.count && found.length < MOST_FILES; index++) {
    if (entries.type[index] !== TYPE.FILE) continue;
    const node = entries.node[index] as number;
    const parent = paths.parentOf(node);
    if (!directories.has(parent)) directories.set(parent, codeDirectory(paths, parent));
    const directory = directories.get(parent);
    if (directory !== undefined) found.push(directory + nameText(paths, node));
  }
  return found;
}

/** Its path with a slash at the end; undefined where no code is. */
function codeDirectory(paths: PathTable, node: number): string | undefined {
  const path = absolutePath(paths, node);
  if (path.split("/").some((name) => NOT_CODE.has(name))) return undefined;
  return path === "/" ? path : `${path}/`;
}
