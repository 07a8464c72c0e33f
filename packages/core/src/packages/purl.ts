/** Package URLs, as the purl specification and its definitions of types have them. */
import { type DeclaredPackage, type Distribution, type PackageType, SYSTEM_TYPES } from "./package.ts";

/** What a package URL is made of; texts as a package manager has them. */
export type PackageIdentity = Pick<
  DeclaredPackage,
  "type" | "namespace" | "name" | "version" | "architecture" | "qualifiers"
>;

/**
 * The package URL of a package.
 *
 * @param distribution of the image: the vendor of its own packages, which no package names
 * @example
 * packageUrl({ type: "deb", name: "curl", version: "7.88.1-10+deb12u5", architecture: "amd64" }, debian);
 * // pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12
 */
export function packageUrl(identity: PackageIdentity, distribution?: Distribution): string {
  const { type, version, architecture, qualifiers: others = {} } = identity;
  const namespace = namespaceOf(identity, distribution);
  const segments = [...namespace.split("/").filter((segment) => segment !== ""), nameOf(identity)];
  const path = segments.map(percentEncode).join("/");
  const epoch = type === "rpm" ? EPOCH.exec(version)?.[1] : undefined;
  const bare = epoch === undefined ? version : version.slice(epoch.length + 1);
  const isSystem = VENDORS.has(type);
  // In the order of their names, as the specification wants them.
  const qualifiers = [
    ["arch", isSystem ? architecture : undefined],
    ["distro", isSystem ? distroOf(distribution) : undefined],
    ["epoch", epoch],
    ["platform", type === "gem" && architecture !== "ruby" ? architecture : undefined],
    ["subdir", type === "conda" ? architecture : undefined],
    ...Object.entries(others),
  ]
    .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1))
    .flatMap(([key, value]) => (key && value ? `${key}=${percentEncode(value)}` : []));
  return `pkg:${type}/${path}${bare === "" ? "" : `@${percentEncode(bare)}`}${qualifiers.length > 0 ? `?${qualifiers.join("&")}` : ""}`;
}

/**
 * The package URL of a distribution's package with the qualifier `upstream`: what it was built from, by which scanners look
 * up what is known of it. No purl type defines the qualifier; other tools that make SBOMs write it so. It is a name and,
 * where that is another one, the version; of an rpm it is the file name of the source package.
 * @param one with a URL that {@link packageUrl} made
 */
export function upstreamUrl(
  one: Pick<DeclaredPackage, "type" | "name" | "version" | "source"> & { purl: string },
): string {
  const upstream = SYSTEM_TYPES.has(one.type) ? upstreamOf(one) : undefined;
  if (upstream === undefined) return one.purl;
  const [path, qualifiers] = one.purl.split("?");
  const all = [...(qualifiers?.split("&") ?? []), `upstream=${percentEncode(upstream)}`];
  return `${path}?${all.sort().join("&")}`;
}

function upstreamOf({
  type,
  name,
  version,
  source,
}: Pick<DeclaredPackage, "type" | "name" | "version" | "source">): string | undefined {
  if (!source || source.name === "") return undefined;
  const own = source.version || version;
  if (type === "rpm") return source.version ? `${source.name}-${source.version}.src.rpm` : undefined;
  if (own === version) return source.name === name ? undefined : source.name;
  return `${source.name}@${own}`;
}

const EPOCH = /^([0-9]+):/;

/** Types whose namespace is the distribution, and whose it is where the image does not say. */
const VENDORS: ReadonlyMap<PackageType, string> = new Map([
  ["deb", "debian"],
  ["apk", "alpine"],
  ["rpm", ""],
]);

/** Types whose names are the same whatever the case. */
const CASELESS: ReadonlySet<PackageType> = new Set(["deb", "apk", "npm", "pypi", "golang", "composer"]);

function namespaceOf({ type, namespace = "" }: PackageIdentity, distribution: Distribution | undefined): string {
  const vendor = VENDORS.get(type);
  if (vendor !== undefined) return (distribution?.id || vendor).toLowerCase();
  return CASELESS.has(type) ? namespace.toLowerCase() : namespace;
}

function nameOf({ type, name }: PackageIdentity): string {
  const trimmed = CASELESS.has(type) ? name.toLowerCase() : name;
  return type === "pypi" ? trimmed.replace(/[-_.]+/g, "-") : trimmed;
}

function distroOf(distribution: Distribution | undefined): string | undefined {
  if (!distribution || distribution.id === "") return undefined;
  const release = distribution.versionId ?? distribution.codename;
  return release ? `${distribution.id}-${release}` : distribution.id;
}

/** Everything but letters, digits, `.`, `-`, `_`, `~` and `:`. Never throws, as encodeURIComponent does on half a pair. */
function percentEncode(text: string): string {
  if (PLAIN.test(text)) return text;
  let encoded = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const character = String.fromCharCode(byte);
    encoded += PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

const PLAIN = /^[A-Za-z0-9._~:-]*$/;
