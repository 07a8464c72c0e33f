/** The words of packages: what a file of the image declares, and what the image has installed. */

/** As package URLs name them (the purl specification, "purl types"). */
export type PackageType =
  | "deb"
  | "apk"
  | "rpm"
  | "npm"
  | "pypi"
  | "gem"
  | "golang"
  | "cargo"
  | "maven"
  | "composer"
  | "nuget"
  | "conda";

/** Package managers of a distribution; what they own, no other package owns. */
export const SYSTEM_TYPES: ReadonlySet<PackageType> = new Set(["deb", "apk", "rpm"]);

/**
 * Files that belong to a package. Paths are from the root, with or without the leading slash, and as programs see them:
 * directories in them may be links (`/bin/sh` of a system that keeps it in `/usr/bin`).
 */
export type FileClaim =
  /** These files; directories among them count for nothing. */
  | { readonly kind: "files"; readonly paths: readonly string[] }
  /** A directory with everything in it, but for what is claimed more closely. */
  | { readonly kind: "below"; readonly path: string }
  /** The file that declares the package. */
  | { readonly kind: "itself" };

/** A package as a file of the image declares it. Texts come from the image: escape before printing. */
export interface DeclaredPackage {
  readonly type: PackageType;
  /** npm scope with its `@`, Maven group, Go module path without its last segment, Composer vendor. */
  readonly namespace?: string | undefined;
  readonly name: string;
  /** Empty of an application that has none. */
  readonly version: string;
  readonly architecture?: string | undefined;
  /** What its package URL has besides, as the definition of its type says: the build, channel and form of conda's. */
  readonly qualifiers?: Readonly<Record<string, string>> | undefined;
  /** As the package says it; an SPDX expression where it is one. */
  readonly license?: string | undefined;
  /** The package it was built from, where that is another. */
  readonly source?: { readonly name: string; readonly version?: string | undefined } | undefined;
  /** Installed size as the database has it, in bytes. Not what the image stores. */
  readonly claimedBytes?: number | undefined;
  /** Names of packages that it needs; of npm and others where a file says so. */
  readonly requires?: readonly string[] | undefined;
  /** Names of packages that only whoever works on it needs; of an application that says so (npm). */
  readonly developmentRequires?: readonly string[] | undefined;
  /** Only needed to develop or to build, as a file says. */
  readonly isDevelopment?: boolean | undefined;
  /** What is being built or run itself, such as the package.json of an application: no dependency of anything. */
  readonly isApplication?: boolean | undefined;
  readonly claims: readonly FileClaim[];
}

/** What one file says about packages. */
export interface PackageFacts {
  readonly packages?: readonly DeclaredPackage[] | undefined;
  /** A file in a store, where it has no name of its own: the package it declares wherever it is linked to. */
  readonly ifLinked?: DeclaredPackage | undefined;
  /** dpkg keeps the list of a package's files apart from its database: `name` or `name:architecture`, and the paths. */
  readonly fileList?: { readonly of: string; readonly paths: readonly string[] } | undefined;
  /** Files of packages that another file declares. */
  readonly claimsFor?: ClaimsFor | undefined;
  /** Directories of packages, from the root, that are only needed to develop, as a lock file of npm says; maybe none. */
  readonly developmentPaths?: readonly string[] | undefined;
  /** What could not be understood; one line without a full stop, not escaped. */
  readonly problem?: string | undefined;
}

/**
 * Claims that stand beside a package's declaration, such as Python's RECORD beside METADATA. They count as if the declaring
 * file had made them, as long as a container sees both files; where it sees no file at `declaredBy`, or one that declares no
 * package, they count for nothing.
 */
export interface ClaimsFor {
  /** Path of the declaring file, from the root, without a leading slash. */
  readonly declaredBy: string;
  /** `itself` is the file with the claims. */
  readonly claims: readonly FileClaim[];
}

/** A package that some layer of the image has installed. */
export interface InstalledPackage extends Omit<DeclaredPackage, "claims"> {
  /** Its place in {@link PackageInventory.packages}. */
  readonly index: number;
  /** Package URL. */
  readonly purl: string;
  /** Node of the file that declares it. */
  readonly location: number;
  /** The first layer, counted from 0, that has it in this version at this place. */
  readonly installedIn: number;
  /** The layer that removed it or put another version in its place; undefined while it is there. */
  readonly removedIn: number | undefined;
  /** Bytes of the files that a container sees and that are its own, each inode once; 0 of a removed one. */
  readonly bytes: number;
  /** How many those are. */
  readonly files: number;
  /** The same bytes by the layer that stores them. */
  readonly bytesByLayer: ReadonlyMap<number, number>;
  /** Index of the package of the distribution, or of conda, that brought it, such as a Python module that came with a deb. */
  readonly partOf?: number | undefined;
  /** Names from the application down to whoever needs it, where that is known (npm). */
  readonly requiredBy?: readonly string[] | undefined;
}

/** A package of which the image has several versions, or one of them several times. */
export interface PackageVersions {
  readonly type: PackageType;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Indexes of those that are there, in order of version. */
  readonly packages: readonly number[];
}

/** What no package owns, by directory. */
export interface UnownedPart {
  readonly node: number;
  readonly isDirectory: boolean;
  readonly bytes: number;
  readonly files: number;
}

export interface PackageInventory {
  /** Those that are there, largest first, then those that were removed. */
  readonly packages: readonly InstalledPackage[];
  /** Index of the package that owns an inode a container sees; undefined when none does. */
  readonly ownerOf: (inode: number) => number | undefined;
  /** Largest first; with the bytes of the packages they add up to `finalBytes`. */
  readonly unowned: readonly UnownedPart[];
  readonly unownedBytes: number;
  readonly versions: readonly PackageVersions[];
  /** What /etc/os-release says. */
  readonly distribution: Distribution | undefined;
  /** What could not be read; sentences without a full stop, not escaped. */
  readonly problems: readonly string[];
}

/** os-release(5). */
export interface Distribution {
  /** Lower case, such as `debian`. */
  readonly id: string;
  readonly idLike: readonly string[];
  readonly versionId: string | undefined;
  readonly codename: string | undefined;
  readonly prettyName: string | undefined;
}
