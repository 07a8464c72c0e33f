import type { AdviceContext } from "../advice-context.ts";
import type { BuildStep } from "../build-steps.ts";
import { systemEffect } from "../command-effects.ts";
import type { Rule } from "../rule.ts";
import { commandsOf } from "../shell-commands.ts";
import { mergeRuns } from "../snippet.ts";

export const packageRunsCouldBeOne: Rule = {
  id: "package-runs-could-be-one",
  title: "Several RUNs in a row install packages",
  category: "order",
  reason:
    "Each of them fetches lists, writes the database of packages anew and makes a layer. In one RUN that happens once.",
  fix: "Install the packages in one RUN. Keep them apart only where one of them changes far more often than the others, and put that one last.",
  example: {
    bad: "RUN apk add --no-cache git\nRUN apk add --no-cache make",
    good: "RUN apk add --no-cache git make",
  },
  counts:
    "No bytes: the databases that are written several times count for rewritten-by-package-manager. Said of two or more RUNs of the image's own that install packages of the distribution, with nothing but settings between them.",
  *find(context) {
    for (const steps of rows(context).slice(0, MOST_FOUND)) {
      yield {
        what: `${steps.length} RUNs in a row install packages`,
        layers: steps.flatMap(({ layer }) => (layer === undefined ? [] : [layer])),
        steps: steps.map(({ index }) => index),
        snippet: mergeRuns(steps),
        scope: "own",
      };
    }
  },
};

/** More rows are nobody's. */
const MOST_FOUND = 20;

function rows({ steps }: AdviceContext): BuildStep[][] {
  const found: BuildStep[][] = [];
  let row: BuildStep[] = [];
  for (const step of steps) {
    if (step.isOwn && commandsOf(step).some((command) => systemEffect(command)?.kind === "install")) row.push(step);
    else if (step.layer !== undefined || !SETTINGS.has(step.command.keyword ?? "")) {
      found.push(row);
      row = [];
    }
  }
  return [...found, row].filter(({ length }) => length > 1);
}

/** What lies between two RUNs without keeping them apart. */
const SETTINGS = new Set(["LABEL", "EXPOSE", "MAINTAINER", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "VOLUME"]);
