/** Everything about one package, or about files that no package owns, line by line. */
import {
  absolutePath,
  decodeName,
  type HistoryTree,
  type InstalledPackage,
  type PackageInventory,
} from "@layerscope/core";
import { formatBytes, type Units } from "../../output/bytes.ts";
import { storedAgain } from "../../output/package-layers.ts";
import { plural } from "../../output/plural.ts";
import type { Subject } from "../subject.ts";
import { type DetailLine, fact, section } from "./detail-line.ts";
import { layerCommand } from "./image-facts.ts";
import { isBaseLayer } from "./layer-names.ts";
import { packageFilesOf } from "./package-files.ts";
import { type PackageRow, packageName } from "./packages.ts";

const MOST_FILES = 20;
const MOST_LAYERS = 20;
const MOST_VERSIONS = 20;
/** Of a command so much is shown, in UTF-16 units. */
const LONGEST_COMMAND = 200;

let last:
  | {
      readonly of: object;
      readonly subject: Subject;
      readonly units: Units;
      readonly lines: readonly DetailLine[];
    }
  | undefined;

/** What is said of a row; the same lines for the same row, so that what is made of them can be kept. */
export function packageDetails(row: PackageRow | undefined, subject: Subject, units: Units): readonly DetailLine[] {
  const { tree, inspection } = subject;
  if (!row || !tree || !inspection) return [];
  const of = row.kind === "package" ? row.of : row.part;
  if (last && last.of === of && last.subject === subject && last.units === units) return last.lines;
  const lines =
    row.kind === "package" ? packageLines(row.of, inspection.packages, tree, subject, units) : unownedLines(row, units);
  last = { of, subject, units, lines };
  return lines;
}

function packageLines(
  one: InstalledPackage,
  inventory: PackageInventory,
  tree: HistoryTree,
  subject: Subject,
  units: Units,
): DetailLine[] {
  const { version, claimedBytes, source, requiredBy, partOf } = one;
  const bringer = partOf === undefined ? undefined : inventory.packages[partOf];
  const lines = [
    fact("In the image", `${formatBytes(one.bytes, units)} in ${plural(one.files, "file")}`),
    fact("As it says itself", claimedBytes === undefined ? undefined : formatBytes(claimedBytes, units)),
    fact("Type", one.type),
    fact("Architecture", one.architecture),
    fact("License", one.license),
    source && fact("Built from", [source.name, source.version].filter(Boolean).join(" ")),
    fact("Package URL", one.purl),
    fact("Installed by", layerText(subject, one.installedIn)),
    fact("Declared by", pathText(tree, one.location)),
    bringer && fact("Came with", `${packageName(bringer)} ${bringer.version}`),
    one.isDevelopment ? fact("Needed", "only to develop or to build") : undefined,
    one.isApplication ? fact("What it is", "an application, which nothing here needs") : undefined,
  ];
  return [
    { kind: "heading", text: `${packageName(one)} ${version}`.trimEnd() },
    ...lines.filter((line) => line !== undefined),
    ...section("Why it is there", requiredLines(one.name, requiredBy)),
    ...section("Other versions of it", versionLines(one, inventory, tree, units)),
    ...section("Layers that store it", layerLines(one, subject, units)),
    ...section("Its files", fileLines(one, inventory, tree, units)),
  ];
}

function layerText(subject: Subject, layer: number): string {
  const command = layerCommand(subject, layer).slice(0, LONGEST_COMMAND);
  return `${isBaseLayer(subject, layer) ? "base layer" : "layer"} ${layer}${command === "" ? "" : `: ${command}`}`;
}

function pathText(tree: HistoryTree, node: number): string {
  return decodeName(absolutePath(tree.paths.pathOf(node))).text;
}

/** `app needs express, which needs qs` */
function requiredLines(name: string, requiredBy: readonly string[] = []): DetailLine[] {
  const [first, ...others] = [...requiredBy, name];
  if (first === undefined || others.length === 0) return [];
  return [{ kind: "paragraph", text: `${first} needs ${others.join(", which needs ")}` }];
}

function versionLines(
  { index }: InstalledPackage,
  { versions, packages }: PackageInventory,
  tree: HistoryTree,
  units: Units,
): (DetailLine | undefined)[] {
  const all = versions.find((each) => each.packages.includes(index))?.packages ?? [];
  const others = all.flatMap((each) => (each === index ? [] : (packages[each] ?? [])));
  const lines = others
    .slice(0, MOST_VERSIONS)
    .map(({ version, bytes, location }) =>
      fact(version || "no version", `${formatBytes(bytes, units)}, ${pathText(tree, location)}`),
    );
  return [...lines, moreOf(others.length - MOST_VERSIONS)];
}

function layerLines(one: InstalledPackage, subject: Subject, units: Units): (DetailLine | undefined)[] {
  const { bytesByLayer, installedIn } = one;
  // Where one layer both installed and stores all of it, that is said already.
  if (bytesByLayer.size === 0 || (bytesByLayer.size === 1 && bytesByLayer.has(installedIn))) return [];
  const layers = [...bytesByLayer].sort(([one], [other]) => one - other);
  const lines = layers
    .slice(0, MOST_LAYERS)
    .map(([layer, bytes]) => fact(formatBytes(bytes, units), layerText(subject, layer)));
  const again = storedAgain(one);
  const why: DetailLine[] =
    again === undefined
      ? []
      : [{ kind: "paragraph", text: `Installed by layer ${installedIn}, all of it stored ${again}.` }];
  return [...why, ...lines, moreOf(layers.length - MOST_LAYERS)];
}

function fileLines(
  { index }: InstalledPackage,
  inventory: PackageInventory,
  tree: HistoryTree,
  units: Units,
): (DetailLine | undefined)[] {
  const files = packageFilesOf(inventory, tree);
  const nodes = files.of(index);
  const lines = nodes
    .slice(0, MOST_FILES)
    .map((node) => fact(formatBytes(files.bytesOf(node), units), pathText(tree, node)));
  return [...lines, moreOf(nodes.length - MOST_FILES)];
}

function moreOf(count: number): DetailLine | undefined {
  return count > 0 ? { kind: "text", text: `… and ${count.toLocaleString("en")} more`, tone: "muted" } : undefined;
}

function unownedLines({ part, path }: Extract<PackageRow, { kind: "unowned" }>, units: Units): DetailLine[] {
  const text = part.isDirectory
    ? "Files in this directory that no package says are its own: what was copied, downloaded or built, or made while something was installed."
    : "No package says that this file is its own.";
  const lines = [fact("In the image", `${formatBytes(part.bytes, units)} in ${plural(part.files, "file")}`)];
  return [{ kind: "heading", text: path }, { kind: "paragraph", text }, ...lines.filter((line) => line !== undefined)];
}
