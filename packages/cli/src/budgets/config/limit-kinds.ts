/** The one table of what can be limited: the configuration, its JSON Schema and the options of the command line are made of it. */
import type { Budget, BudgetKind, BudgetLimit, LayerGroup } from "@layerscope/core";

/** What people can set as a limit; dive's rules come from a `.dive-ci` only, and rules of advice are set by their ids. */
export type LimitKey = Exclude<BudgetKind, `dive${string}` | "rule">;
export type SettableLimit = Extract<BudgetLimit, { readonly kind: LimitKey }>;

export interface LimitKind {
  /** In the configuration; the option of the command line is the same in kebab-case. */
  readonly key: LimitKey;
  readonly value: "size" | "share" | "count" | "growth" | "patterns" | "flag";
  /** Whether `paths` and `ignore` may stand beside it. */
  readonly paths: boolean;
  /** Which `layers` may: any, only image, own and base, or none. */
  readonly layers: "any" | "groups" | "none";
  /** Whether `cause` may. */
  readonly cause: boolean;
  /** Whether `butAtLeast` may; of growth only beside a share. */
  readonly butAtLeast: boolean;
  /** What a budget without a name is called, of the whole image and of a part of it. */
  readonly phrase: { readonly whole: string; readonly part: string; readonly preposition: "of" | "in" };
  /** One line, without a full stop. */
  readonly description: string;
}

export const LIMIT_KINDS: readonly LimitKind[] = [
  {
    key: "maxSize",
    value: "size",
    paths: true,
    layers: "any",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "total size", part: "size", preposition: "of" },
    description: "Most bytes of all files that the layers store, those that are removed later too",
  },
  {
    key: "maxCompressedSize",
    value: "size",
    paths: false,
    layers: "any",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "compressed size", part: "compressed size", preposition: "of" },
    description: "Most bytes of the layers' blobs as they travel",
  },
  {
    key: "maxLayers",
    value: "count",
    paths: false,
    layers: "groups",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "number of layers", part: "number", preposition: "of" },
    description: "Most layers, empty ones too",
  },
  {
    key: "maxLayerSize",
    value: "size",
    paths: true,
    layers: "any",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "layer size", part: "layer size", preposition: "of" },
    description: "Most bytes that any one layer stores",
  },
  {
    key: "maxWastedBytes",
    value: "size",
    paths: true,
    layers: "any",
    cause: true,
    butAtLeast: false,
    phrase: { whole: "wasted bytes", part: "wasted bytes", preposition: "of" },
    description: "Most bytes that are stored and that no container sees",
  },
  {
    key: "maxWastedShare",
    value: "share",
    paths: true,
    layers: "any",
    cause: true,
    butAtLeast: true,
    phrase: { whole: "wasted share", part: "wasted share", preposition: "of" },
    description: "Largest share of the stored bytes that no container sees",
  },
  {
    key: "minEfficiency",
    value: "share",
    paths: true,
    layers: "any",
    cause: false,
    butAtLeast: true,
    phrase: { whole: "efficiency", part: "efficiency", preposition: "of" },
    description: "Smallest share of the stored bytes that a container sees",
  },
  {
    key: "maxFiles",
    value: "count",
    paths: true,
    layers: "any",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "number of files", part: "number of files", preposition: "in" },
    description: "Most regular files that a container sees",
  },
  {
    key: "maxFileSize",
    value: "size",
    paths: true,
    layers: "any",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "largest file", part: "largest file", preposition: "in" },
    description: "Most bytes of any one file that is stored",
  },
  {
    key: "maxGrowth",
    value: "growth",
    paths: true,
    layers: "groups",
    cause: false,
    butAtLeast: true,
    phrase: { whole: "growth", part: "growth", preposition: "of" },
    description: "Most bytes stored more than by the baseline, as a size or as a share of what it stores",
  },
  {
    key: "forbidden",
    value: "patterns",
    paths: true,
    layers: "any",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "forbidden paths", part: "forbidden paths", preposition: "in" },
    description: "Paths that no layer may bring, even if a later one removes them",
  },
  {
    key: "required",
    value: "patterns",
    paths: false,
    layers: "any",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "required paths", part: "required paths", preposition: "in" },
    description: "Paths that must each match something that a container sees",
  },
  {
    key: "allowedSetuid",
    value: "patterns",
    paths: true,
    layers: "any",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "setuid files", part: "setuid files", preposition: "in" },
    description: "The only setuid or setgid files that a container may see; none for no such file at all",
  },
  {
    key: "nonRoot",
    value: "flag",
    paths: false,
    layers: "none",
    cause: false,
    butAtLeast: false,
    phrase: { whole: "user is not root", part: "user is not root", preposition: "of" },
    description: "The user that the image names must not be root",
  },
];

const BY_KEY = new Map(LIMIT_KINDS.map((kind) => [kind.key, kind] as const));

export function limitKindOf(key: LimitKey): LimitKind {
  // All keys are in the table; a test says so.
  return BY_KEY.get(key) as LimitKind;
}

/** What a budget is called that was given no name: `size of /usr/share/doc in own layers`. Not escaped. */
export function defaultBudgetName(limit: SettableLimit, { paths, layers }: Pick<Budget, "paths" | "layers">): string {
  const { whole, part, preposition } = phraseOf(limit);
  const where = layers === "image" ? undefined : describeLayers(layers);
  const what = paths && shortList(paths);
  if (what !== undefined) return `${part} ${preposition} ${what}${where === undefined ? "" : ` in ${where}`}`;
  return where === undefined ? whole : `${part} ${preposition} ${where}`;
}

function phraseOf(limit: SettableLimit): LimitKind["phrase"] {
  const { phrase } = limitKindOf(limit.kind);
  const cause = "cause" in limit ? limit.cause : undefined;
  if (cause === undefined) return phrase;
  const called = limit.kind === "maxWastedBytes" ? `waste by ${cause}` : `${phrase.part} by ${cause}`;
  return { whole: called, part: called, preposition: "in" };
}

function describeLayers(layers: LayerGroup): string {
  return typeof layers === "number" ? `layer ${layers}` : `${layers} layers`;
}

/** More patterns would make no name. */
const MOST_NAMED = 2;
const LONGEST_NAMED = 60;

function shortList(patterns: readonly string[]): string {
  const named = patterns
    .slice(0, MOST_NAMED)
    .map((one) => (one.length > LONGEST_NAMED ? `${one.slice(0, LONGEST_NAMED)}…` : one));
  const more = patterns.length - named.length;
  return more === 0 ? named.join(", ") : `${named.join(", ")} and ${more} more`;
}
