/** What a container's files allow that they better would not, by path; of the last snapshot. */
export interface Permissions {
  /** Files that run as their owner or group, and files with capabilities. */
  readonly privileged: readonly PrivilegedFile[];
  /** Paths whose owner or group has no name in the image; undefined when the image has no /etc/passwd. */
  readonly unknownOwners: readonly UnknownOwner[] | undefined;
  /** Files and directories that everybody may write to; no directories with the sticky bit, no links. */
  readonly worldWritable: readonly PlacedPath[];
  /**
   * Files and directories of the system that somebody other than root may write to: everything in /bin, /sbin, /lib*, /etc
   * and /usr, but not /usr/local and /usr/src, which are the administrator's.
   */
  readonly writableSystemFiles: readonly PlacedPath[];
}

export interface PlacedPath {
  readonly node: number;
  /** The layer that gave it what is said of it; later ones may have stored it again, with another owner or time. */
  readonly layer: number;
}

export interface PrivilegedFile extends PlacedPath {
  readonly setuid: boolean;
  readonly setgid: boolean;
  /** Names such as `cap_net_raw`, from the attribute `security.capability`: what a program may get by it. */
  readonly capabilities: readonly string[];
  /** Whether the program has the capabilities from its start; else it has to ask for them. */
  readonly capabilitiesEffective: boolean;
  /** Index of the package that owns it. */
  readonly package: number | undefined;
}

export interface UnknownOwner extends PlacedPath {
  /** Undefined where only the group has no name. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}
