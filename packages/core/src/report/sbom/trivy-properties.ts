/** What Trivy asks of a distribution's package in a CycloneDX document, by the names that it writes and reads itself. */
import { type Distribution, type InstalledPackage, SYSTEM_TYPES } from "../../packages/package.ts";

const NAMESPACE = "aquasecurity:trivy:";

/** Its names of distributions, by the identifiers of os-release. */
const FAMILIES: Readonly<Record<string, string>> = {
  alpine: "alpine",
  almalinux: "alma",
  amzn: "amazon",
  azurelinux: "azurelinux",
  centos: "centos",
  chainguard: "chainguard",
  debian: "debian",
  fedora: "fedora",
  mariner: "cbl-mariner",
  ol: "oracle",
  "opensuse-leap": "opensuse-leap",
  "opensuse-tumbleweed": "opensuse-tumbleweed",
  photon: "photon",
  rhel: "redhat",
  rocky: "rocky",
  sles: "sles",
  ubuntu: "ubuntu",
  wolfi: "wolfi",
};

/**
 * The properties that lead from a package to its source package, whose version is in three parts; undefined ones are not
 * to be written. Without them it takes the package for its own source, and so misses what is known of the source.
 */
export function trivyProperties(
  { type, name, version, source }: InstalledPackage,
  distribution: Distribution | undefined,
): Readonly<Record<string, string | undefined>> {
  if (!SYSTEM_TYPES.has(type)) return {};
  const own = partsOf(version, type);
  const parts = source?.version ? partsOf(source.version, type) : own;
  return {
    [`${NAMESPACE}PkgType`]:
      distribution && Object.hasOwn(FAMILIES, distribution.id) ? FAMILIES[distribution.id] : undefined,
    [`${NAMESPACE}SrcName`]: source?.name || name,
    [`${NAMESPACE}SrcVersion`]: parts.version,
    [`${NAMESPACE}SrcRelease`]: parts.release,
    // The file name of a source rpm has no epoch: it is that of what was built from it.
    [`${NAMESPACE}SrcEpoch`]: type === "rpm" ? own.epoch : parts.epoch,
  };
}

interface VersionParts {
  /** Whole; undefined for none, and for 0, which is the same. */
  readonly epoch: string | undefined;
  readonly version: string;
  readonly release: string | undefined;
}

/** `epoch:version-release`; what apk has is not taken apart. */
function partsOf(text: string, type: InstalledPackage["type"]): VersionParts {
  if (type === "apk") return { epoch: undefined, version: text, release: undefined };
  const epoch = EPOCH.exec(text)?.[1];
  const rest = epoch === undefined ? text : text.slice(epoch.length + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: Number(epoch ?? 0) === 0 ? undefined : epoch,
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? undefined : rest.slice(dash + 1),
  };
}

/** A larger one would be refused, and the document with it. */
const EPOCH = /^([0-9]{1,9}):/;
