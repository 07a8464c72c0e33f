/**
 * What a generated image holds, counted while it is written and independent of the library: a second opinion
 * on the numbers that the measured program prints. Knows only what the generators make (for example no links
 * to files of lower layers).
 */

/** @typedef {import('./tar-writer.mjs').Member} Member */
/** @typedef {{ member: Member, names: number, compared: boolean }} Inode */
/** @typedef {{ layer: number, inode: Inode | undefined, children: Map<string, Node> | undefined }} Node */

export class Overlay {
  entries = 0;
  storedBytes = 0;
  /** Bodies of which a reader needs the bytes: same path, same size, in two layers. */
  comparedBytes = 0;
  /** @type {Record<string, number>} */
  wasted = { deleted: 0, hidden: 0, rewritten: 0, metadata: 0, identical: 0 };
  #layer = -1;
  /** @type {Node} */
  #root = { layer: 0, inode: undefined, children: new Map() };

  /**
   * Counts the members of the next layer as they pass.
   * @param {Iterable<Member>} members
   * @returns {Generator<Member>}
   */
  *layer(members) {
    this.#layer++;
    for (const member of members) {
      this.#apply(member);
      yield member;
    }
  }

  /** @param {Member} member */
  #apply(member) {
    this.entries++;
    const slash = member.path.lastIndexOf("/");
    const name = member.path.slice(slash + 1);
    const parent = slash < 0 ? this.#root : this.#directory(member.path.slice(0, slash));
    const children = /** @type {Map<string, Node>} */ (parent.children);
    if (name === ".wh..wh..opq") {
      this.#hideChildren(parent, "hidden");
      return;
    }
    if (name.startsWith(".wh.")) {
      const victim = children.get(name.slice(4));
      if (victim === undefined) throw new Error(`${member.path}: removes nothing`);
      this.#hide(victim, "deleted");
      if (victim.layer < this.#layer) children.delete(name.slice(4));
      return;
    }
    const before = children.get(name);
    const isDirectory = member.type === "dir";
    if (before !== undefined && isDirectory !== (before.children !== undefined)) {
      throw new Error(`${member.path}: changes its type`);
    }
    const inode = this.#inodeOf(member);
    if (before === undefined) {
      children.set(name, { layer: this.#layer, inode, children: isDirectory ? new Map() : undefined });
      return;
    }
    if (before.inode !== undefined) this.#release(before.inode, this.#compare(before.inode, inode));
    before.inode = inode;
    before.layer = this.#layer;
  }

  /** @param {Member} member @returns {Inode | undefined} */
  #inodeOf(member) {
    if (member.type === "hardlink") {
      const inode = this.#find(member.link)?.inode;
      if (inode === undefined) throw new Error(`${member.path}: links to ${member.link}, which is not there`);
      inode.names++;
      return inode;
    }
    if (member.type !== "file") return undefined;
    this.storedBytes += member.size;
    return { member, names: 1, compared: false };
  }

  /** @param {Inode} before @param {Inode | undefined} after */
  #compare(before, after) {
    if (after === undefined) return "rewritten";
    const old = before.member;
    const now = after.member;
    if (old.size !== now.size) return "rewritten";
    for (const inode of [before, after]) {
      if (!inode.compared) this.comparedBytes += inode.member.size;
      inode.compared = true;
    }
    if (old.content !== now.content || old.revision !== now.revision) return "rewritten";
    const same = old.mode === now.mode && old.uid === now.uid && old.gid === now.gid && old.mtime === now.mtime;
    return same ? "identical" : "metadata";
  }

  /** @param {Inode} inode @param {string} cause */
  #release(inode, cause) {
    if (--inode.names === 0) this.wasted[cause] += inode.member.size;
  }

  /** @param {Node} node @param {string} cause */
  #hide(node, cause) {
    if (node.inode !== undefined && node.layer < this.#layer) this.#release(node.inode, cause);
    if (node.children !== undefined) this.#hideChildren(node, cause);
  }

  /** @param {Node} node @param {string} cause */
  #hideChildren(node, cause) {
    for (const [name, child] of node.children ?? []) {
      this.#hide(child, cause);
      if (child.layer < this.#layer) node.children?.delete(name);
    }
  }

  /** @param {string} path */
  #find(path) {
    /** @type {Node | undefined} */
    let node = this.#root;
    for (const name of path.split("/")) node = node?.children?.get(name);
    return node;
  }

  /** A directory, created when no member brought it. @param {string} path */
  #directory(path) {
    let node = this.#root;
    for (const name of path.split("/")) {
      const children = /** @type {Map<string, Node>} */ (node.children);
      let next = children.get(name);
      if (next === undefined) {
        next = { layer: this.#layer, inode: undefined, children: new Map() };
        children.set(name, next);
      }
      node = next;
    }
    return node;
  }

  totals() {
    const wastedBytes = Object.values(this.wasted).reduce((sum, bytes) => sum + bytes, 0);
    return {
      layers: this.#layer + 1,
      entries: this.entries,
      storedBytes: this.storedBytes,
      finalBytes: this.storedBytes - wastedBytes,
      wastedBytes,
      wastedByCause: this.wasted,
      comparedBytes: this.comparedBytes,
    };
  }
}
