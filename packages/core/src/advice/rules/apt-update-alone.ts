import type { BuildStep } from "../build-steps.ts";
import { isRemoval, systemEffect } from "../command-effects.ts";
import type { Draft, Rule } from "../rule.ts";
import { commandsOf } from "../shell-commands.ts";
import { mergeRuns, runAnd } from "../snippet.ts";
import { cut } from "../waste-drafts.ts";

export const aptUpdateAlone: Rule = {
  id: "apt-update-alone",
  title: "Package lists are fetched in a step of their own",
  category: "order",
  reason:
    "A builder keeps the result of the step that fetches the lists, however old it is. A later install then asks for versions that the repository does not have any more, or gets no security updates. The lists are stored in a layer, too.",
  fix: "Fetch the lists in the RUN that installs, and remove them there.",
  example: {
    bad: "RUN apt-get update\nRUN apt-get install -y curl",
    good: "RUN apt-get update \\\n    && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*",
  },
  counts:
    "No bytes: the lists themselves count for other rules. Said of RUNs that fetch lists (apt-get update, apk update, dnf makecache, zypper refresh) and do nothing else that may need them.",
  *find({ steps }) {
    const own = steps.filter(({ isOwn }) => isOwn);
    let next: BuildStep | undefined;
    const found: Draft[] = [];
    for (const step of own.toReversed()) {
      if (installs(step)) next = step;
      else if (onlyRefreshes(step)) found.push(draft(step, next));
      if (found.length === MOST_FOUND) break;
    }
    yield* found.toReversed();
  },
};

/** Nobody fetches lists more often. */
const MOST_FOUND = 20;

function draft(step: BuildStep, next: BuildStep | undefined): Draft {
  return {
    what: `${cut(step.statements.join(" && "))} is a step of its own`,
    layers: step.layer === undefined ? [] : [step.layer],
    steps: [step.index, ...(next ? [next.index] : [])],
    ...(next
      ? { snippet: mergeRuns([step, next], { statements: cleaning(step) }) }
      : { fix: "Nothing is installed afterwards, so the lists serve nobody: leave the step out." }),
    scope: "own",
  };
}

/** A step with statements at its end; where it only fetches lists, together with the step that they are for. */
export function installingAnd(steps: readonly BuildStep[], step: BuildStep, ...statements: string[]): string {
  const next = onlyRefreshes(step)
    ? steps.find((other) => other.index > step.index && other.isOwn && installs(other))
    : undefined;
  return next ? mergeRuns([step, next], { statements }) : runAnd(step, ...statements);
}

function onlyRefreshes(step: BuildStep): boolean {
  const commands = commandsOf(step);
  const isRefresh = commands.some((command) => systemEffect(command)?.kind === "refresh");
  return (
    isRefresh &&
    commands.every((command) => {
      const kind = systemEffect(command)?.kind;
      return kind === "refresh" || kind === "clean" || isRemoval(command) || HARMLESS.has(command.name);
    })
  );
}

const HARMLESS = new Set(["set", "export", "true", ":", "echo", "sed", "mkdir", "cat"]);

function installs(step: BuildStep): boolean {
  return commandsOf(step).some((command) => systemEffect(command)?.kind === "install");
}

function cleaning(step: BuildStep): string[] {
  const manager = commandsOf(step).map((command) => systemEffect(command)?.manager);
  if (manager.includes("apt")) return ["rm -rf /var/lib/apt/lists/*"];
  if (manager.includes("apk")) return ["rm -rf /var/cache/apk/*"];
  if (manager.includes("dnf")) return ["dnf clean all"];
  return manager.includes("zypper") ? ["zypper clean --all"] : [];
}
