/** Drafts about packages that the image could do without. */
import type { InstalledPackage } from "../../packages/package.ts";
import type { AdviceContext } from "../advice-context.ts";
import { ownerNames, packageFiles } from "../package-files.ts";
import type { Draft } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import { removalOf } from "./build-tools.ts";
import { BASE_WORTH, BUILD_WORTH, listed, tellByLayer } from "./leftover-files.ts";

/** A draft for each layer that stores files of such packages; its `RUN` with what removes them behind it. */
export function* packageWeight(
  context: AdviceContext,
  subject: string,
  isMeant: (installed: InstalledPackage) => boolean,
): Generator<Draft> {
  const { files, packages } = packageFiles(context, isMeant);
  yield* tellByLayer(context, files, ({ files: found, step, isOwn }) => {
    const names = ownerNames(context, found);
    const here = new Set(names);
    const removal = removalOf(packages.filter(({ name }) => here.has(name)));
    return {
      what: `${subject}: ${listed(names)}`,
      worth: isOwn ? BUILD_WORTH : BASE_WORTH,
      ...(step?.isOwn && step.command.keyword === "RUN" && removal && { snippet: runAnd(step, removal) }),
    };
  });
}
