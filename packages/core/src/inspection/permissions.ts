/** What a container's files allow that they better would not, by path; of the last snapshot. */
export interface Permissions {
  /** Files that run as their owner or group, and files with capabilities. */
  readonly privileged: readonly PrivilegedFile[];
  /** Paths whose owner or group has no name in the image; undefined when the image has no /etc/passwd. */
  readonly unknownOwners: readonly UnknownOwner[] | undefined;
  /** Files and directories that everybody may write to; no directories with the sticky bit, no links. */
  readonly worldWritable: readonly PlacedPath[];
  /** Files of the system's directories that somebody other than root may write to. */
  readonly writableSystemFiles: readonly PlacedPath[];
}

export interface PlacedPath {
  readonly node: number;
  /** The layer that brought it as it is. */
  readonly layer: number;
}

export interface PrivilegedFile extends PlacedPath {
  readonly setuid: boolean;
  readonly setgid: boolean;
  /** Names such as `cap_net_raw`, from the attribute `security.capability`. */
  readonly capabilities: readonly string[];
  /** Index of the package that owns it. */
  readonly package: number | undefined;
}

export interface UnknownOwner extends PlacedPath {
  /** Undefined where only the group has no name. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}
