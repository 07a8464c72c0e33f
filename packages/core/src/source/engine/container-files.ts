/** What an engine tells of a container's files, from which its writable layer is made. Nothing here changes the container. */

/** What happened to a path since the container was created, in the numbers of Docker's API. */
export const CHANGE = { MODIFIED: 0, ADDED: 1, DELETED: 2 } as const;

export interface ContainerChange {
  /** From the root, as the engine's JSON has it: bytes that are not UTF-8 are U+FFFD. */
  readonly path: string;
  /** One of {@link CHANGE}. */
  readonly kind: number;
}

export interface ContainerFiles {
  /** Where volumes and the like are mounted, from the root: what is there is not the container's. */
  readonly mounts: readonly string[];
  /** Whether any path can be asked for; else only `/` is, once. */
  readonly givesParts: boolean;
  /** What differs from the image, in any order. */
  changes(signal?: AbortSignal): Promise<readonly ContainerChange[]>;
  /**
   * A path with all that is below it, as a tar whose names begin with the last part of the path. Not reading to the end
   * ends the request.
   * @throws LayerscopeError `no-such-path` when the container has no such path
   */
  archive(path: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
