/** What an engine lists as changed in a container, as a tree in which the members of its archives are looked up. */
import { CHANGE, type ContainerFiles } from "../source/engine/container-files.ts";

/** What a name begins with that a layer removes; a file that is really called so cannot be in a layer. */
export const WHITEOUT = ".wh.";

export class ChangedPath {
  /** From the root, as the engine lists it; `/` for the root. */
  readonly path: string;
  /** One of {@link CHANGE}; undefined for a directory that is only on the way to what changed. */
  kind: number | undefined;
  /** Whether the engine gives an archive of it: not when the bytes of its name are not known. */
  readonly isAskable: boolean;
  readonly children = new Map<string, ChangedPath>();
  /** Whether the layer says what became of it. */
  isSettled = false;

  constructor(path: string, isAskable: boolean) {
    this.path = path;
    this.isAskable = isAskable;
  }

  child(name: string): ChangedPath | undefined {
    return this.children.get(keyOf(name));
  }

  /** How many listed paths, from this one down, are not settled. */
  pending(): number {
    let count = 0;
    for (const node of this.#all()) if (node.kind !== undefined && !node.isSettled) count++;
    return count;
  }

  /** Settles everything from this path down. */
  settleAll(): void {
    for (const node of this.#all()) node.isSettled = true;
  }

  *#all(): Generator<ChangedPath> {
    const left: ChangedPath[] = [this];
    for (let node = left.pop(); node; node = left.pop()) {
      yield node;
      for (const child of node.children.values()) left.push(child);
    }
  }
}

/** The tree of what is listed, in the order of the paths. What is at or below a mount is left out, and names that would remove something. */
export async function listChangedPaths(files: ContainerFiles, signal: AbortSignal | undefined): Promise<ChangedPath> {
  const root = new ChangedPath("/", true);
  const mounts = new Set(files.mounts.map((mount) => partsOf(mount).join("/")));
  const changes = [...(await files.changes(signal))].sort((one, other) => (one.path < other.path ? -1 : 1));
  for (const { path, kind } of changes) {
    const parts = partsOf(path);
    if (parts.some((part) => part.startsWith(WHITEOUT) || part === "..") || isMounted(parts, mounts)) continue;
    let node = root;
    for (const [depth, part] of parts.entries()) {
      const key = keyOf(part);
      let child = node.children.get(key);
      if (!child) {
        const ownPath = `/${parts.slice(0, depth + 1).join("/")}`;
        child = new ChangedPath(ownPath, files.givesParts && !ownPath.includes(UNKNOWN));
        node.children.set(key, child);
      }
      node = child;
    }
    // Two names can look the same when their bytes are not known: whatever exists is looked for.
    if (node.kind === undefined || node.kind === CHANGE.DELETED) node.kind = kind;
  }
  return root;
}

/** What stands for bytes that are not UTF-8. */
const UNKNOWN = "\uFFFD";

/** How many replacement characters stand for some bytes is another matter in Go than in JavaScript. */
function keyOf(name: string): string {
  return name.includes(UNKNOWN) ? name.replace(/\uFFFD+/g, UNKNOWN) : name;
}

export function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function isMounted(parts: readonly string[], mounts: ReadonlySet<string>): boolean {
  return mounts.size > 0 && parts.some((_, index) => mounts.has(parts.slice(0, index + 1).join("/")));
}
