/** Everything about one layer. */
import {
  type Change,
  type HistoryTree,
  type InstalledPackage,
  type LayerReference,
  parseCommand,
  printableName,
  type ScannedLayer,
  type WasteRecord,
} from "@layerscope/core";
import { formatBytes, formatShare } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import type { World } from "../world.ts";
import { causedWaste } from "./caused-waste.ts";
import { type CommandLine, commandLines } from "./command-lines.ts";
import { type DetailLine, dateWithAge, fact, pairs, section } from "./detail-line.ts";
import { isSameWorld, stepOfLayer, storedBytesOf } from "./image-facts.ts";
import { packagesOfLayer } from "./layer-packages.ts";
import { layersModel } from "./layers.ts";
import { packageName } from "./packages.ts";

const CHANGES: readonly Change[] = ["added", "modified", "metadata", "identical", "removed"];

/** The details made last: the same lines for the same question, so that what is made of them can be kept. */
let last: { readonly world: World; readonly layer: number; readonly lines: readonly DetailLine[] } | undefined;

/** The details of a layer, counted from 0; empty when there is none. */
export function layerDetails(world: World, layer: number): readonly DetailLine[] {
  if (last && last.layer === layer && isSameWorld(last.world, world)) return last.lines;
  const lines = build(world, layer);
  last = { world, layer, lines };
  return lines;
}

function build(world: World, layer: number): readonly DetailLine[] {
  const { subject } = world;
  const row = layersModel(world).rows[layer];
  if (!row) return [];
  const read = subject.layers[layer];
  const reference = read?.reference ?? subject.document?.layers[layer];
  const step = stepOfLayer(subject, layer);
  const command = step?.createdBy ? parseCommand(step.createdBy) : undefined;
  return [
    { kind: "heading", text: `Layer ${layer}${row.isBase ? ", of the base image" : ""}` },
    ...commandDetails(step?.createdBy),
    ...statusDetails(row.status, read),
    ...section("Sizes", sizes(world, layer, read)),
    ...section("What it did", changes(world, layer)),
    ...section("Packages it installed", installed(world, layer)),
    ...section("Packages it removed or replaced", removed(world, layer)),
    ...section("Waste it made of layers below", caused(world, layer)),
    ...section("Where it comes from", [
      fact("Created", dateWithAge(step?.created, world.now)),
      fact("Build arguments", command?.buildArguments),
      fact("Options", command?.flags),
      fact("Comment", step?.createdBy ? step.comment : undefined),
      fact("Author", step?.author),
    ]),
    ...section("What it is called", identity(reference, read)),
    ...section("Annotations", pairs(reference?.annotations ?? {})),
  ];
}

function commandDetails(createdBy: string | undefined): DetailLine[] {
  if (!createdBy) return [{ kind: "text", text: "its command is not known", tone: "muted" }];
  return linesOf(createdBy).map((line): DetailLine => ({ kind: "code", ...line }));
}

let lastCommand: { readonly createdBy: string; readonly lines: readonly CommandLine[] } | undefined;

/** While an image is read, the details of one layer are made many times. */
function linesOf(createdBy: string): readonly CommandLine[] {
  if (lastCommand?.createdBy !== createdBy) lastCommand = { createdBy, lines: commandLines(createdBy) };
  return lastCommand.lines;
}

const STATUS = {
  waiting: "not read yet",
  reading: "being read",
  unread: "not read",
  partial: "could only be read in part: the numbers are of what could be read",
  absent: "absent: the archive does not have it",
} as const;

function statusDetails(
  status: ScannedLayer["status"] | keyof typeof STATUS,
  read: ScannedLayer | undefined,
): DetailLine[] {
  if (status === "complete") return [];
  const tone = status === "waiting" || status === "reading" ? "muted" : "warning";
  const lines = [
    fact("Status", STATUS[status], { tone }),
    fact("Error", read?.error?.message, { tone: "error" }),
    fact("What to do", read?.error?.hint),
  ];
  return [{ kind: "gap" }, ...lines.filter((line) => line !== undefined)];
}

function sizes({ subject, units }: World, layer: number, read: ScannedLayer | undefined): (DetailLine | undefined)[] {
  const bytes = (count: number | undefined): string | undefined =>
    count === undefined ? undefined : formatBytes(count, units);
  const accounts = subject.analysis?.accounts;
  const own = accounts?.layers[layer];
  const stored = storedBytesOf(subject, layer);
  const blob = read?.blobBytes ?? subject.document?.layers[layer]?.claimedBytes;
  const ofImage = accounts && stored ? `, ${formatShare(stored, accounts.storedBytes)} of the image` : "";
  const ofLayer = own && own.wastedBytes > 0 ? `, ${formatShare(own.wastedBytes, own.storedBytes)} of the layer` : "";
  return [
    fact("Stored", stored === undefined ? undefined : `${bytes(stored)}${ofImage}`),
    fact("Visible at the end", bytes(own?.contributedBytes)),
    fact("Wasted", own && `${bytes(own.wastedBytes)}${ofLayer}`, own?.wastedBytes ? { tone: "wasted" } : {}),
    fact("Snapshot so far", bytes(own?.snapshotBytes)),
    fact("Compressed", read?.compression === "none" ? undefined : bytes(blob)),
    fact("Uncompressed tar", bytes(read?.tarBytes)),
    fact("Format's own data", read?.formatBytes ? bytes(read.formatBytes) : undefined),
  ];
}

function changes({ subject }: World, layer: number): (DetailLine | undefined)[] {
  const accounts = subject.analysis?.accounts.layers[layer];
  const entries = accounts?.entries ?? subject.tree?.layers[layer]?.count;
  if (entries === undefined) return [];
  const counts = CHANGES.filter((change) => (accounts?.changes[change] ?? 0) > 0).map(
    (change): DetailLine => ({ kind: "count", change, count: accounts?.changes[change] ?? 0 }),
  );
  const nothing: DetailLine[] =
    accounts && counts.length === 0 ? [{ kind: "text", text: "it changed nothing", tone: "muted" }] : [];
  return [...counts, ...nothing, fact("Entries in its tar", entries.toLocaleString("en"))];
}

/** Packages that are listed. */
const MOST_PACKAGES = 5;

function installed({ subject: { inspection }, units }: World, layer: number): (DetailLine | undefined)[] {
  const those = inspection ? packagesOfLayer(inspection.packages, layer).installed : [];
  const bytes = those.reduce((sum, one) => sum + one.bytes, 0);
  if (those.length === 0) return [];
  return [
    fact("Installed", `${plural(those.length, "package")}, ${formatBytes(bytes, units)}`),
    ...those.slice(0, MOST_PACKAGES).map((one) => fact(formatBytes(one.bytes, units), nameAndVersion(one))),
    moreOf(those.length - MOST_PACKAGES),
  ];
}

function removed({ subject: { inspection } }: World, layer: number): (DetailLine | undefined)[] {
  const those = inspection ? packagesOfLayer(inspection.packages, layer).removed : [];
  return [
    ...those.slice(0, MOST_PACKAGES).map((one): DetailLine => ({ kind: "text", text: nameAndVersion(one) })),
    moreOf(those.length - MOST_PACKAGES),
  ];
}

function nameAndVersion(one: InstalledPackage): string {
  return `${packageName(one)} ${one.version}`.trimEnd();
}

function moreOf(count: number): DetailLine | undefined {
  return count > 0 ? { kind: "text", text: `… and ${count.toLocaleString("en")} more`, tone: "muted" } : undefined;
}

function caused({ subject: { analysis }, units }: World, layer: number): (DetailLine | undefined)[] {
  const waste = analysis && causedWaste(analysis, layer);
  if (!waste) return [];
  const { tree } = analysis.image;
  const more = waste.files - waste.largest.length;
  return [
    fact("Made invisible", `${formatBytes(waste.bytes, units)} in ${plural(waste.files, "file")}`, { tone: "wasted" }),
    ...waste.largest.map((record): DetailLine => {
      return {
        kind: "text",
        text: `${formatBytes(record.bytes, units)} of layer ${record.storedIn}: ${pathOf(tree, record)}`,
      };
    }),
    moreOf(more),
  ];
}

function pathOf(tree: HistoryTree, { node }: WasteRecord): string {
  return `/${printableName(tree.paths.pathOf(node))}`;
}

function identity(reference: LayerReference | undefined, read: ScannedLayer | undefined): (DetailLine | undefined)[] {
  return [
    fact("Digest", reference?.digest),
    fact("diffID", reference?.diffId),
    fact("Media type", reference?.mediaType),
    fact("Compression", read?.compression),
  ];
}
