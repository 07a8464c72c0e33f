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
import { type ImageOptions, unitsOf } from "../context.ts";
import { openInspected } from "../inspected-image.ts";
import { printWarning, reportTrouble } from "../output/messages.ts";
import { formatPackages, formatPackagesByLayer } from "../output/packages-text.ts";
import { terminalStyle } from "../output/terminal.ts";
import { writeFilePieces, writePieces } from "../output/write.ts";
import { VERSION } from "../version.ts";
import { topOption } from "./top-option.ts";

export interface PackagesOptions extends ImageOptions {
  readonly byLayer?: boolean;
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly top?: string;
}

const FORMATS = ["table", "json", "cyclonedx", "spdx"] as const;
type Format = (typeof FORMATS)[number];

/** How many packages and directories are listed. */
const TOP = 40;

/** @throws LayerscopeError */
export async function packages(reference: string, options: PackagesOptions): Promise<void> {
  const format = formatOption(options);
  const top = topOption(options.top) ?? TOP;
  await using opened = await openInspected(reference, options);
  const { analysis, inspection } = opened;
  const file = options.output === "-" ? undefined : options.output;
  const style = terminalStyle(file === undefined ? process.stdout : {}, process.env, options.color);
  const text = { ...style, reference, units: unitsOf(options), top };
  const pieces =
    format === "table"
      ? [(options.byLayer ? formatPackagesByLayer : formatPackages)(analysis, inspection.packages, text)]
      : document(format, reference, analysis, inspection);
  if (file === undefined) await writePieces(process.stdout, pieces);
  else writeFilePieces(file, pieces);
  for (const problem of options.quiet ? [] : inspection.packages.problems) printWarning(problem);
  reportTrouble(analysis.image, options.quiet === true);
}

function document(
  format: Exclude<Format, "table">,
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

function formatOption({ json, format, byLayer }: PackagesOptions): Format {
  const name = format ?? (json ? "json" : "table");
  const known = FORMATS.find((one) => one === name);
  if (!known) {
    throw new LayerscopeError("invalid-option", `there is no format "${name}"${didYouMean(name, FORMATS)}`, {
      hint: `The formats are ${FORMATS.join(", ")}.`,
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
