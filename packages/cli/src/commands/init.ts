/** `layerscope init [IMAGE]`: writes a configuration with budgets that the image keeps to. */
import { existsSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, relative, resolve, sep } from "node:path";
import { advise, escapeText, isReport, LayerscopeError } from "@layerscope/core";
import { baseOf } from "../base-layers.ts";
import { budgetSections } from "../budgets/init/budget-sections.ts";
import { type DiveRules, readDiveRules } from "../budgets/init/dive-rules.ts";
import { diveSections } from "../budgets/init/dive-sections.ts";
import { Probe } from "../budgets/init/probe.ts";
import { ruleSections } from "../budgets/init/rule-sections.ts";
import { inactive, type Section } from "../budgets/init/section.ts";
import { configText, type NewConfig } from "../budgets/init/write-config.ts";
import { type BaseOptions, type ImageOptions, unitsOf } from "../image-options.ts";
import { openInspected } from "../inspected-image.ts";
import type { Units } from "../output/bytes.ts";
import { printWarning } from "../output/messages.ts";
import { plural } from "../output/plural.ts";
import { writeFilePieces, writePieces } from "../output/write.ts";

interface InitOptions extends ImageOptions, BaseOptions {
  /** A file, or true for the nearest `.dive-ci`. */
  readonly fromDive?: string | true;
  /** `-` for standard output. */
  readonly output?: string;
  readonly force?: boolean;
}

const DEFAULT_FILE = "layerscope.yaml";

/**
 * Writes a configuration, over one that is there only when `force` says so.
 * @throws LayerscopeError `unwritable`, and when the image or dive's rules cannot be read to their end
 */
export async function init(reference: string | undefined, options: InitOptions): Promise<void> {
  const { output = DEFAULT_FILE, fromDive, quiet = false } = options;
  // Mistakes are told before an image is read.
  refuseFile(output, options.force === true);
  const baseLayers = baseLayersOption(options.baseLayers);
  const dive = fromDive === undefined ? undefined : readDiveRules(fromDive, process.cwd());
  if (!quiet) for (const warning of dive?.warnings ?? []) printWarning(warning);
  const units = unitsOf(options);
  const probe = reference === undefined ? undefined : await probeOf(reference, options);
  const image = reference === undefined ? undefined : imageFor(reference, output, options);
  const base = options.base === undefined ? undefined : fromConfig(options.base, output);
  const sections = sectionsOf(probe, dive, units);
  const rules = dive ? ruleSections(probe).map(inactive) : ruleSections(probe);
  const origin = originOf(reference, output, dive);
  const config: NewConfig = { origin, image, base, baseLayers, units, sections, rules };
  const pieces = [configText(config)];
  if (output === "-") {
    await writePieces(process.stdout, pieces);
    return;
  }
  writeFilePieces(output, pieces);
  if (!quiet) process.stderr.write(nextSteps(config, output, dive));
}

function refuseFile(output: string, force: boolean): void {
  if (output === "-") return;
  if (extname(output).toLowerCase() === ".json") {
    throw new LayerscopeError("invalid-option", `${output} would be YAML under a name for JSON`, {
      hint: `Choose another name with -o, such as ${DEFAULT_FILE}.`,
    });
  }
  if (force || !statSync(output, { throwIfNoEntry: false })?.isFile()) return;
  throw new LayerscopeError("unwritable", `${output} is there already`, {
    hint: "Choose another file with -o, or write over it with --force.",
  });
}

function baseLayersOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new LayerscopeError("invalid-option", `--base-layers ${text} is not a number`, {
    hint: "It is how many of the oldest layers belong to the base image, for example: --base-layers 3",
  });
}

async function probeOf(reference: string, options: InitOptions): Promise<Probe> {
  await using opened = await openInspected(reference, options);
  const { analysis, inspection } = opened;
  if (!analysis.image.complete) throw notWhole(reference, analysis.image.errors[0]);
  const base = await baseOf(analysis.image.document, options);
  return new Probe(analysis, base, advise(analysis, inspection, { base }));
}

function notWhole(reference: string, error: LayerscopeError | undefined): LayerscopeError {
  const why = error ? `: ${error.message}` : "";
  return new LayerscopeError(error?.code ?? "missing-blob", `${reference} cannot be read to its end${why}`, {
    cause: error,
    hint: "Budgets are made from an image of which all layers are there.",
  });
}

function sectionsOf(probe: Probe | undefined, dive: DiveRules | undefined, units: Units): Section[] {
  const sections = budgetSections(probe, units);
  if (!dive) return sections;
  const translated = diveSections(dive.rules, dive.file, probe, units);
  // Who comes from dive is to get the verdicts of dive's rules, and no others unasked.
  const hasRules = translated.some(({ isActive }) => isActive);
  return [...translated, ...(hasRules ? sections.map(inactive) : sections)];
}

function originOf(reference: string | undefined, output: string, dive: DiveRules | undefined): string[] {
  const name = reference === "-" ? "the image" : reference && fromConfig(reference, output);
  const numbers = name === undefined ? "examples" : `limits a tenth above what ${name} has`;
  if (dive) return [`The rules in ${dive.file} as budgets. What is commented out has ${numbers}.`];
  const more = name === undefined ? "; `layerscope init IMAGE` takes them from an image" : "";
  return [`Budgets with ${numbers}${more}.`];
}

/** The image where the configuration will find it again; undefined when it will not be there, or not as an image. */
function imageFor(reference: string, output: string, { image, platform }: InitOptions): NewConfig["image"] {
  if (reference === "-" || isReport(reference)) return undefined;
  const found = fromConfig(reference, output);
  return { reference: image === undefined ? found : `${found}:${image}`, platform };
}

/**
 * A path that is there, as it is found from the directory of the configuration; anything else as it is, and so an absolute
 * path that leads elsewhere.
 */
function fromConfig(reference: string, output: string): string {
  if (!existsSync(reference)) return reference;
  const directory = output === "-" ? process.cwd() : dirname(resolve(output));
  const path = relative(directory, resolve(reference));
  const isElsewhere = isAbsolute(path) || path.split(sep)[0] === "..";
  return isAbsolute(reference) && isElsewhere ? reference : path.split(sep).join("/");
}

function nextSteps({ image, sections, rules }: NewConfig, output: string, dive: DiveRules | undefined): string {
  const count = [...sections, ...rules].filter(({ isActive }) => isActive).length;
  const isFound = resolve(output) === resolve(DEFAULT_FILE);
  const command = ["layerscope ci", ...(image ? [] : ["IMAGE"]), ...(isFound ? [] : [`--config ${output}`])].join(" ");
  const lines = [
    `layerscope: wrote ${output} with ${plural(count, "budget")}; check them with: ${command}`,
    ...(dive ? [`  Where it is, ${dive.file} is for dive only.`] : []),
  ];
  return lines.map((line) => `${escapeText(line)}\n`).join("");
}
