/** A container in memory: what is done in it is listed and given away as engines do. */
import { dir, file, hardlink, type Member, symlink, tar } from "../../../../fixtures/build/tar.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import { CHANGE, type ContainerChange, type ContainerFiles } from "../../src/source/engine/container-files.ts";

/** What is at a path; `file` is the same object for all names of one file. Paths are latin1 text, one character a byte. */
export type Node =
  | { readonly type: "directory"; readonly mode: number }
  | { readonly type: "symlink"; readonly target: string }
  | { readonly type: "file"; readonly content: string; readonly mode: number; readonly extra?: Partial<Member> };

export type Tree = Map<string, Node>;

/** `docker`: two trees compared. `podman`: what lies in overlayfs' upper directory, where a new directory hides an old one. */
export type Listing = "docker" | "podman";

export class Container implements ContainerFiles {
  mounts: readonly string[] = [];
  givesParts = true;
  listing: Listing = "docker";
  /** Whether archives end, as Docker's do, in a file that says more than it has. */
  cutsShortFiles = false;
  chunkSize = 4096;
  /** Called before an archive is given. */
  onArchive: (path: string) => void = () => {};
  /** What was asked for, in order. */
  readonly requests: string[] = [];
  bytesGiven = 0;
  /** Requests that are neither at their end nor were ended. */
  open = 0;
  readonly tree: Tree;
  readonly #image: Tree;
  readonly #upper = new Set<string>();
  readonly #whiteouts = new Set<string>();
  readonly #opaque = new Set<string>();

  constructor(image: Tree) {
    this.#image = image;
    this.tree = new Map(image);
  }

  set(path: string, node: Node): void {
    const old = this.tree.get(path);
    if (old && (old.type === "directory") !== (node.type === "directory")) this.remove(path);
    if (!this.tree.has(path) && node.type === "directory" && this.#whiteouts.has(path)) this.#opaque.add(path);
    this.#whiteouts.delete(path);
    this.tree.set(path, node);
    for (let at = path; at !== ""; at = parentOf(at)) this.#upper.add(at);
  }

  remove(path: string): void {
    const isBelow = (other: string) => other === path || other.startsWith(`${path}/`);
    for (const paths of [this.tree, this.#upper, this.#whiteouts, this.#opaque]) {
      for (const other of [...paths.keys()]) if (isBelow(other)) paths.delete(other);
    }
    let hidden = false;
    for (let at = parentOf(path); at !== ""; at = parentOf(at)) hidden ||= this.#opaque.has(at) || !this.#image.has(at);
    if (this.#image.has(path) && !hidden) this.#whiteouts.add(path);
    for (let at = parentOf(path); at !== ""; at = parentOf(at)) this.#upper.add(at);
  }

  async changes(): Promise<readonly ContainerChange[]> {
    const found = this.listing === "docker" ? this.#compared() : this.#inUpper();
    return [...found].map(([path, kind]) => ({ path: `/${asJson(path)}`, kind }));
  }

  #compared(): Map<string, number> {
    const found = new Map<string, number>();
    for (const [path, node] of this.tree) {
      const old = this.#image.get(path);
      if (!old) found.set(path, CHANGE.ADDED);
      else if (JSON.stringify(old) !== JSON.stringify(node)) found.set(path, CHANGE.MODIFIED);
    }
    for (const path of this.#image.keys()) {
      const parent = parentOf(path);
      const isParentThere = parent === "" || this.tree.get(parent)?.type === "directory";
      if (!this.tree.has(path) && isParentThere) found.set(path, CHANGE.DELETED);
    }
    this.#addParents(found);
    return found;
  }

  #inUpper(): Map<string, number> {
    const found = new Map<string, number>();
    for (const path of this.#whiteouts) found.set(path, CHANGE.DELETED);
    for (const path of this.#upper) {
      const old = this.#image.get(path);
      const node = this.tree.get(path);
      if (this.#opaque.has(path)) found.set(path, CHANGE.DELETED);
      else if (!old) found.set(path, CHANGE.ADDED);
      else if (node?.type !== "directory" || JSON.stringify(old) !== JSON.stringify(node))
        found.set(path, CHANGE.MODIFIED);
    }
    this.#addParents(found);
    return found;
  }

  #addParents(found: Map<string, number>): void {
    for (const [path, kind] of [...found]) {
      const parent = parentOf(path);
      if (kind !== CHANGE.MODIFIED && parent !== "" && !found.has(parent)) found.set(parent, CHANGE.MODIFIED);
    }
  }

  archive(path: string, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    this.requests.push(path);
    this.onArchive(path);
    return this.#archive(path, signal);
  }

  async *#archive(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const asked = Buffer.from(path.slice(1)).toString("latin1");
    if (asked !== "" && !this.tree.has(asked)) throw new LayerscopeError("no-such-path", "Could not find the file");
    const bytes = this.#bytesOf(this.#members(asked));
    this.open++;
    try {
      for (let at = 0; at < bytes.length; at += this.chunkSize) {
        if (signal?.aborted) throw new LayerscopeError("aborted", "stopped on request");
        this.bytesGiven += Math.min(this.chunkSize, bytes.length - at);
        yield bytes.subarray(at, at + this.chunkSize);
        await Promise.resolve();
      }
    } finally {
      this.open--;
    }
  }

  #bytesOf(members: readonly Member[]): Buffer {
    const short = members.findIndex(({ size }) => size !== undefined);
    if (!this.cutsShortFiles || short < 0) return tar(members);
    const whole = tar(members.slice(0, short + 1), { end: "none" });
    const content = members[short]?.content?.length ?? 0;
    return whole.subarray(0, whole.length - 512 + content);
  }

  #members(asked: string): Member[] {
    const members: Member[] = asked === "" ? [dir("/")] : [];
    const nameOf = (path: string) => (asked === "" ? `/${path}` : path.slice(asked.lastIndexOf("/") + 1));
    const first = new Map<Node, string>();
    for (const path of [...this.tree.keys()].sort()) {
      if (asked !== "" && path !== asked && !path.startsWith(`${asked}/`)) continue;
      const node = this.tree.get(path) as Node;
      const target = first.get(node);
      if (node.type === "file") first.set(node, target ?? nameOf(path));
      members.push(memberOf(nameOf(path), node, target));
    }
    return members;
  }
}

/** The tree as a layer of its own. */
export function layerOf(tree: Tree): Member[] {
  return [...tree.keys()].sort().map((path) => memberOf(path, tree.get(path) as Node, undefined));
}

function memberOf(path: string, node: Node, first: string | undefined): Member {
  const name = Buffer.from(path, "latin1");
  if (node.type === "directory") return dir(name, { mode: node.mode });
  if (node.type === "symlink") return symlink(name, node.target);
  if (first !== undefined) return hardlink(name, Buffer.from(first, "latin1"), { mode: node.mode });
  return file(name, node.content, { mode: node.mode, ...node.extra });
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** A name as an engine written in Go puts it into JSON: a replacement character for each byte that is not UTF-8. */
function asJson(path: string): string {
  const bytes = Buffer.from(path, "latin1");
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : text.replace(/\uFFFD/g, "\uFFFD\uFFFD");
}
