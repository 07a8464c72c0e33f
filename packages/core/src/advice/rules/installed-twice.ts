/** Packages that two commands of the image install. */
import type { AdviceContext } from "../advice-context.ts";
import type { BuildStep } from "../build-steps.ts";
import { dependencyInstall, dependencyInstallOf } from "../dependency-install.ts";
import { commandsOf } from "../shell-commands.ts";
import type { WasteAdvice } from "../waste-drafts.ts";
import { isCopy, isRun, pathsOf, type WasteGroup } from "../waste-groups.ts";
import { inSameRun, inStages } from "../waste-snippets.ts";

/** Directories that package managers of applications fill. */
const INSTALLED = /\/(?:node_modules|site-packages|dist-packages|vendor|gems)\//;

/** What to say about packages that a step installs though an older one has done so; undefined where they are none. */
export function installedTwice(context: AdviceContext, group: WasteGroup): WasteAdvice | undefined {
  const { stored, hidden } = group;
  if (!isRun(stored) || !isRun(hidden) || stored === hidden) return undefined;
  const tool = dependencyInstallOf(stored)?.command.name;
  if (tool === undefined) return undefined;
  const isAgain = commandsOf(hidden).some((command) => dependencyInstall(command)?.command.name === tool);
  if (!isAgain || !pathsOf(context, group).every((path) => INSTALLED.test(path))) return undefined;
  return {
    action: "installs again the same packages that",
    fix: "Install once. Where the first install is only for building, build in a stage of its own and copy the result.",
    snippet: inSameRun(context, group, () => false) ?? inStages(context, firstCopy(context.steps, stored), [hidden]),
  };
}

/** The oldest of the steps right before an install that copy what it needs: its manifests. */
function firstCopy(steps: readonly BuildStep[], install: BuildStep): BuildStep {
  let first = install;
  for (;;) {
    const before = steps[first.index - 1];
    if (!before?.isOwn || !isCopy(before)) return first;
    first = before;
  }
}
