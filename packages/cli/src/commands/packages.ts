/** `layerscope packages IMAGE`: which package owns which bytes, which layer installed it, and lists for scanners. */
import {
  type Analysis,
  cycloneDx,
  didYouMean,
  type Inspection,
  jsonPackages,
  LayerscopeError,
  printableJson,
  spdx,
} from "@layerscope/core";
import { type ImageOptions, unitsOf } from "../image-options.ts";
import { openInspected } from "../inspected-image.ts";
import { printWarning, reportTrouble } from "../output/messages.ts";
import { formatPackages, formatPackagesByLayer } from "../output/packages-text.ts";
import { terminalStyle } from "../output/terminal.ts";
import { unreadText } from "../output/unread-text.ts";
import { writeFilePieces, writePieces } from "../output/write.ts";
import { VERSION } from "../version.ts";
import { PACKAGE_FORMATS, type PackageFormat } from "./package-formats.ts";
import { topOption } from "./top-option.ts";

export interface PackagesOptions extends ImageOptions {
  readonly byLayer?: boolean;
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly top?: string;
}

/** How many packages and directories are listed. */
const TOP = 40;

/** @throws LayerscopeError */
export async function packages(reference: string, options: PackagesOptions): Promise<void> {
  const format = formatOption(options);
  const top = topOption(options.top) ?? TOP;
  await using opened = await openInspected(reference, options);
  const { analysis, inspection } = opened;
  const unread = unreadLayers(analysis, inspection);
  const file = options.output === "-" ? undefined : options.output;
  const style = terminalStyle(file === undefined ? process.stdout : {}, process.env, options.color);
  const text = { ...style, reference, units: unitsOf(options), top };
  const pieces =
    format === "table"
      ? [(options.byLayer ? formatPackagesByLayer : formatPackages)(analysis, inspection.packages, text)]
      : document(format, reference, analysis, inspection);
  if (file === undefined) await writePieces(process.stdout, pieces);
  else writeFilePieces(file, pieces);
  const warnings = [unreadText(unread), ...inspection.packages.problems].filter(Boolean);
  for (const warning of options.quiet ? [] : warnings) printWarning(warning);
  reportTrouble(analysis.image, options.quiet === true);
}

/**
 * Layers with files that could not be looked into.
 * @throws LayerscopeError `no-content` when there are no contents: an empty list of packages would be a lie
 */
function unreadLayers({ image }: Analysis, { unread, packages: inventory }: Inspection): number[] {
  const hasFiles = (layer: number): boolean => (image.tree.layers[layer]?.count ?? 0) > 0;
  const layers = unread.filter((layer) => image.layers[layer]?.status !== "complete" || hasFiles(layer));
  const isRead = (layer: number): boolean => hasFiles(layer) && !unread.includes(layer);
  if (layers.length === 0 || image.contents.some((content) => content !== undefined)) return layers;
  // A saved report has no contents; it may say what is in them.
  if (inventory.packages.length > 0 || image.layers.some(({ index }) => isRead(index))) return layers;
  throw new LayerscopeError("no-content", "what is in its files is not known, so its packages are not either", {
    hint: "A saved report says it when it was saved of the image itself: layerscope --json --files IMAGE > report.json",
  });
}

function document(
  format: Exclude<PackageFormat, "table">,
  reference: string,
  analysis: Analysis,
  inspection: Inspection,
): Iterable<string> {
  switch (format) {
    case "json":
      return lines(analysis, inspection);
    case "cyclonedx":
      return cycloneDx(analysis, inspection, { reference, toolVersion: VERSION });
    case "spdx":
      return spdx(analysis, inspection, { reference, toolVersion: VERSION });
  }
}

/** One package a line, as the report has it. */
function* lines({ image }: Analysis, { packages: inventory }: Inspection): Generator<string> {
  for (const one of jsonPackages(inventory, image.tree.paths)) yield `${printableJson(JSON.stringify(one))}\n`;
}

function formatOption({ json, format, byLayer }: PackagesOptions): PackageFormat {
  const name = format ?? (json ? "json" : "table");
  const known = PACKAGE_FORMATS.find((one) => one === name);
  if (!known) {
    throw new LayerscopeError("invalid-option", `there is no format "${name}"${didYouMean(name, PACKAGE_FORMATS)}`, {
      hint: `The formats are ${PACKAGE_FORMATS.join(", ")}.`,
    });
  }
  if (json && known !== "json")
    throw new LayerscopeError("invalid-option", `--json and --format ${name} exclude each other`);
  if (byLayer && known !== "table") {
    throw new LayerscopeError(
      "invalid-option",
      `--by-layer is about the table; ${known} has the layers of each package`,
    );
  }
  return known;
}
