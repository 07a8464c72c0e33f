/** Drafts about files that nobody needs, one for each layer that stores some of them. */
import { ROOT } from "../../layer/path-table.ts";
import type { AdviceContext } from "../advice-context.ts";
import { broughtBy, rewritingLayers } from "../brought-by.ts";
import type { BuildStep } from "../build-steps.ts";
import { absolutePath, filesBelow, findPlaces, linkedPlaces } from "../places.ts";
import type { Draft } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import type { VisibleFile } from "../visible-files.ts";

/** What package managers leave is not spoken of below this, in bytes. */
export const LEAVINGS_WORTH = 10_000;
/** What only building needs is not spoken of below this, in bytes. */
export const BUILD_WORTH = 100_000;
/** The same of base images, which cannot be changed. */
export const BASE_WORTH = 1_000_000;

/** Files that one layer brought; others may store them again with another owner. */
export interface LayerFiles {
  readonly layer: number;
  /** That one, and those that store the files now. */
  readonly layers: readonly number[];
  readonly isOwn: boolean;
  /** What made the layer, where that is known. */
  readonly step: BuildStep | undefined;
  readonly files: readonly VisibleFile[];
}

/** Files by the layer that brought them, oldest first. */
export function byLayer(context: AdviceContext, files: Iterable<VisibleFile>): LayerFiles[] {
  const layers = new Map<number, VisibleFile[]>();
  const isRewriting = rewritingLayers(context);
  for (const file of files) {
    const layer = isRewriting[file.layer] === 1 ? broughtBy(context, file) : file.layer;
    const known = layers.get(layer);
    if (known) known.push(file);
    else layers.set(layer, [file]);
  }
  return [...layers]
    .sort(([one], [other]) => one - other)
    .map(([layer, found]) => ({
      layer,
      layers: [...new Set([layer, ...found.map((file) => file.layer)])],
      isOwn: context.isOwn(layer),
      step: context.stepOf(layer),
      files: found,
    }));
}

/** Which of a layer's files one finding is about, and what it says of them. */
export interface Telling {
  readonly what: string;
  readonly worth: number;
  readonly fix?: string | undefined;
  readonly snippet?: string | undefined;
}

const OF_BASE = "They came with the base image: only another one is without them, such as its -slim variant.";

/** A draft for each layer that brought some of the files. */
export function* tellByLayer(
  context: AdviceContext,
  files: Iterable<VisibleFile>,
  tell: (group: LayerFiles) => Telling,
): Generator<Draft> {
  for (const group of byLayer(context, files)) {
    yield {
      fix: group.isOwn ? undefined : OF_BASE,
      ...tell(group),
      layers: group.layers,
      inodes: group.files.map(({ inode }) => inode),
    };
  }
}

/** Files in well-known places. */
export interface Leftover {
  /** As in {@link findPlaces}. */
  readonly patterns: readonly string[];
  /** What lies there: "The package lists of apt". */
  readonly subject: string;
  /** In bytes; what counts for base images is more where it says so. */
  readonly worth: number;
  readonly baseWorth?: number | undefined;
  /** Where links lead into from elsewhere is left alone. */
  readonly unlessLinked?: boolean | undefined;
  /** Which of the places count; all when left out. */
  readonly isPlace?: ((place: number) => boolean) | undefined;
  /** Which of the files count; all when left out. */
  readonly isMeant?: ((file: VisibleFile) => boolean) | undefined;
  /** The same in a Dockerfile; removing the places in the same `RUN` when left out. `places` are ready for a shell. */
  readonly snippet?: ((step: BuildStep, places: readonly string[]) => string | undefined) | undefined;
  /** Where there are too many places to spell them out. */
  readonly snippetForMany?: ((step: BuildStep) => string) | undefined;
}

/** A draft for each layer that stores files in these places. */
export function* leftovers(context: AdviceContext, leftover: Leftover): Generator<Draft> {
  const { patterns, isPlace, isMeant = () => true, unlessLinked = false } = leftover;
  const candidates = findPlaces(context, patterns, isPlace);
  const candidateFiles = filesBelow(context, candidates);
  // Most of the places are empty, or were emptied.
  if (candidateFiles.length === 0) return;
  const linked = unlessLinked ? linkedPlaces(context, candidates) : new Set<number>();
  const places = candidates.filter((place) => !linked.has(place));
  const files = linked.size > 0 ? filesBelow(context, places) : candidateFiles;
  const snippet = leftover.snippet ?? ((step, paths) => removeInSameRun(step, paths));
  yield* tellByLayer(context, files.filter(isMeant), ({ step, files: found, isOwn }) => {
    const here = placesOf(context, places, found);
    const paths = shellPaths(context, here);
    const run = step?.isOwn && step.command.keyword === "RUN" ? step : undefined;
    return {
      what: `${leftover.subject} in ${listPaths(context, here)}`,
      worth: isOwn ? leftover.worth : (leftover.baseWorth ?? leftover.worth),
      snippet: run && (paths ? snippet(run, paths) : leftover.snippetForMany?.(run)),
    };
  });
}

/** The command of a layer with what removes some paths behind it. */
export function removeInSameRun(step: BuildStep | undefined, paths: readonly string[] | undefined): string | undefined {
  if (!step?.isOwn || step.command.keyword !== "RUN" || !paths || paths.length === 0) return undefined;
  return runAnd(step, `rm -rf ${paths.join(" ")}`);
}

/** Those of the places that have one of the files in them, in the order of their paths. */
export function placesOf({ paths }: AdviceContext, places: readonly number[], files: readonly VisibleFile[]): number[] {
  const all = new Set(places);
  const found = new Set<number>();
  const passed = new Set<number>([ROOT]);
  for (const { nodes } of files) {
    for (const node of nodes) {
      let at = node;
      for (; !all.has(at) && !passed.has(at); at = paths.parentOf(at)) if (at !== node) passed.add(at);
      if (all.has(at)) found.add(at);
    }
  }
  return [...found].sort((one, other) => paths.comparePaths(one, other));
}

/** All names of some files, in the order of their paths. */
export function namesOf({ paths }: AdviceContext, files: readonly VisibleFile[]): number[] {
  return files.flatMap(({ nodes }) => nodes).sort((one, other) => paths.comparePaths(one, other));
}

/** More paths than these are not spelled out in a command. */
const MOST_IN_COMMAND = 10;
/** More than these are not spelled out in a sentence. */
const MOST_IN_SENTENCE = 3;

/** Absolute paths as words of a shell command; undefined where they are too many, or cannot be written. */
export function shellPaths(context: AdviceContext, nodes: readonly number[]): string[] | undefined {
  if (nodes.length > MOST_IN_COMMAND) return undefined;
  const words = nodes.map((node) => shellWord(absolutePath(context.paths, node)));
  return words.every((word) => word !== undefined) ? words : undefined;
}

/** What cannot be printed as it is cannot be copied either. */
function shellWord(text: string): string | undefined {
  if (/^[\w./@%+=:,~-]+$/.test(text)) return text;
  return /^[\x20-\x7e]+$/.test(text) && !text.includes("'") ? `'${text}'` : undefined;
}

/** Some absolute paths in a sentence. Not escaped. */
export function listPaths({ paths }: AdviceContext, nodes: readonly number[]): string {
  const shown = nodes.slice(0, MOST_IN_SENTENCE).map((node) => absolutePath(paths, node));
  return inSentence(shown, nodes.length - shown.length);
}

/** Some names in a sentence: `a, b and 4 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_IN_SENTENCE);
  return inSentence(shown, names.length - shown.length);
}

function inSentence(shown: readonly string[], more: number): string {
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
