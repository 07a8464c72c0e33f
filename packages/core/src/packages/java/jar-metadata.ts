/** What the files in a jar's META-INF, and its name, say of the package that it is. */

import { declaredText } from "../declaration-text.ts";

/** A version of a Maven artifact. */
export interface Coordinates {
  readonly group: string | undefined;
  readonly artifact: string;
  readonly version: string;
}

/** Of the main section of META-INF/MANIFEST.MF; keys are in lower case. */
export type Manifest = ReadonlyMap<string, string>;

/** The name of a jar without its ending, taken apart. */
export interface JarName {
  readonly base: string;
  /** The base without the version. */
  readonly artifact: string;
  readonly version: string | undefined;
}

/** Names and versions have no blanks and no signs that only a placeholder (`${project.version}`) has. */
const PLAIN = /^[A-Za-z0-9._+~@-]{1,200}$/;

/** Words between the numbers of one version, as in 2.0.0-rc-1. */
const QUALIFIER = /^(?:alpha|beta|b|build|cr|final|ga|jre|m|milestone|pre|preview|rc|r|sp)$/i;

export function parseManifest(bytes: Uint8Array): Manifest {
  // Lines of more than 72 bytes are continued behind a blank, also in the middle of a character.
  const joined = Buffer.from(bytes)
    .toString("latin1")
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n")
    .replaceAll("\n ", "");
  const end = joined.indexOf("\n\n");
  const main = Buffer.from(end < 0 ? joined : joined.slice(0, end), "latin1").toString("utf8");
  const manifest = new Map<string, string>();
  for (const line of main.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) manifest.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return manifest;
}

/** META-INF/maven/GROUP/ARTIFACT/pom.properties; what is not in the file is in its path. */
export function parsePomProperties(path: string, bytes: Uint8Array): Coordinates | undefined {
  const properties = new Map<string, string>();
  for (const line of Buffer.from(bytes)
    .toString("utf8")
    .split(/[\r\n]+/)) {
    const equals = line.indexOf("=");
    if (equals > 0) properties.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const [group, artifact] = path.split("/").slice(2, 4);
  const version = plain(properties.get("version"));
  const name = plain(properties.get("artifactId")) ?? plain(artifact);
  return version && name
    ? { group: plain(properties.get("groupId")) ?? plain(group), artifact: name, version }
    : undefined;
}

/** `NAME-VERSION.jar`, where the version is the longest end that looks like one. */
export function parseJarName(fileName: string): JarName {
  const base = fileName.slice(0, fileName.lastIndexOf("."));
  const parts = base.split("-");
  let start = parts.length - 1;
  while (start > 0 && !startsWithDigit(parts[start])) start--;
  if (start === 0) return { base, artifact: base, version: undefined };
  for (;;) {
    if (start > 1 && startsWithDigit(parts[start - 1])) start -= 1;
    else if (start > 2 && QUALIFIER.test(parts[start - 1] ?? "") && startsWithDigit(parts[start - 2])) start -= 2;
    else break;
  }
  return { base, artifact: parts.slice(0, start).join("-"), version: parts.slice(start).join("-") };
}

/**
 * The one of several pom.properties that is of the jar itself: of an artifact that the file's name or the manifest names. A
 * jar that others were copied into has theirs too.
 */
export function ownCoordinates(
  poms: readonly Coordinates[],
  name: JarName,
  manifest: Manifest,
): Coordinates | undefined {
  const [only] = poms;
  if (poms.length === 1 && only) {
    const isOther = name.version !== undefined && name.artifact !== only.artifact && name.version !== only.version;
    return isOther ? undefined : only;
  }
  const exact = poms.find(({ artifact, version }) => name.base === `${artifact}-${version}`);
  if (exact) return exact;
  const longer = poms.filter(({ artifact, version }) => name.base.startsWith(`${artifact}-${version}-`));
  return (
    longer[0] ??
    poms.find(({ artifact }) => artifact === name.artifact) ??
    poms.find(({ artifact, group }) =>
      NAMES_IN_MANIFEST.some((key) => [artifact, `${group}.${artifact}`].includes(symbol(manifest, key) ?? "")),
    )
  );
}

const NAMES_IN_MANIFEST = ["implementation-title", "bundle-symbolicname", "automatic-module-name"];

/** Of a jar without pom.properties: the name as the file has it, which is how repositories name it, else as the manifest. */
export function coordinatesByName(name: JarName, manifest: Manifest): Coordinates | undefined {
  const version =
    plain(name.version) ??
    plain(firstWord(manifest.get("implementation-version"))) ??
    plain(firstWord(manifest.get("bundle-version"))) ??
    plain(firstWord(manifest.get("specification-version")));
  if (version === undefined) return undefined;
  const artifact = name.version ? plain(name.artifact) : artifactWithoutVersion(name, manifest);
  return artifact === undefined ? undefined : { group: groupIn(manifest), artifact, version };
}

/** A title with dots is the name of a package of classes, which the file's name is nearer to. */
function artifactWithoutVersion({ base }: JarName, manifest: Manifest): string | undefined {
  // As Eclipse names its plugins.
  const bundle = symbol(manifest, "bundle-symbolicname");
  if (bundle && base.startsWith(`${bundle}_`)) return bundle;
  const title = plain(manifest.get("implementation-title"));
  return title && !title.includes(".") ? title : plain(base);
}

/**
 * The vendor's id is meant to be the group; Maven 1 wrote that of the foundation for all of Apache's. The names of bundles and
 * modules often begin with another group than the artifact's (org.objectweb.asm is of org.ow2.asm), so they say nothing.
 */
function groupIn(manifest: Manifest): string | undefined {
  const vendor = symbol(manifest, "implementation-vendor-id");
  return vendor === "org.apache" ? undefined : vendor;
}

/** What a package says of its licence; undefined when those are several. */
export function licenseIn(manifest: Manifest): string | undefined {
  const license = declaredText(manifest.get("bundle-license")?.split(";", 1)[0]);
  return license?.includes(",") ? undefined : license;
}

/** A value without its attributes: `org.example.thing;singleton:=true`. */
function symbol(manifest: Manifest, key: string): string | undefined {
  return plain(manifest.get(key)?.split(";", 1)[0]?.trim());
}

function firstWord(text: string | undefined): string | undefined {
  return text?.split(" ", 1)[0];
}

function plain(text: string | undefined): string | undefined {
  return text !== undefined && PLAIN.test(text) ? text : undefined;
}

function startsWithDigit(part: string | undefined): boolean {
  const first = part?.charCodeAt(0) ?? 0;
  return first >= 0x30 && first <= 0x39;
}
