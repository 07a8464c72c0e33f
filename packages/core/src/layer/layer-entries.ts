/** The members of one layer in tar order, as columns. What only few members have stands in maps beside them. */
import type { SparseLayout } from "../archive/sparse.ts";
import { TYPE } from "../model/entry.ts";
import { LayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import type { LayerFacts } from "./file-inspector.ts";

/** Bits of {@link LayerEntries.flags}. */
export const FLAG = {
  /** A marker or AUFS file that has content: stored bytes that never become a path. */
  HOUSEKEEPING: 1,
  /** `hash` holds a hash of the content. */
  HASHED: 2,
} as const;

export class LayerEntries {
  count = 0;
  /** Node of the member's path in the path table. */
  node: Uint32Array<ArrayBuffer>;
  /** One of `TYPE`. */
  type: Uint8Array<ArrayBuffer>;
  flags: Uint8Array<ArrayBuffer>;
  /** Permission bits, 0 to 0o7777. */
  mode: Uint16Array<ArrayBuffer>;
  uid: Uint32Array<ArrayBuffer>;
  gid: Uint32Array<ArrayBuffer>;
  /** Bytes of a regular file, holes included; 0 for everything else. */
  size: Float64Array<ArrayBuffer>;
  /** Whole seconds since 1970. */
  mtime: Float64Array<ArrayBuffer>;
  mtimeNanos: Uint32Array<ArrayBuffer>;
  /** Offset of the body in the uncompressed tar. */
  body: Float64Array<ArrayBuffer>;
  /** Hard link: node of the target. Symlink: where its target starts in `linkText`. Device: major and minor number. */
  link: Uint32Array<ArrayBuffer>;
  /** Symlink: length of the target. Device: minor number. */
  linkSize: Uint32Array<ArrayBuffer>;
  /** Content hash of regular files, where the content passed by; compare only with hashes of the same scan. */
  hash: BigUint64Array<ArrayBuffer>;
  linkText: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #linkTextUsed = 0;

  readonly xattrs: Map<number, ReadonlyMap<string, Uint8Array>> = new Map();
  readonly sparse: Map<number, SparseLayout & { readonly storedSize: number }> = new Map();

  /** What an inspector found out; undefined where none has looked while the layer passed by. */
  facts: LayerFacts | undefined;

  /** Paths that whiteouts remove from the layers below. */
  readonly whiteouts: number[] = [];
  /** Directories whose content from the layers below is hidden. */
  readonly opaques: number[] = [];

  readonly #limits: Limits;
  #capacity: number;
  #extraBytes = 0;

  constructor(limits: Limits, capacity = 256) {
    this.#limits = limits;
    this.#capacity = capacity;
    this.node = new Uint32Array(capacity);
    this.type = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.mode = new Uint16Array(capacity);
    this.uid = new Uint32Array(capacity);
    this.gid = new Uint32Array(capacity);
    this.size = new Float64Array(capacity);
    this.mtime = new Float64Array(capacity);
    this.mtimeNanos = new Uint32Array(capacity);
    this.body = new Float64Array(capacity);
    this.link = new Uint32Array(capacity);
    this.linkSize = new Uint32Array(capacity);
    this.hash = new BigUint64Array(0);
  }

  /** Makes room for one more. @returns its index */
  append(): number {
    if (this.count === this.#capacity) this.#resize(this.#capacity * 2);
    return this.count++;
  }

  setHash(index: number, hash: bigint): void {
    if (this.hash.length <= index) {
      const larger = new BigUint64Array(Math.max(this.#capacity, index + 1));
      larger.set(this.hash);
      this.hash = larger;
    }
    this.hash[index] = hash;
    this.flags[index] = (this.flags[index] as number) | FLAG.HASHED;
  }

  setLinkText(index: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.countExtra(length);
    if (this.#linkTextUsed + length > this.linkText.length) {
      const larger = new Uint8Array(Math.max(1024, this.linkText.length * 2, this.#linkTextUsed + length));
      larger.set(this.linkText);
      this.linkText = larger;
    }
    this.linkText.set(bytes.subarray(start, end), this.#linkTextUsed);
    this.link[index] = this.#linkTextUsed;
    this.linkSize[index] = length;
    this.#linkTextUsed += length;
  }

  /** The target of a symlink. Shares memory. */
  linkTextOf(index: number): Uint8Array {
    const start = this.link[index] as number;
    return this.linkText.subarray(start, start + (this.linkSize[index] as number));
  }

  /** Which members are hard links. */
  *hardLinks(): Generator<number> {
    const { type, count } = this;
    for (let at = type.indexOf(TYPE.LINK); at >= 0 && at < count; at = type.indexOf(TYPE.LINK, at + 1)) yield at;
  }

  setXattrs(index: number, xattrs: ReadonlyMap<string, Uint8Array>): void {
    for (const [name, value] of xattrs) this.countExtra(name.length + value.length + 64);
    this.xattrs.set(index, xattrs);
  }

  setSparse(index: number, layout: SparseLayout, storedSize: number): void {
    this.countExtra(layout.form === "map" ? layout.chunks.length * 32 : 32);
    this.sparse.set(index, { ...layout, storedSize });
  }

  /** Counts what is kept beside the columns. @throws LayerscopeError `limit-exceeded` */
  countExtra(bytes: number): void {
    this.#extraBytes += bytes;
    if (this.#extraBytes > this.#limits.nameBytes) {
      throw new LayerscopeError(
        "limit-exceeded",
        `more than ${this.#limits.nameBytes} bytes of link targets, attributes and sparse maps in one layer`,
      );
    }
  }

  /** Gives back the memory that growing took too much. */
  trim(): void {
    if (this.#capacity > this.count * 1.25 + 64) this.#resize(Math.max(1, this.count));
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    const { count } = this;
    const resize = <T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(column: T): T => {
      const resized = new (column.constructor as new (length: number) => T)(capacity);
      resized.set(column.subarray(0, count));
      return resized;
    };
    this.node = resize(this.node);
    this.type = resize(this.type);
    this.flags = resize(this.flags);
    this.mode = resize(this.mode);
    this.uid = resize(this.uid);
    this.gid = resize(this.gid);
    this.size = resize(this.size);
    this.mtime = resize(this.mtime);
    this.mtimeNanos = resize(this.mtimeNanos);
    this.body = resize(this.body);
    this.link = resize(this.link);
    this.linkSize = resize(this.linkSize);
  }
}
