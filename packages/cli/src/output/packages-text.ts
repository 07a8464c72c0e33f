/** The packages of an image for people: who owns how many bytes of what a container sees. */
import {
  type Analysis,
  escapeText,
  type InstalledPackage,
  type PackageInventory,
  printableName,
  type UnownedPart,
} from "@layerscope/core";
import pc from "picocolors";
import { formatBytes, formatShare, type Units } from "./bytes.ts";
import { storedAgain } from "./package-layers.ts";
import { plural } from "./plural.ts";
import { stepCommand } from "./step-command.ts";
import { formatTable } from "./table.ts";
import { cellWidth, fitEnd, fitMiddle, type TerminalStyle, wrapText } from "./terminal.ts";

export interface PackagesTextOptions extends TerminalStyle {
  readonly reference: string;
  readonly units: Units;
  /** How many are listed. */
  readonly top: number;
}

/** Packages by size, then what no package owns. */
export function formatPackages(
  { accounts, image }: Analysis,
  inventory: PackageInventory,
  options: PackagesTextOptions,
): string {
  const colors = pc.createColors(options.color);
  const there = inventory.packages.filter(({ removedIn }) => removedIn === undefined);
  const owned = accounts.finalBytes - inventory.unownedBytes;
  const shown = there.slice(0, options.top);
  const sections = [
    [
      colors.bold(fitEnd(`${escapeText(options.reference)}: ${plural(there.length, "package")}`, options.width)),
      ...wrapText(ownedText(owned, inventory, accounts.finalBytes, options.units), options.width - 2).map(
        (line) => `  ${line}`,
      ),
    ].join("\n"),
  ];
  if (shown.length > 0) {
    sections.push(
      `${colors.bold("Packages")}${ofAll(shown.length, there.length)}\n${packageTable(shown, inventory, options)}`,
    );
  }
  const unowned = inventory.unowned.slice(0, options.top);
  if (unowned.length > 0) {
    const table = unownedTable(unowned, (node) => printableName(image.tree.paths.pathOf(node)), options);
    sections.push(`${colors.bold("No package")}${ofAll(unowned.length, inventory.unowned.length)}\n${table}`);
  }
  sections.push(...versionsSection(inventory, options, colors));
  return `${sections.join("\n\n")}\n`;
}

function ownedText(owned: number, { unownedBytes }: PackageInventory, all: number, units: Units): string {
  const share = sizeAndShare(owned, all, units);
  return `${share} of what a container sees belongs to packages, ${formatBytes(unownedBytes, units)} to none`;
}

/** What each layer installed and removed. */
export function formatPackagesByLayer(
  { image, accounts }: Analysis,
  { packages }: PackageInventory,
  options: PackagesTextOptions,
): string {
  const colors = pc.createColors(options.color);
  const { units, width } = options;
  const sections = image.layers.map(({ step }, layer) => {
    const bytesHere = ({ bytesByLayer }: InstalledPackage): number => bytesByLayer.get(layer) ?? 0;
    const here = packages
      .filter((one) => one.installedIn === layer || bytesHere(one) > 0)
      .sort((one, other) => bytesHere(other) - bytesHere(one) || one.index - other.index);
    const removed = packages.filter(({ removedIn }) => removedIn === layer);
    const stored = formatBytes(accounts.layers[layer]?.storedBytes ?? 0, units);
    const head = colors.bold(fitEnd(`layer ${layer}  ${stored}  ${stepCommand(step, image)}`, width));
    const rows = here
      .slice(0, options.top)
      .map((one) => [formatBytes(bytesHere(one), units), one.type, nameInLayer(one, layer, width - 24)]);
    const lines = [head];
    if (rows.length > 0) lines.push(formatTable(PARTS, rows));
    if (here.length > rows.length) lines.push(`  and ${plural(here.length - rows.length, "more package")}`);
    if (removed.length > 0) lines.push(`  removed: ${fitEnd(removed.map(nameAndVersion).join(", "), width - 11)}`);
    if (here.length + removed.length === 0) lines.push("  no packages");
    return lines.join("\n");
  });
  return `${sections.join("\n\n")}\n`;
}

/** Where nothing of a package is stored by the layer that installed it, each of the two layers says which the other is. */
function nameInLayer(one: InstalledPackage, layer: number, width: number): string {
  const again = storedAgain(one);
  const note = again !== undefined && layer !== one.installedIn ? `installed by layer ${one.installedIn}` : again;
  return nameAndNote(nameAndVersion(one), note, width);
}

/** Where both do not fit, the name is cut: the numbers of layers are only there. */
function nameAndNote(name: string, note: string | undefined, width: number): string {
  if (note === undefined) return fitEnd(name, width);
  const end = `, ${note}`;
  return `${fitEnd(name, Math.max(8, width - cellWidth(end)))}${end}`;
}

const PARTS = [{ title: "bytes", align: "right" }, { title: "type" }, { title: "package" }] as const;

function packageTable(
  packages: readonly InstalledPackage[],
  { packages: all }: PackageInventory,
  { units, width }: PackagesTextOptions,
): string {
  const facts = packages.map((one) => [
    formatBytes(one.bytes, units),
    one.files.toLocaleString("en"),
    String(one.installedIn),
    one.type,
  ]);
  const room =
    width - FACTS.reduce((sum, { title }, at) => sum + 2 + widest([title, ...facts.map((row) => row[at])]), 2);
  const rows = packages.map((one, at) => {
    const partOf = one.partOf === undefined ? undefined : all[one.partOf];
    const why = partOf ? `, part of ${escapeText(partOf.name)}` : "";
    return [...(facts[at] ?? []), nameAndNote(`${nameAndVersion(one)}${why}`, storedAgain(one), room)];
  });
  return formatTable([...FACTS, { title: "package" }], rows);
}

const FACTS = [
  { title: "bytes", align: "right" },
  { title: "files", align: "right" },
  { title: "layer", align: "right" },
  { title: "type" },
] as const;

function widest(texts: readonly (string | undefined)[]): number {
  return texts.reduce((most, text = "") => Math.max(most, text.length), 0);
}

function unownedTable(
  parts: readonly UnownedPart[],
  pathOf: (node: number) => string,
  { units, width }: PackagesTextOptions,
): string {
  return formatTable(
    [{ title: "bytes", align: "right" }, { title: "files", align: "right" }, { title: "path" }],
    parts.map(({ node, isDirectory, bytes, files }) => [
      formatBytes(bytes, units),
      files.toLocaleString("en"),
      fitMiddle(`/${pathOf(node)}${isDirectory && node !== 0 ? "/" : ""}`, width - 24),
    ]),
  );
}

function versionsSection(
  { versions, packages }: PackageInventory,
  { units, width, top }: PackagesTextOptions,
  colors: ReturnType<typeof pc.createColors>,
): string[] {
  if (versions.length === 0) return [];
  const bytesOf = (indexes: readonly number[]): number =>
    indexes.reduce((sum, index) => sum + (packages[index]?.bytes ?? 0), 0);
  const rows = versions
    .map((one) => ({ one, bytes: bytesOf(one.packages) }))
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, top)
    .map(({ one: { type, namespace, name, packages: indexes }, bytes }) => {
      const found = indexes.map((index) => packages[index]?.version ?? "");
      const called = escapeText(namespace === undefined ? name : `${namespace}/${name}`);
      return [formatBytes(bytes, units), type, fitEnd(`${called}: ${escapeText(found.join(", "))}`, width - 24)];
    });
  return [
    `${colors.bold("In several versions, or several times")}${ofAll(rows.length, versions.length)}\n${formatTable(PARTS, rows)}`,
  ];
}

function ofAll(shown: number, all: number): string {
  return shown < all ? `  (${shown} of ${all.toLocaleString("en")})` : "";
}

function sizeAndShare(bytes: number, whole: number, units: Units): string {
  return `${formatBytes(bytes, units)} (${formatShare(bytes, whole)})`;
}

/** Escaped. */
function nameAndVersion({ namespace, name, version }: InstalledPackage): string {
  return escapeText(`${namespace === undefined ? name : `${namespace}/${name}`} ${version}`.trimEnd());
}
