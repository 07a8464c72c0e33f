/** What an SBOM is about: the image, and its packages that are there. */
import type { Inspection } from "../../inspection/inspection.ts";
import type { Analysis } from "../../metrics/analyse.ts";
import { type Digest, isDigest } from "../../model/digest.ts";
import { formatPlatform, type Platform } from "../../model/platform.ts";
import type { Distribution, InstalledPackage } from "../../packages/package.ts";
import { type ImageReference, parseImageReference } from "../../source/image-reference.ts";
import type { ScannedImage } from "../../tree/scan-image.ts";
import { jsonPath } from "../listed-path.ts";
import { DependencyResolver } from "./dependencies.ts";
import { uuidOf } from "./uuid.ts";

export interface SbomOptions {
  /** What the image was called when it was asked for; the source's location when left out. */
  readonly reference?: string | undefined;
  /** Version of the program that writes it. */
  readonly toolVersion?: string | undefined;
}

export const TOOL = "layerscope";

export interface SbomPackage {
  readonly installed: InstalledPackage;
  /** Absolute path of the file that declares it. */
  readonly path: string;
  readonly diffId: string | undefined;
  readonly required: readonly InstalledPackage[];
}

export class SbomSubject {
  /** A name of the archive or engine if there is one, else what was asked for. */
  readonly name: string;
  /** Its tag, else its digest. */
  readonly version: string | undefined;
  /** Package URL; only of an image with a name and the digest of its manifest, since both are part of it. */
  readonly purl: string | undefined;
  readonly manifestDigest: Digest | undefined;
  readonly id: string | undefined;
  readonly platform: string | undefined;
  /** When the image says it was made, to the second; undefined when it does not say. */
  readonly created: string | undefined;
  readonly diffIds: readonly (string | undefined)[];
  readonly distribution: Distribution | undefined;
  /** The same for the same image and program, whenever and wherever it is made. */
  readonly uuid: string;
  /** Those that a container sees. */
  readonly installed: readonly InstalledPackage[];
  readonly #analysis: Analysis;
  readonly #resolver: DependencyResolver;

  constructor(analysis: Analysis, { packages }: Inspection, options: SbomOptions) {
    const { document, source, layers, tree } = analysis.image;
    this.#analysis = analysis;
    this.name = document.names[0] ?? options.reference ?? source.location;
    const parsed = fullNameOf(analysis.image);
    this.manifestDigest = document.manifestDigest;
    this.id = document.id;
    this.version = parsed?.tag ?? document.manifestDigest ?? document.id;
    this.purl =
      parsed && document.manifestDigest ? imageUrl(parsed, document.manifestDigest, document.platform) : undefined;
    this.platform = document.platform && formatPlatform(document.platform);
    this.created = secondOf(document.config.created);
    this.diffIds = layers.map(({ reference }) => reference.diffId);
    this.distribution = packages.distribution;
    this.uuid = uuidOf([
      options.toolVersion,
      this.name,
      this.manifestDigest,
      this.id,
      ...layers.map(({ reference }) => reference.diffId ?? reference.digest),
    ]);
    this.installed = packages.packages.filter(({ removedIn }) => removedIn === undefined);
    this.#resolver = new DependencyResolver(this.installed, tree.paths);
  }

  *packages(): Generator<SbomPackage> {
    const { tree } = this.#analysis.image;
    for (const installed of this.installed) {
      yield {
        installed,
        path: jsonPath(tree.paths.pathOf(installed.location)).path,
        diffId: this.diffIds[installed.installedIn],
        required: this.#resolver.requiredBy(installed),
      };
    }
  }
}

export function isSha256(digest: Digest | undefined): digest is Digest {
  return isDigest(digest) && digest.startsWith("sha256:");
}

/** The first name with a tag or digest: in some archives a tag alone, such as `1.2`, is all that an image is called. */
function fullNameOf({ document, source }: ScannedImage): ImageReference | undefined {
  const ofRegistry = source.kind === "registry" ? [source.location.slice("registry:".length)] : [];
  for (const name of [...document.names, ...ofRegistry]) {
    if (!/[:@][^/]+$/.test(name)) continue;
    try {
      return parseImageReference(name);
    } catch {
      // The next one may be better.
    }
  }
  return undefined;
}

/** As the purl specification's type `oci` has it. Names that can be taken apart have nothing in them that is hard to encode. */
function imageUrl(
  { registry, repository, tag }: ImageReference,
  digest: Digest,
  platform: Platform | undefined,
): string {
  const name = repository.slice(repository.lastIndexOf("/") + 1);
  const architecture = platform?.architecture ?? "";
  const qualifiers = [
    ["arch", /^[\w-]+$/.test(architecture) ? architecture : undefined],
    ["repository_url", `${registry}/${repository}`],
    ["tag", tag],
  ].flatMap(([key, value]) => (value ? `${key}=${encodeURIComponent(value)}` : []));
  return `pkg:oci/${name}@${encodeURIComponent(digest)}?${qualifiers.join("&")}`;
}

function secondOf(time: string | undefined): string | undefined {
  const date = new Date(time ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  // Years beyond 9999 have a sign.
  return /^\d{4}-/.test(text) ? `${text.slice(0, 19)}Z` : undefined;
}
