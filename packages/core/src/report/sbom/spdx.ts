/** The packages of an image as an SPDX document. */
import type { Inspection } from "../../inspection/inspection.ts";
import type { Analysis } from "../../metrics/analyse.ts";
import { digestHex } from "../../model/digest.ts";
import { printableJson } from "../../model/path-text.ts";
import { type Distribution, type InstalledPackage, SYSTEM_TYPES } from "../../packages/package.ts";
import { upstreamUrl } from "../../packages/purl.ts";
import { jsonTexts, listItems } from "../json-lists.ts";
import { fullName } from "./dependencies.ts";
import { parseLicense } from "./license.ts";
import { isSha256, type SbomOptions, type SbomPackage, SbomSubject, TOOL } from "./subject.ts";

/** Where an image does not say when it was made, since the format wants a time. */
const NO_TIME = "1970-01-01T00:00:00Z";
const DOCUMENT = "SPDXRef-DOCUMENT";
const IMAGE = "SPDXRef-ContainerImage";
const SYSTEM = "SPDXRef-OperatingSystem";
const UNKNOWN = "NOASSERTION";

/**
 * A bill of materials as SPDX 2.3 JSON, in pieces; lists have one item a line. Safe to print.
 *
 * It lists the packages that a container sees, each with the layer that brought it, the file that declares it and the bytes
 * it has in an annotation; package URLs of a distribution's packages say what they were built from (`upstream`). The same image gives the same text at any time: the document's namespace is made of its name and
 * digests, and the time is the image's own, or the beginning of 1970.
 */
export function* spdx(analysis: Analysis, inspection: Inspection, options: SbomOptions = {}): Generator<string> {
  for (const piece of piecesOf(new SbomSubject(analysis, inspection, options), options)) yield printableJson(piece);
}

function* piecesOf(subject: SbomSubject, { toolVersion }: SbomOptions): Generator<string> {
  const licenses = new Licenses();
  const tool = toolVersion === undefined ? TOOL : `${TOOL}-${toolVersion}`;
  const created = subject.created ?? NO_TIME;
  yield "{\n";
  const head = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: DOCUMENT,
    name: subject.name,
    documentNamespace: `urn:uuid:${subject.uuid}`,
    creationInfo: { created, creators: [`Tool: ${tool}`] },
  };
  for (const [key, value] of Object.entries(head)) yield `  "${key}": ${JSON.stringify(value)},\n`;
  yield '  "packages": [';
  yield* listItems(jsonTexts(packagesOf(subject, licenses, created, tool)), "    ");
  yield '],\n  "hasExtractedLicensingInfos": [';
  yield* listItems(jsonTexts(licenses.extracted()), "    ");
  yield '],\n  "relationships": [';
  yield* listItems(jsonTexts(relationshipsOf(subject)), "    ");
  yield "]\n}\n";
}

/** Licences that are not on the SPDX list have a name of their own in the document. */
class Licenses {
  readonly #names = new Map<string, string>();

  declared(license: string | undefined): string {
    const parsed = parseLicense(license);
    if (!parsed) return UNKNOWN;
    if (parsed.kind !== "name") return parsed.text;
    const known = this.#names.get(parsed.text);
    if (known !== undefined) return known;
    const name = `LicenseRef-${this.#names.size + 1}`;
    this.#names.set(parsed.text, name);
    return name;
  }

  *extracted(): Generator<object> {
    for (const [text, licenseId] of this.#names) {
      yield { licenseId, name: text, extractedText: text, comment: "What the package says of its license." };
    }
  }
}

/** What the document knows of any package. */
const NOTHING_MORE = { downloadLocation: UNKNOWN, filesAnalyzed: false, licenseConcluded: UNKNOWN };

function* packagesOf(subject: SbomSubject, licenses: Licenses, created: string, tool: string): Generator<object> {
  yield imageOf(subject);
  if (subject.distribution) yield systemOf(subject.distribution);
  const annotation = { annotationDate: created, annotationType: "OTHER", annotator: `Tool: ${tool}` };
  for (const { installed, path, diffId } of subject.packages()) {
    const { license, source, version, isApplication, installedIn, bytes } = installed;
    const place = { layer: installedIn, ...(diffId !== undefined && { layerDiffId: diffId }), path, bytes };
    yield {
      name: fullName(installed),
      SPDXID: idOf(installed),
      ...(version !== "" && { versionInfo: version }),
      ...NOTHING_MORE,
      licenseDeclared: licenses.declared(license),
      copyrightText: UNKNOWN,
      ...(source && { sourceInfo: `built package from: ${source.name} ${source.version ?? ""}`.trimEnd() }),
      primaryPackagePurpose: isApplication ? "APPLICATION" : "LIBRARY",
      externalRefs: [packageUrl(upstreamUrl(installed))],
      annotations: [{ ...annotation, comment: JSON.stringify(place) }],
    };
  }
}

function imageOf({ name, version, purl, manifestDigest }: SbomSubject): object {
  return {
    name,
    SPDXID: IMAGE,
    ...(version !== undefined && { versionInfo: version }),
    ...NOTHING_MORE,
    licenseDeclared: UNKNOWN,
    copyrightText: UNKNOWN,
    primaryPackagePurpose: "CONTAINER",
    ...(isSha256(manifestDigest) && {
      checksums: [{ algorithm: "SHA256", checksumValue: digestHex(manifestDigest) }],
    }),
    ...(purl !== undefined && { externalRefs: [packageUrl(purl)] }),
  };
}

/**
 * Without a purpose: of the schemas that were published for 2.3 the first takes only `OPERATING_SYSTEM`, a later one only
 * `OPERATING-SYSTEM`, as the text of the specification has it. Trivy knows it by the start of its identifier.
 */
function systemOf({ id, versionId, prettyName }: Distribution): object {
  return {
    name: id,
    SPDXID: SYSTEM,
    ...(versionId !== undefined && { versionInfo: versionId }),
    ...NOTHING_MORE,
    licenseDeclared: UNKNOWN,
    copyrightText: UNKNOWN,
    ...(prettyName !== undefined && { summary: prettyName }),
  };
}

function packageUrl(purl: string): object {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl };
}

/** Letters, digits, `.` and `-` are all that may be in an identifier. */
function idOf({ type, name, index }: InstalledPackage): string {
  return `SPDXRef-Package-${type}-${name.slice(0, 100).replace(/[^A-Za-z0-9.-]+/g, "-")}-${index}`;
}

/** The image contains the operating system and what is not its part; that contains its packages. */
function* relationshipsOf(subject: SbomSubject): Generator<object> {
  const { distribution } = subject;
  yield relationship(DOCUMENT, "DESCRIBES", IMAGE);
  if (distribution) yield relationship(IMAGE, "CONTAINS", SYSTEM);
  const byIndex = new Map(subject.installed.map((one) => [one.index, one]));
  for (const one of subject.packages()) {
    yield relationship(containerOf(one, byIndex, distribution), "CONTAINS", idOf(one.installed));
    for (const other of one.required) yield relationship(idOf(one.installed), "DEPENDS_ON", idOf(other));
  }
}

function containerOf(
  { installed }: SbomPackage,
  byIndex: ReadonlyMap<number, InstalledPackage>,
  distribution: Distribution | undefined,
): string {
  const owner = installed.partOf === undefined ? undefined : byIndex.get(installed.partOf);
  if (owner) return idOf(owner);
  return distribution && SYSTEM_TYPES.has(installed.type) ? SYSTEM : IMAGE;
}

function relationship(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}
