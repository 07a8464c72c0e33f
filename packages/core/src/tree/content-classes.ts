/** Which files are known to have the same content. */

export class ContentClasses {
  /** By inode: another inode of the same class, towards the smallest; itself for that one. */
  #leader = new Uint32Array(0);

  /** Makes room for so many entries; new ones are alone in their class. */
  grow(entries: number): void {
    const known = this.#leader.length;
    if (entries <= known) return;
    const larger = new Uint32Array(entries);
    larger.set(this.#leader);
    for (let entry = known; entry < entries; entry++) larger[entry] = entry;
    this.#leader = larger;
  }

  /** Notes that two inodes have the same content. */
  join(one: number, other: number): void {
    const first = this.leaderOf(one);
    const second = this.leaderOf(other);
    if (first < second) this.#leader[second] = first;
    else this.#leader[first] = second;
  }

  same(one: number, other: number): boolean {
    return this.leaderOf(one) === this.leaderOf(other);
  }

  /** The smallest inode of its class. */
  leaderOf(inode: number): number {
    let at = inode;
    while (this.#leader[at] !== at) {
      const next = this.#leader[this.#leader[at] as number] as number;
      this.#leader[at] = next;
      at = next;
    }
    return at;
  }
}
