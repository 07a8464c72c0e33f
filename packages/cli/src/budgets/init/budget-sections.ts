/** The budgets of a new configuration: with limits a little above what an image has, or as examples without an image. */
import type { BudgetLimit, BudgetVerdict, LayerGroup } from "@layerscope/core";
import { describeBase } from "../../base-layers.ts";
import { formatBytes, formatShare, type Units } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { patternProblem } from "../config/patterns.ts";
import type { Probe } from "./probe.ts";
import { countLimit, exactSize, shareLimit, sizeLimit } from "./round-limits.ts";
import type { Section } from "./section.ts";
import { patternOf, scalar } from "./yaml-text.ts";

/** What a repository should begin with. @param probe of the image; undefined for examples */
export function budgetSections(probe: Probe | undefined, units: Units): Section[] {
  const size = (kind: SizeKind, words: string, example: number, layers: LayerGroup = "image"): Section =>
    sizeSection({ kind, words, example, layers, units }, probe);
  const own = size("maxSize", ownWords(probe), 50e6, "own");
  return [
    size("maxSize", "All that the layers store, also what later layers remove.", 300e6),
    ...(!probe || probe.hasOwnLayers ? [own] : []),
    size("maxCompressedSize", "The layers as they travel.", 120e6),
    countSection({ kind: "maxLayers", words: "Layers, empty ones too.", what: "layer", example: 20 }, probe),
    size("maxFileSize", "The largest file, in whatever layer.", 50e6),
    countSection({ kind: "maxFiles", words: "Files that a container sees.", what: "file", example: 20_000 }, probe),
    wastedShareSection(probe, units),
    forbiddenSection(probe),
    setuidSection(probe),
    nonRootSection(probe),
    requiredSection(probe),
    GROWTH,
  ];
}

type SizeKind = "maxSize" | "maxCompressedSize" | "maxFileSize";

interface SizeBudget {
  readonly kind: SizeKind;
  readonly words: string;
  readonly example: number;
  readonly layers: LayerGroup;
  readonly units: Units;
}

function sizeSection({ kind, words, example, layers, units }: SizeBudget, probe: Probe | undefined): Section {
  const { value, reason } = probe?.check({ kind, bytes: 0 }, layers) ?? {};
  const limit = value === undefined ? exactSize(example) : sizeLimit(value, units);
  const now = value === undefined ? reason && `Not known: ${reason}.` : `Now ${formatBytes(value, units)}.`;
  return {
    comment: now === undefined ? [words] : [words, now],
    lines: [`- ${kind}: ${limit}`, ...(layers === "image" ? [] : [`  layers: ${layers}`])],
    isActive: value !== undefined,
  };
}

function ownWords(probe: Probe | undefined): string {
  const words = "What the image adds to its base image";
  if (!probe) return `${words}.`;
  const { base } = probe;
  const layers = base.layers === 1 ? "the first layer" : `the first ${base.layers} layers`;
  return `${words}: ${layers}, ${describeBase(base)}.`;
}

interface CountBudget {
  readonly kind: "maxLayers" | "maxFiles";
  readonly words: string;
  readonly what: string;
  readonly example: number;
}

function countSection({ kind, words, what, example }: CountBudget, probe: Probe | undefined): Section {
  const value = probe?.check({ kind, count: 0 }).value;
  return {
    comment: value === undefined ? [words] : [words, `Now ${plural(value, what)}.`],
    lines: [`- ${kind}: ${value === undefined ? example : countLimit(value)}`],
    isActive: value !== undefined,
  };
}

function wastedShareSection(probe: Probe | undefined, units: Units): Section {
  const isOwn = !probe || probe.hasOwnLayers;
  const verdict = probe?.check({ kind: "maxWastedShare", share: 0 }, isOwn ? "own" : "image");
  const { value, bytes } = verdict ?? {};
  const now = value === undefined ? "" : ` Now ${formatShare(value, 1)}, ${formatBytes(bytes?.value ?? 0, units)}.`;
  return {
    comment: [
      `What is stored and no container sees, by what is stored.${now}`,
      "So little that it does not matter passes, whatever share it is. The other way round: minEfficiency: 95 %",
    ],
    lines: [
      `- maxWastedShare: ${value === undefined ? "10 %" : shareLimit(value)}`,
      `  butAtLeast: ${units === "si" ? "1 MB" : "1 MiB"}`,
      ...(isOwn ? ["  layers: own"] : []),
    ],
    isActive: value !== undefined,
  };
}

const FORBIDDEN = [
  ".git",
  ".env",
  ".netrc",
  ".git-credentials",
  "id_rsa",
  "id_ecdsa",
  "id_ed25519",
  "**/.aws/credentials",
  "**/.docker/config.json",
];

/** Needs no numbers, so it counts without an image, too. */
function forbiddenSection(probe: Probe | undefined): Section {
  const there: string[] = [];
  const patterns = FORBIDDEN.filter((pattern) => {
    const verdict = probe?.check({ kind: "forbidden", patterns: [pattern] });
    if (!verdict || verdict.value === 0) return true;
    there.push(`${pattern} is left out: ${firstOffence(verdict)}.`);
    return false;
  });
  const isActive = patterns.length > 0;
  return {
    comment: ["What no layer may bring, even if a later one removes it: it can still be read.", ...there],
    lines: patternLines("forbidden", isActive ? patterns : FORBIDDEN),
    isActive,
  };
}

function firstOffence({ value = 0, findings }: BudgetVerdict): string {
  const { path, layer } = findings[0] ?? {};
  const more = value > 1 ? `, and ${plural(value - 1, "other")}` : "";
  return `${path ? patternOf(path) : "it"} is in layer ${layer}${more}`;
}

/** More would not be read by anybody. */
const MOST_SETUID = 200;

function setuidSection(probe: Probe | undefined): Section {
  const words = "The only files that may be setuid or setgid: whoever runs one gets the rights of its owner.";
  if (!probe) return { comment: [words], lines: patternLines("allowedSetuid", ["/usr/bin/su"]), isActive: false };
  const patterns = probe.setuidPatterns();
  const isListed = patterns.length <= MOST_SETUID && !patterns.some((pattern) => patternProblem(pattern) !== undefined);
  return {
    comment: isListed ? [words] : [words, `Now ${plural(patterns.length, "file")}, which is too much to list here.`],
    lines: patternLines("allowedSetuid", isListed ? patterns : ["/usr/bin/su"]),
    isActive: isListed,
  };
}

function nonRootSection(probe: Probe | undefined): Section {
  const verdict = probe?.check({ kind: "nonRoot" });
  const isActive = verdict?.status === "passed";
  const [said = ""] = verdict?.notes ?? [];
  const why = verdict && !isActive ? [`Not yet: ${said}. Set one: USER app`] : [];
  return { comment: ["The user of the image must not be root.", ...why], lines: ["- nonRoot: true"], isActive };
}

/** Only whoever made the image knows what must be there; what it starts is a good guess. */
function requiredSection(probe: Probe | undefined): Section {
  const { entrypoint = [], cmd = [] } = probe?.analysis.image.document.config ?? {};
  const started = [...entrypoint, ...cmd].find((word) => word.startsWith("/"));
  const limit = (pattern: string): BudgetLimit => ({ kind: "required", patterns: [pattern] });
  const pattern = started === undefined ? undefined : patternOf(Buffer.from(started.slice(1)));
  const isThere = pattern !== undefined && !patternProblem(pattern) && probe?.check(limit(pattern)).status === "passed";
  return {
    comment: ["What a container must see."],
    lines: patternLines("required", [isThere ? pattern : "/app/server"]),
    isActive: false,
  };
}

const GROWTH: Section = {
  comment: [
    "How much may come to what a baseline stores. Save one wherever the image is good, such as on the main branch:",
    "layerscope --json --files IMAGE > baseline.json; then name it: layerscope ci --baseline baseline.json",
  ],
  lines: ["- maxGrowth: 3 %", "  butAtLeast: 1 MB"],
  isActive: false,
};

function patternLines(key: string, patterns: readonly string[]): string[] {
  if (patterns.length === 0) return [`- ${key}: []`];
  return [`- ${key}:`, ...patterns.map((pattern) => `    - ${scalar(pattern)}`)];
}
