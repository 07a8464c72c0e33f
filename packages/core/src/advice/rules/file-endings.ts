/** Drafts about files that are told by the ends of their names. */

import { ROOT } from "../../layer/path-table.ts";
import type { AdviceContext } from "../advice-context.ts";
import { commonDirectory } from "../places.ts";
import type { Draft } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import type { VisibleFile } from "../visible-files.ts";
import { listPaths, shellPaths, tellByLayer } from "./leftover-files.ts";

interface EndingFiles {
  readonly files: readonly VisibleFile[];
  /** "Source maps" */
  readonly subject: string;
  /** In bytes. */
  readonly worth: number;
  readonly baseWorth: number;
  /** What `find` takes to mean these files. */
  readonly test: string;
}

/** A draft for each layer, with a `find` behind its `RUN` that removes such files from the directory they are all in. */
export function* filesByEnding(
  context: AdviceContext,
  { files, subject, test, ...worth }: EndingFiles,
): Generator<Draft> {
  yield* tellByLayer(context, files, ({ files: found, step, isOwn }) => {
    const directory = commonDirectory(context, found);
    const [path] = shellPaths(context, [directory]) ?? [];
    const canRemove = step?.isOwn && step.command.keyword === "RUN" && directory !== ROOT && path !== undefined;
    return {
      what: `${subject} in ${listPaths(context, [directory])}`,
      worth: isOwn ? worth.worth : worth.baseWorth,
      ...(canRemove && { snippet: runAnd(step, `find ${path} ${test} -delete`) }),
    };
  });
}
