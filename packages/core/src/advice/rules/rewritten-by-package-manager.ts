import type { AdviceContext } from "../advice-context.ts";
import { systemEffect } from "../command-effects.ts";
import type { Draft, Rule } from "../rule.ts";
import { commandsOf } from "../shell-commands.ts";
import { mergeRuns } from "../snippet.ts";
import { baseFix } from "../waste-drafts.ts";
import { type WasteGroup, wasteGroups } from "../waste-groups.ts";

export const rewrittenByPackageManager: Rule = {
  id: "rewritten-by-package-manager",
  title: "The package manager's own files are stored several times",
  category: "waste",
  reason:
    "Each RUN that installs something writes the database of packages, its caches and logs anew, and the layers below keep the old ones.",
  fix: "Install everything in one RUN. What the base image brought is written anew at least once, whatever is done.",
  example: {
    bad: "RUN apt-get update && apt-get install -y curl\nRUN apt-get update && apt-get install -y git",
    good: "RUN apt-get update && apt-get install -y curl git \\\n    && rm -rf /var/lib/apt/lists/*",
  },
  counts:
    "The sizes of the older ones: below /var/lib/dpkg, /var/lib/apt, /lib/apk/db, /var/lib/rpm, /var/cache, /var/log and other places that dpkg, apt, apk, rpm, dnf, zypper and pacman write. Changes of owner or mode count for rewritten-by-chown and rewritten-by-chmod.",
  *find(context) {
    const groups = wasteGroups(context, "rewritten-by-package-manager");
    for (const isOwn of [true, false]) {
      const some = groups.filter(({ storedIn }) => context.isOwn(storedIn) === isOwn);
      if (some.length > 0) yield draft(context, some, isOwn);
    }
  },
};

function draft(context: AdviceContext, groups: readonly WasteGroup[], isOwn: boolean): Draft {
  const layers = sorted(groups.flatMap(({ storedIn, hiddenBy }) => [storedIn, hiddenBy]));
  const steps = groups.flatMap(({ stored, hidden }) => [stored, hidden]).filter((step) => step !== undefined);
  const involved = [...new Set(steps)].sort((one, other) => one.index - other.index);
  const writers = sorted(groups.map(({ hiddenBy }) => hiddenBy));
  const [first = 0] = writers;
  const others = writers.length > 1 ? ` and ${writers.length - 1} more` : "";
  const installing = involved.filter(
    (step) => step.isOwn && commandsOf(step).some((command) => systemEffect(command)?.kind === "install"),
  );
  return {
    what: `layer ${first}${others} ${writers.length > 1 ? "write" : "writes"} anew what ${storing(groups)}`,
    inodes: groups.flatMap(({ inodes }) => inodes),
    layers,
    steps: involved.map(({ index }) => index),
    ...(isOwn ? {} : { fix: baseFix(context, Math.max(...writers)) }),
    ...(isOwn && installing.length > 1 ? { snippet: mergeRuns(installing) } : {}),
  };
}

function storing(groups: readonly WasteGroup[]): string {
  const [first = 0, ...more] = sorted(groups.map(({ storedIn }) => storedIn));
  const others = more.length > 0 ? ` and ${more.length} more store` : " stores";
  return `layer ${first}${others}`;
}

const sorted = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((one, other) => one - other);
