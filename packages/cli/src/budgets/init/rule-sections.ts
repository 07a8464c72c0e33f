/** The rules of advice of a new configuration: those that an image keeps to and that nobody would argue about. */
import { plural } from "../../output/plural.ts";
import type { Probe } from "./probe.ts";
import type { Section } from "./section.ts";

/** A secret in an image is never meant. */
const SECRETS = [
  { rule: "secret-in-file", words: "Files of any layer, also where a later one removes them." },
  { rule: "secret-in-configuration", words: "Variables, labels, build arguments and commands." },
] as const;

/** Lines of the table `rules`. @param probe of the image; undefined for examples */
export function ruleSections(probe: Probe | undefined): Section[] {
  return [...SECRETS.map(({ rule, words }) => secretSection(rule, words, probe)), ...EXAMPLES];
}

function secretSection(rule: string, words: string, probe: Probe | undefined): Section {
  const { status, value = 0, reason } = probe?.check({ kind: "rule", rule }, "own") ?? {};
  const isActive = probe === undefined || status === "passed";
  const why = reason === undefined ? `Not yet: ${plural(value, "finding")}.` : `Not known: ${reason}.`;
  return { comment: isActive ? [words] : [words, why], lines: [`${rule}: error`], isActive };
}

const EXAMPLES: readonly Section[] = [
  {
    comment: ['Others, each with a level and what it does not count; "*" stands for all that are not named.'],
    lines: [
      "runs-as-root: warn",
      "world-writable:",
      "  level: warn",
      "  ignore: /app/cache",
      "large-base: off",
      '"*": warn',
    ],
    isActive: false,
  },
];
