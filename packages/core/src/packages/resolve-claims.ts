/**
 * Finds very many paths in the last snapshot as programs would: directories in them may be links, inside the image only.
 * Each directory and each link is walked once.
 */
import { NONE, ROOT } from "../layer/path-table.ts";
import { encodeName } from "../model/path-text.ts";
import { KIND, type LastSnapshot } from "../tree/last-snapshot.ts";

/** Linux gives up after 40 links on the way to one file (path_resolution(7)), and takes no longer paths (PATH_MAX). */
const MOST_LINKS = 40;
const LONGEST_PATH = 4096;

/** Last segments that name a directory. */
const NO_NAMES: ReadonlySet<string> = new Set(["", ".", ".."]);

const SLASH = 0x2f;
const DOT = 0x2e;

/** Where a link leads, and how many links that takes, itself counted; `NONE` where it leads nowhere. */
interface Followed {
  readonly node: number;
  readonly links: number;
}

const NOWHERE: Followed = { node: NONE, links: 1 };

/** Not known yet: it was reached over too many other links. */
const TOO_DEEP: Followed = { node: NONE, links: MOST_LINKS + 1 };

export class PathResolver {
  readonly #snapshot: LastSnapshot;
  /** By path of a directory as it was asked for. */
  readonly #directories = new Map<string, number>();
  /** By node of a link. */
  readonly #followed = new Map<number, Followed>();
  #lastDirectory = "";
  #lastNode = ROOT;
  readonly #name = new Uint8Array(LONGEST_PATH);

  constructor(snapshot: LastSnapshot) {
    this.#snapshot = snapshot;
  }

  /** The node at a path, whose last segment is not followed where it is a link; undefined when nothing is there. */
  nodeAt(path: string): number | undefined {
    if (path.length > LONGEST_PATH) return undefined;
    // By hand: this is asked of every file of every package, and calls cost more than steps.
    let slash = path.length - 1;
    while (slash >= 0 && path.charCodeAt(slash) !== SLASH) slash--;
    const start = slash + 1;
    if (path.length - start <= 2 && NO_NAMES.has(path.slice(start))) return undefined;
    // Lists of files go from directory to directory.
    const isSame = slash === this.#lastDirectory.length && path.startsWith(this.#lastDirectory);
    const directory = isSame ? this.#lastNode : this.#directoryAt(path.slice(0, Math.max(0, slash)));
    return directory === NONE ? undefined : this.#present(directory, this.#encode(path, start));
  }

  /** The directory at a path, all links followed; undefined when none is there. */
  directoryAt(path: string): number | undefined {
    const node = this.#directoryAt(path);
    return node === NONE ? undefined : node;
  }

  /** The file at a path, all links followed; undefined when none is there. */
  fileAt(path: string): number | undefined {
    const node = this.nodeAt(path);
    const end = node === undefined ? undefined : this.follow(node);
    return end !== undefined && this.#snapshot.isFile(end) ? end : undefined;
  }

  /** What is directly in a directory under that name; undefined when nothing is. */
  childOf(directory: number, name: string): number | undefined {
    return this.#present(directory, this.#encode(name, 0));
  }

  /** Where a link leads, all links followed; any other node is its own. Undefined when it leads nowhere. */
  follow(node: number): number | undefined {
    if (this.#snapshot.kind[node] !== KIND.SYMLINK) return node;
    const end = this.#follow(node, 1).node;
    return end === NONE ? undefined : end;
  }

  #present(directory: number, name: Uint8Array): number | undefined {
    const { kind, tree } = this.#snapshot;
    const child = tree.paths.findChild(directory, name);
    return child === undefined || kind[child] === KIND.ABSENT ? undefined : child;
  }

  #directoryAt(path: string): number {
    let node = this.#directories.get(path);
    if (node === undefined) {
      node = path.length > LONGEST_PATH ? NONE : this.#walk(ROOT, encodeName(path), 0).node;
      if (node !== NONE && this.#snapshot.kind[node] !== KIND.DIRECTORY) node = NONE;
      this.#directories.set(path, node);
    }
    this.#lastDirectory = path;
    this.#lastNode = node;
    return node;
  }

  /** @param depth how many links are being followed around this one */
  #walk(from: number, path: Uint8Array, depth: number): Followed {
    const { kind, tree } = this.#snapshot;
    let node = from;
    let links = 0;
    for (let start = 0; start < path.length; ) {
      const slash = path.indexOf(SLASH, start);
      const end = slash < 0 ? path.length : slash;
      const segment = path.subarray(start, end);
      start = end + 1;
      if (segment.length === 0) continue;
      if (kind[node] !== KIND.DIRECTORY) return NOWHERE;
      if (segment[0] === DOT && segment.length === 1) continue;
      if (segment[0] === DOT && segment[1] === DOT && segment.length === 2) {
        if (node !== ROOT) node = tree.paths.parentOf(node);
        continue;
      }
      const child = this.#present(node, segment);
      if (child === undefined) return NOWHERE;
      node = child;
      if (kind[node] !== KIND.SYMLINK) continue;
      const followed = this.#follow(node, depth + 1);
      if (followed === TOO_DEEP) return TOO_DEEP;
      links += followed.links;
      if (followed.node === NONE || links > MOST_LINKS) return NOWHERE;
      node = followed.node;
    }
    return { node, links };
  }

  #follow(link: number, depth: number): Followed {
    const known = this.#followed.get(link);
    if (known) return known;
    if (depth > MOST_LINKS) return TOO_DEEP;
    // Whoever comes here again on the way is in a circle.
    this.#followed.set(link, NOWHERE);
    const target = this.#snapshot.linkTargetOf(link);
    const from = target[0] === SLASH ? ROOT : this.#snapshot.tree.paths.parentOf(link);
    const { node, links } = target.length === 0 ? NOWHERE : this.#walk(from, target, depth);
    if (links > MOST_LINKS && depth > 1) {
      // From here it may be near enough; it was only far from where the way began.
      this.#followed.delete(link);
      return TOO_DEEP;
    }
    const followed = node === NONE || links >= MOST_LINKS ? NOWHERE : { node, links: links + 1 };
    this.#followed.set(link, followed);
    return followed;
  }

  /** The end of a text as {@link encodeName} has it, without an object for each name of ASCII, as nearly all are. */
  #encode(text: string, start: number): Uint8Array {
    const length = text.length - start;
    if (length > this.#name.length) return encodeName(text.slice(start));
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(start + index);
      if (code > 0x7f) return encodeName(text.slice(start));
      this.#name[index] = code;
    }
    return this.#name.subarray(0, length);
  }
}
