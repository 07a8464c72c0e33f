/** Java archives: what they are, and what was packed or copied into them. */
import type { FileBytes, InspectedFile } from "../../layer/file-inspector.ts";
import { baseOf, declaredText } from "../declaration-text.ts";
import type { DeclaredPackage, PackageFacts } from "../package.ts";
import type { PackageReader } from "../package-reader.ts";
import {
  type Coordinates,
  coordinatesByName,
  licenseIn,
  type Manifest,
  ownCoordinates,
  parseJarName,
  parseManifest,
  parsePomProperties,
} from "./jar-metadata.ts";
import { WorkLimit, ZipArchive, type ZipMember } from "./zip-archive.ts";

const LARGEST = 512 * 1024 * 1024;
/** What is compressed in an archive is decompressed in memory; so much of it at once. */
const MOST_IN_MEMORY = 128 * 1024 * 1024;
/** All that is read and decompressed of one file, with everything in it. */
const MOST_BYTES = 512 * 1024 * 1024;
const MOST_ARCHIVES = 5000;
const MOST_PACKAGES = 20_000;
/** A jar in a war in an ear is three deep. */
const DEEPEST = 4;
const LARGEST_MANIFEST = 4 * 1024 * 1024;
const LARGEST_PROPERTIES = 64 * 1024;
const MOST_MEMBERS = 20_000;

const UNREADABLE_NESTED = "an archive in this archive cannot be read";

const ENDINGS: ReadonlySet<string> = new Set([".jar", ".war", ".ear"]);
const ENDING_LENGTH = 4;
const MANIFEST = "META-INF/MANIFEST.MF";
const MAVEN = "META-INF/maven/";
const PROPERTIES = "/pom.properties";

/** Reads `*.jar`, `*.war` and `*.ear`. */
export const javaReader: PackageReader = {
  names: [...ENDINGS].map((ending) => `*${ending}`),

  wants(file: InspectedFile): boolean {
    return file.name.endsWith("ar") && ENDINGS.has(file.name.slice(-ENDING_LENGTH)) && file.size <= LARGEST;
  },

  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined {
    const jar = new JarReader();
    jar.read(file.name, bytes, 0, MOST_IN_MEMORY);
    return jar.packages.length > 0 || jar.problem ? { packages: jar.packages, problem: jar.problem } : undefined;
  },
};

class JarReader {
  readonly packages: DeclaredPackage[] = [];
  problem: string | undefined;
  readonly #limit = new WorkLimit(MOST_BYTES, MOST_ARCHIVES);
  readonly #known = new Set<string>();

  /** @param room bytes of memory that may be taken for what is in it */
  read(name: string, bytes: FileBytes, depth: number, room: number): void {
    let wanted = 0;
    const archive = ZipArchive.open(bytes, this.#limit, (member) => isWanted(member) && ++wanted <= MOST_MEMBERS);
    if (!archive) {
      this.problem ??= depth === 0 ? "the directory of this archive cannot be read" : UNREADABLE_NESTED;
      return;
    }
    const nested = archive.members.filter((member) => ENDINGS.has(member.name.slice(-ENDING_LENGTH)));
    this.#declare(name, archive, depth === 0, nested.length > 0);
    if (depth + 1 >= DEEPEST) return;
    for (const member of nested) {
      const content = archive.contentOf(member, member.isStored ? LARGEST : room);
      const left = member.isStored ? room : room - member.size;
      if (content) this.read(baseOf(member.name), content, depth + 1, left);
      else this.problem ??= UNREADABLE_NESTED;
    }
  }

  /** The archive itself, then what was copied into it. */
  #declare(fileName: string, archive: ZipArchive, isOutermost: boolean, hasNested: boolean): void {
    const poms: Coordinates[] = [];
    let manifest: Manifest = new Map();
    for (const member of archive.members) {
      if (member.name.startsWith(MAVEN)) {
        const content = this.#small(archive, member, LARGEST_PROPERTIES);
        const pom = content && parsePomProperties(member.name, content);
        if (pom) poms.push(pom);
      } else if (member.name.toUpperCase() === MANIFEST) {
        const content = this.#small(archive, member, LARGEST_MANIFEST);
        if (content) manifest = parseManifest(content);
      }
    }
    const name = parseJarName(fileName);
    const found = ownCoordinates(poms, name, manifest) ?? coordinatesByName(name, manifest);
    const isBundle = isOutermost && (hasNested || !fileName.endsWith(".jar"));
    // Where nothing names a version, but others' packages are in it, it is somebody's own program.
    const isApplication = isBundle || (isOutermost && !found && poms.length > 0);
    const title = isApplication ? declaredText(name.base) : undefined;
    const own = found ?? (title ? { group: undefined, artifact: title, version: "" } : undefined);
    if (own) {
      this.#add(own, {
        license: licenseIn(manifest),
        isApplication: isApplication || undefined,
        claims: isOutermost ? [{ kind: "itself" }] : [],
      });
    }
    for (const pom of poms) this.#add(pom, { claims: [] });
  }

  #small(archive: ZipArchive, member: ZipMember, most: number): Uint8Array | undefined {
    const content = archive.contentOf(member, most);
    return content && this.#limit.take(content.size) ? content.read(0, content.size) : undefined;
  }

  #add(
    { group, artifact, version }: Coordinates,
    more: Pick<DeclaredPackage, "license" | "isApplication" | "claims">,
  ): void {
    const key = `${group ?? ""}:${artifact}:${version}`;
    if (this.#known.has(key)) return;
    if (this.packages.length === MOST_PACKAGES) {
      this.problem ??= `this archive holds more than ${MOST_PACKAGES} packages`;
      return;
    }
    this.#known.add(key);
    this.packages.push({ type: "maven", namespace: group, name: artifact, version, ...more });
  }
}

function isWanted(name: Uint8Array): boolean {
  const { length } = name;
  // The last letters of "jar", "war" and "ear"; of "pom.properties"; and of "MANIFEST.MF" in either case.
  switch (name[length - 1]) {
    case 0x72:
      return ENDINGS.has(textOf(name.subarray(length - ENDING_LENGTH)));
    case 0x73: {
      const text = textOf(name);
      return text.startsWith(MAVEN) && text.endsWith(PROPERTIES);
    }
    case 0x46:
    case 0x66:
      return length === MANIFEST.length && textOf(name).toUpperCase() === MANIFEST;
    default:
      return false;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
