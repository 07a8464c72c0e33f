/** What `COPY` and `ADD` brought from where the image is built, and what .dockerignore would have kept out of it. */
import type { LayerEntries } from "../../layer/layer-entries.ts";
import { NONE } from "../../layer/path-table.ts";
import { matchesName, parsePattern } from "../../tree/glob.ts";
import type { PathMask } from "../../tree/path-patterns.ts";
import type { AdviceContext } from "../advice-context.ts";
import type { BuildStep } from "../build-steps.ts";
import { copyCommand } from "../copy-command.ts";
import { filesBelow } from "../places.ts";
import type { Draft } from "../rule.ts";
import { dockerfileText, snippetOf } from "../snippet.ts";
import { byLayer, type LayerFiles, listPaths, placesOf } from "./leftover-files.ts";

/** Directories of packages: what their makers put in there is not the application's. */
export const PACKAGE_DIRECTORIES: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  "site-packages",
  "dist-packages",
  "vendor",
]);

/**
 * Whether a step copies from the directory that the image is built in. `maybe` where the builder does not tell that from
 * copying from another stage: BuildKit leaves out `--from`, and paths of a stage usually begin with a slash.
 */
export function copiesFromContext(step: BuildStep | undefined): "yes" | "maybe" | "no" {
  const copy = step?.isOwn ? copyCommand(step) : undefined;
  if (!copy || copy.flags.some((flag) => flag.startsWith("--from="))) return "no";
  if (copy.hidden) return "maybe";
  if (copy.keyword === "ADD" && copy.sources.every((source) => FETCHED.test(source))) return "no";
  return copy.sources.some((source) => !source.startsWith("/")) ? "yes" : "maybe";
}

/** What `ADD` fetches or unpacks. */
const FETCHED = /^(?:https?:\/\/|git@)|\.(?:tar|tgz|tbz2|txz|tar\.[a-z0-9]{1,4})$/;

interface CopiedLayers {
  readonly layers: ReadonlySet<number>;
  /** Where they brought files, and the directories above. */
  readonly paths: PathMask;
}

const known = new WeakMap<AdviceContext, CopiedLayers>();

/** Layers that may have been copied from where the image is built. */
function copiedLayers(context: AdviceContext): CopiedLayers {
  let copied = known.get(context);
  if (!copied) {
    const layers = layersOf(context, (step) => copiesFromContext(step) !== "no");
    copied = { layers, paths: pathsOfLayers(context, layers) };
    known.set(context, copied);
  }
  return copied;
}

function layersOf({ steps }: AdviceContext, isMeant: (step: BuildStep) => boolean): Set<number> {
  return new Set(steps.flatMap((step) => (isMeant(step) ? (step.layer ?? []) : [])));
}

function pathsOfLayers({ tree, paths }: AdviceContext, layers: ReadonlySet<number>): PathMask {
  const mask = new Uint8Array(paths.size);
  const mark = (node: number): void => {
    for (let at = node; mask[at] === 0; at = paths.parentOf(at)) mask[at] = 1;
  };
  for (const layer of layers) {
    const { count, node, size } = tree.layers[layer] as LayerEntries;
    for (let index = 0; index < count; index++) if (size[index] !== 0) mark(node[index] as number);
  }
  // A link of whatever layer may name what one of these stores.
  for (const entries of tree.layers) for (const index of entries.hardLinks()) mark(entries.node[index] as number);
  return mask;
}

/**
 * Paths whose last segment is as a pattern without slashes says, whoever brought them; none where nothing was copied. Only
 * what {@link copiedFilesBelow} finds there was copied.
 */
export function copiedPaths(context: AdviceContext, pattern: string): number[] {
  if (copiedLayers(context).layers.size === 0) return [];
  return context.names.like(pattern);
}

/** Files at and below some paths that were copied by steps that are meant, by the step that copied them. */
export function copiedFilesBelow(
  context: AdviceContext,
  places: readonly number[],
  isMeant: (step: BuildStep) => boolean,
): (LayerFiles & { readonly step: BuildStep })[] {
  const copied = copiedLayers(context);
  const layers = layersOf(context, (step) => copied.layers.has(step.layer ?? NONE) && isMeant(step));
  if (layers.size === 0) return [];
  return byLayer(context, filesBelow(context, places, copied.paths)).flatMap((group) => {
    const { layer, step } = group;
    return step && layers.has(layer) ? [{ ...group, step }] : [];
  });
}

/** What should not have been copied. */
export interface Unwanted {
  /** Names without slashes, as .dockerignore takes them behind `**\/`. */
  readonly names: readonly string[];
  /** Of those, what is wanted nevertheless. */
  readonly except?: readonly string[];
  /** What happened: "Version control was copied". */
  readonly subject: string;
  readonly isMeant?: ((node: number) => boolean) | undefined;
  /** Only from steps that surely copy from the directory that the image is built in. */
  readonly onlyCertain?: boolean | undefined;
  /** Nothing is said where fewer of the names are found. */
  readonly atLeastNames?: number | undefined;
}

/** A draft for each layer that such files were copied into, with the lines for .dockerignore. */
export function* unwantedCopies(context: AdviceContext, unwanted: Unwanted): Generator<Draft> {
  const { isMeant = () => true, except = [], onlyCertain = false, atLeastNames = 1 } = unwanted;
  const wanted = new Set(except.flatMap((name) => copiedPaths(context, name)));
  const nodesByName = unwanted.names.map(
    (name) => [name, copiedPaths(context, name).filter((node) => !wanted.has(node) && isMeant(node))] as const,
  );
  const places = nodesByName.flatMap(([, nodes]) => nodes);
  const isFromContext = (step: BuildStep): boolean => !onlyCertain || copiesFromContext(step) === "yes";
  for (const { layers, step, files } of copiedFilesBelow(context, places, isFromContext)) {
    const here = placesOf(context, places, files);
    const isHere = new Set(here);
    const names = nodesByName.filter(([, nodes]) => nodes.some((node) => isHere.has(node))).map(([name]) => name);
    if (names.length < atLeastNames) continue;
    const excepted = except.filter((name) => names.some((other) => mayMatch(other, name)));
    yield {
      what: `${unwanted.subject} to ${listPaths(context, here)}`,
      inodes: files.map(({ inode }) => inode),
      layers,
      snippet: ignoreSnippet(step, [...names.map((name) => `**/${name}`), ...excepted.map((name) => `!**/${name}`)]),
    };
  }
}

function mayMatch(pattern: string, name: string): boolean {
  return parsePattern(pattern).some(({ segments }) => {
    const segment = segments.at(-1);
    return segment?.kind === "glob" && matchesName(segment.tokens, name);
  });
}

/** The lines for .dockerignore, and the step that they are for. */
export function ignoreSnippet(step: BuildStep, lines: readonly string[]): string {
  return snippetOf("# .dockerignore", ...lines, "# Dockerfile, as it is", dockerfileText(step));
}
