/** Everything about the image as a whole. */
import { type Accounts, type Analysis, formatPlatform, type ImageConfig, WASTE_CAUSES } from "@layerscope/core";
import { formatBytes, formatShare, type Units } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { CAUSE_MEANING } from "../../output/waste-text.ts";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";
import { type DetailLine, dateWithAge, fact, items, pairs, section } from "./detail-line.ts";
import { baseImageName, countLayers, imageTitle, isSameWorld } from "./image-facts.ts";

let last: { readonly world: World; readonly lines: readonly DetailLine[] } | undefined;

/** Keys that lead to what there is to say about the image. */
export interface DetailKeys {
  readonly advice?: string | undefined;
  readonly packages?: string | undefined;
}

/** The details of the image, as far as it is read. */
export function imageDetails(world: World, keys: DetailKeys = {}): readonly DetailLine[] {
  if (last && isSameWorld(last.world, world)) return last.lines;
  const lines = build(world, keys);
  last = { world, lines };
  return lines;
}

function build(world: World, keys: DetailKeys): readonly DetailLine[] {
  const { subject, units } = world;
  const { document, analysis, image } = subject;
  const config = document?.config;
  return [
    { kind: "heading", text: imageTitle(subject) },
    ...items(document?.names.slice(1).map((name) => `also ${name}`) ?? []),
    ...troubles(subject),
    ...section("Where the bytes are", analysis ? accounting(analysis.accounts, units) : []),
    ...section("What could be done", advised(subject, units, keys)),
    ...section("Wasted bytes by cause", analysis ? causes(analysis.accounts, units) : []),
    ...section("What is in it", contents(subject, analysis)),
    ...section("Base image", base(subject)),
    ...section("How it runs", config ? running(config) : []),
    ...section("Environment", items(config?.env ?? [])),
    ...section("Labels", pairs(config?.labels ?? {})),
    ...section("Where it comes from", [
      fact("Opened", subject.reference),
      fact(
        "Read from",
        image && (subject.hasContents ? SOURCES[image.source.kind] : "a saved report, without contents"),
      ),
      fact("Created", dateWithAge(config?.created, world.now)),
      fact("Author", config?.author),
    ]),
    ...section("What it is called", [
      fact("Platform", document?.platform && formatPlatform(document.platform)),
      fact("OS version", document?.platform?.osVersion),
      fact("Image ID", document?.id),
      fact("Manifest digest", document?.manifestDigest),
    ]),
    ...section("Annotations", pairs(document?.annotations ?? {})),
    ...section("Sizes of its layers", analysis ? layerSizes(analysis, units) : []),
  ];
}

const SOURCES = {
  directory: "a directory",
  file: "a file",
  stream: "a stream, which passed by once",
  engine: "an engine",
  registry: "a registry",
} as const;

function troubles({ image, error }: Subject): DetailLine[] {
  const lines: (DetailLine | undefined)[] = [];
  if (error) lines.push(fact("Error", error.message, { tone: "error" }), fact("What to do", error.hint));
  if (image && !image.complete) {
    lines.push(fact("Incomplete", "the numbers are of what could be read", { tone: "warning" }));
  }
  const count = image?.diagnostics.length ?? 0;
  if (count > 0) lines.push(fact("Notes", `${count.toLocaleString("en")} about this image`));
  const known = lines.filter((line) => line !== undefined);
  return known.length === 0 ? [] : [{ kind: "gap" }, ...known];
}

function accounting({ storedBytes, finalBytes, wastedBytes, efficiency }: Accounts, units: Units): DetailLine[] {
  const share = formatShare(wastedBytes, storedBytes);
  const lines = [
    fact("Efficiency", formatShare(efficiency, 1), { share: efficiency }),
    fact("Stored", `${formatBytes(storedBytes, units)}, all files in all layers`),
    fact("Visible", `${formatBytes(finalBytes, units)}, what a container sees`),
    fact(
      "Wasted",
      `${formatBytes(wastedBytes, units)}, ${share} of what is stored`,
      wastedBytes ? { tone: "wasted" } : {},
    ),
  ];
  return lines.filter((line) => line !== undefined);
}

function advised(
  { advice, inspection }: Subject,
  units: Units,
  { advice: adviceKey, packages: packagesKey }: DetailKeys,
): (DetailLine | undefined)[] {
  const how = (key: string | undefined, text: string): string => (key === undefined ? "" : `; ${key} ${text}`);
  const installed = inspection?.packages.packages.filter(({ removedIn }) => removedIn === undefined).length ?? 0;
  const secrets = inspection?.secrets.length ?? 0;
  return [
    advice &&
      fact("Advice", `${formatBytes(advice.savedBytes.own, units)} need not be stored${how(adviceKey, "shows how")}`),
    secrets > 0 ? fact("Secrets", `${secrets.toLocaleString("en")} found`, { tone: "error" }) : undefined,
    installed > 0
      ? fact("Packages", `${installed.toLocaleString("en")} installed${how(packagesKey, "lists them")}`)
      : undefined,
  ];
}

function causes({ wastedByCause, wastedBytes }: Accounts, units: Units): (DetailLine | undefined)[] {
  return WASTE_CAUSES.filter((cause) => wastedByCause[cause] > 0)
    .sort((one, other) => wastedByCause[other] - wastedByCause[one])
    .map((cause) => {
      const bytes = wastedByCause[cause];
      const value = `${formatBytes(bytes, units)}, ${formatShare(bytes, wastedBytes)}`;
      return fact(CAUSES[cause], value, { share: bytes / wastedBytes, note: CAUSE_MEANING[cause] });
    });
}

const CAUSES = {
  deleted: "Deleted",
  hidden: "Hidden",
  rewritten: "Rewritten",
  metadata: "Metadata only",
  identical: "Stored again",
  "duplicate-member": "Twice in a layer",
} as const;

function contents(subject: Subject, analysis: Analysis | undefined): (DetailLine | undefined)[] {
  const paths = analysis?.accounts.paths;
  const layers = countLayers(subject);
  const empty = (subject.document?.config.history ?? []).filter(({ emptyLayer }) => emptyLayer).length;
  const steps = empty > 0 ? `, and ${plural(empty, "build step")} without one` : "";
  return [
    subject.document && fact("Layers", `${layers.toLocaleString("en")}${steps}`),
    fact("Files", paths?.files.toLocaleString("en")),
    fact("Directories", paths?.directories.toLocaleString("en")),
    fact("Symlinks", paths?.symlinks ? paths.symlinks.toLocaleString("en") : undefined),
    fact("Devices and pipes", paths?.others ? paths.others.toLocaleString("en") : undefined),
  ];
}

function base({ base: split, document }: Subject): (DetailLine | undefined)[] {
  const name = document && baseImageName(document);
  return [
    fact("Name", name),
    split && split.layers > 0 ? fact("Layers", `the first ${plural(split.layers, "layer")}`) : undefined,
    fact("Found by", split?.foundBy),
  ];
}

function running(config: ImageConfig): (DetailLine | undefined)[] {
  return [
    fact("Entrypoint", commandLine(config.entrypoint)),
    fact("Command", commandLine(config.cmd)),
    fact("User", config.user || "root, as none is named"),
    fact("Working directory", config.workingDir),
    fact("Ports", config.exposedPorts.join(", ")),
    fact("Volumes", config.volumes.join(", ")),
    fact("Stop signal", config.stopSignal),
    fact("Health check", config.hasHealthcheck ? "yes" : undefined),
  ];
}

/** Words as one would type them; those that are more than a plain word in quotes. */
function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}

function layerSizes({ image: { layers } }: Analysis, units: Units): (DetailLine | undefined)[] {
  const sum = (sizes: readonly (number | undefined)[]): string | undefined => {
    const known = sizes.filter((size) => size !== undefined);
    if (known.length < sizes.length || known.length === 0) return undefined;
    return formatBytes(
      known.reduce((total, size) => total + size, 0),
      units,
    );
  };
  const compressions = [...new Set(layers.map(({ compression }) => compression).filter(Boolean))];
  return [
    fact("Blobs as stored", sum(layers.map(({ blobBytes }) => blobBytes))),
    fact("Uncompressed tars", sum(layers.map(({ tarBytes }) => tarBytes))),
    fact("Compression", compressions.join(", ")),
  ];
}
