/** The packages of an image as a CycloneDX document. */
import type { Inspection } from "../../inspection/inspection.ts";
import type { Analysis } from "../../metrics/analyse.ts";
import { digestHex } from "../../model/digest.ts";
import { printableJson } from "../../model/path-text.ts";
import { type Distribution, type InstalledPackage, SYSTEM_TYPES } from "../../packages/package.ts";
import { upstreamUrl } from "../../packages/purl.ts";
import { jsonTexts, listItems } from "../json-lists.ts";
import { parseLicense } from "./license.ts";
import { isSha256, type SbomOptions, type SbomPackage, SbomSubject, TOOL } from "./subject.ts";
import { trivyProperties } from "./trivy-properties.ts";

/**
 * A bill of materials as CycloneDX 1.6 JSON, in pieces; lists have one item a line. Safe to print.
 *
 * It lists the packages that a container sees, each with the layer that brought it, the file that declares it and the bytes
 * it has as properties `layerscope:…`. A distribution's packages say what they were built from in the ways that scanners
 * read: the qualifier `upstream` of the package URL, and the properties of Trivy. The same image gives the same text at any time: the serial number is made of its
 * name and digests, and the time is the image's own.
 */
export function* cycloneDx(analysis: Analysis, inspection: Inspection, options: SbomOptions = {}): Generator<string> {
  for (const piece of piecesOf(new SbomSubject(analysis, inspection, options), options)) yield printableJson(piece);
}

function* piecesOf(subject: SbomSubject, options: SbomOptions): Generator<string> {
  const references = new References(subject);
  yield "{\n";
  const head = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${subject.uuid}`,
    version: 1,
    metadata: metadataOf(subject, references, options),
  };
  for (const [key, value] of Object.entries(head)) yield `  "${key}": ${JSON.stringify(value)},\n`;
  yield '  "components": [';
  yield* listItems(jsonTexts(componentsOf(subject, references)), "    ");
  yield '],\n  "dependencies": [';
  yield* listItems(jsonTexts(dependenciesOf(subject, references)), "    ");
  yield "]\n}\n";
}

/** What the format takes. */
const LONGEST_VERSION = 1024;

/** What components are called within the document. */
class References {
  readonly image: string;
  readonly system: string;
  readonly #packages = new Map<InstalledPackage, string>();

  constructor({ purl, installed, uuid }: SbomSubject) {
    this.image = purl ?? `image:${uuid}`;
    this.system = `operating-system:${uuid}`;
    const known = new Map<string, number>();
    for (const one of installed) {
      const before = known.get(one.purl) ?? 0;
      known.set(one.purl, before + 1);
      // The same package may be at several places.
      this.#packages.set(one, before === 0 ? one.purl : `${one.purl}#${before + 1}`);
    }
  }

  of(one: InstalledPackage): string {
    return this.#packages.get(one) ?? one.purl;
  }
}

interface Property {
  readonly name: string;
  readonly value: string;
}

/** Our own, only those that have a value. */
function properties(values: Readonly<Record<string, string | number | undefined>>): Property[] {
  return withValue(values).map(({ name, value }) => ({ name: `layerscope:${name}`, value }));
}

function withValue(values: Readonly<Record<string, string | number | undefined>>): Property[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value) }],
  );
}

function metadataOf(subject: SbomSubject, references: References, { toolVersion }: SbomOptions): object {
  const { created, name, version, purl, manifestDigest, id, platform, diffIds } = subject;
  return {
    ...(created !== undefined && { timestamp: created }),
    tools: {
      components: [{ type: "application", name: TOOL, ...(toolVersion !== undefined && { version: toolVersion }) }],
    },
    component: {
      type: "container",
      "bom-ref": references.image,
      name,
      ...(version !== undefined && { version }),
      ...(purl !== undefined && { purl }),
      ...(isSha256(manifestDigest) && {
        hashes: [{ alg: "SHA-256", content: digestHex(manifestDigest) }],
      }),
      properties: properties({
        imageId: id,
        manifestDigest,
        platform,
        ...Object.fromEntries(diffIds.map((diffId, layer) => [`layer:${layer}:diffId`, diffId])),
      }),
    },
  };
}

function* componentsOf(subject: SbomSubject, references: References): Generator<object> {
  if (subject.distribution) yield systemOf(subject.distribution, references);
  for (const one of subject.packages()) yield componentOf(one, references, subject.distribution);
}

function systemOf({ id, versionId, prettyName }: Distribution, references: References): object {
  return {
    type: "operating-system",
    "bom-ref": references.system,
    name: id,
    ...(versionId !== undefined && { version: versionId }),
    ...(prettyName !== undefined && { description: prettyName }),
  };
}

function componentOf(
  { installed, path, diffId }: SbomPackage,
  references: References,
  distribution: Distribution | undefined,
): object {
  const { type, namespace, name, version, license, isApplication, isDevelopment } = installed;
  const { architecture, source, installedIn, bytes } = installed;
  return {
    type: isApplication ? "application" : "library",
    "bom-ref": references.of(installed),
    ...(namespace && { group: namespace }),
    name,
    ...(version !== "" && version.length <= LONGEST_VERSION && { version }),
    ...(isDevelopment && { scope: "excluded" }),
    ...licensesOf(license),
    purl: upstreamUrl(installed),
    properties: [
      ...properties({
        type,
        architecture,
        source: source && [source.name, source.version ?? ""].join(" ").trimEnd(),
        layer: installedIn,
        layerDiffId: diffId,
        path,
        bytes,
      }),
      ...withValue(trivyProperties(installed, distribution)),
    ],
    evidence: { occurrences: [{ location: path }] },
  };
}

function licensesOf(license: string | undefined): object {
  const parsed = parseLicense(license);
  if (!parsed) return {};
  const acknowledgement = "declared";
  switch (parsed.kind) {
    case "id":
      return { licenses: [{ license: { id: parsed.text, acknowledgement } }] };
    case "name":
      return { licenses: [{ license: { name: parsed.text, acknowledgement } }] };
    case "expression":
      return { licenses: [{ expression: parsed.text, acknowledgement }] };
  }
}

/** The image has the operating system and what is not its part; that has its packages. */
function* dependenciesOf(subject: SbomSubject, references: References): Generator<object> {
  const { installed, distribution } = subject;
  const isOfSystem = ({ type }: InstalledPackage): boolean => distribution !== undefined && SYSTEM_TYPES.has(type);
  const others = installed.filter((one) => !isOfSystem(one)).map((one) => references.of(one));
  yield { ref: references.image, dependsOn: distribution ? [references.system, ...others] : others };
  if (distribution) {
    yield {
      ref: references.system,
      dependsOn: installed.filter(isOfSystem).map((one) => references.of(one)),
    };
  }
  for (const { installed: one, required } of subject.packages()) {
    yield { ref: references.of(one), dependsOn: required.map((other) => references.of(other)) };
  }
}
