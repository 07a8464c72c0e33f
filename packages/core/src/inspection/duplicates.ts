/** One content that a container sees at several paths, as several files. */
export interface Duplicate {
  /** Bytes of each. */
  readonly bytes: number;
  /** The files that are equal, by the entry that stores each, oldest first; at least two. Names of one inode are one. */
  readonly inodes: readonly [number, number, ...number[]];
}
