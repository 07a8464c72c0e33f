/** The text of a new configuration. */
import type { Units } from "../../output/bytes.ts";
import { type Section, sectionLines } from "./section.ts";
import { comment, commentedOut, scalar } from "./yaml-text.ts";

export interface NewConfig {
  /** What it was made from: the first lines; not escaped. */
  readonly origin: readonly string[];
  /** The image to check, where it can be found again. */
  readonly image: { readonly reference: string; readonly platform?: string | undefined } | undefined;
  readonly base?: string | undefined;
  readonly baseLayers?: number | undefined;
  readonly units: Units;
  readonly sections: readonly Section[];
  readonly rules: readonly Section[];
}

/** Where a project that has the command among its packages has the schema. */
const SCHEMA = "# yaml-language-server: $schema=./node_modules/layerscope/config.schema.json";

export function configText({ origin, image, base, baseLayers, units, sections, rules }: NewConfig): string {
  const lines = [
    SCHEMA,
    ...comment([...origin, "", "`layerscope ci` checks them, and ends with 1 when one is broken."]),
    "",
    ...imageLines(image),
    "",
    ...baseLines(base, baseLayers),
    ...(units === "iec" ? ["units: iec", ""] : []),
    ...comment(["Paths that no budget and no rule counts."]),
    ...commentedOut(["ignore:", "  - /var/lib/dpkg/**"]),
    "",
    ...comment(["Each has one limit. `severity: warn` reports a broken one and passes."]),
    "budgets:",
    ...indentedSections(sections),
    "",
    ...comment([
      "Rules of advice that must find nothing; `layerscope advise IMAGE` says what each finds, docs/rules.md why it matters.",
    ]),
    ...(rules.some(({ isActive }) => isActive) ? ["rules:"] : commentedOut(["rules:"])),
    ...indentedSections(rules),
    "",
    ...comment([
      "What looks like a secret and is known to be none: files, or values by what reports call their fingerprint.",
    ]),
    ...commentedOut(["secrets:", "  allow:", "    paths: /app/test/**", "    fingerprints: [0123456789abcdef]"]),
  ];
  return `${lines.join("\n")}\n`;
}

function indentedSections(sections: readonly Section[]): string[] {
  return sections.flatMap((section, index) => [
    ...(index > 0 ? [""] : []),
    ...sectionLines(section).map((line) => `  ${line}`),
  ]);
}

function imageLines(image: NewConfig["image"]): string[] {
  const words = "What is checked when no image is named on the command line.";
  if (!image) return [...comment([words]), ...commentedOut(["images:", "  - dist/app.tar"])];
  const { reference, platform } = image;
  if (platform === undefined) return [...comment([words]), "images:", `  - ${scalar(reference)}`];
  const lines = [`  - reference: ${scalar(reference)}`, `    platform: ${scalar(platform)}`];
  return [...comment([words]), "images:", ...lines];
}

function baseLines(base: string | undefined, baseLayers: number | undefined): string[] {
  const words = "Which layers are the base image's; found by the history when left out.";
  if (base !== undefined) return [...comment([words]), `base: ${scalar(base)}`, ""];
  if (baseLayers !== undefined) return [...comment([words]), `baseLayers: ${baseLayers}`, ""];
  return [];
}
