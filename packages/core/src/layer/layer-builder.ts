/** Turns the members of a layer's tar into entries and markers. */
import { NOT_A_FILE, type TarMember, type TarSink } from "../archive/tar-decoder.ts";
import type { Diagnostic, Diagnostics } from "../model/diagnostic.ts";
import { TYPE } from "../model/entry.ts";
import { LayerscopeError } from "../model/errors.ts";
import type { Limits } from "../model/limits.ts";
import { printableName } from "../model/path-text.ts";
import { type ContentHash, SparseHash } from "./content-hash.ts";
import { type FileInspector, InspectedFile, LARGEST_INSPECTED, LayerFacts } from "./file-inspector.ts";
import { FLAG, LayerEntries } from "./layer-entries.ts";
import { PassingFile } from "./passing-file.ts";
import { type PathTable, ROOT } from "./path-table.ts";

/** `.wh.`: a member of this name removes from the layers below (OCI image specification, layer.md "Whiteouts"). */
const MARKER = [0x2e, 0x77, 0x68, 0x2e] as const;
/** What follows `.wh.` in the name of an opaque marker. */
const OPAQUE = Buffer.from(".wh..opq");
/** Names at the root that belong to the eStargz format, not to the image. */
const ESTARGZ_NAMES = ["stargz.index.json", ".prefetch.landmark", ".no.prefetch.landmark"].map((name) =>
  Buffer.from(name),
);

/** Counts members over all layers of a scan, so that the limit holds for the image and not for each layer. */
export interface EntryBudget {
  used: number;
}

export class LayerBuilder implements TarSink {
  readonly entries: LayerEntries;
  /** Bytes of eStargz's own members: in the tar, but not the image's. */
  formatBytes = 0;
  readonly #paths: PathTable;
  readonly #limits: Limits;
  readonly #budget: EntryBudget;
  readonly #diagnostics: Diagnostics;
  readonly #hash: ContentHash | undefined;
  #claimedBytes = 0;
  /** The entry whose body is passing by and is hashed; -1 for none. */
  #hashing = -1;
  #bodySize = 0;
  #sparse: SparseHash | undefined;
  readonly #inspector: FileInspector | undefined;
  /** The file whose body is passing by and is wanted. */
  #inspected: { readonly file: InspectedFile; readonly index: number } | undefined;
  readonly #passing = new PassingFile();

  /**
   * @param hash hashes the bodies that pass by; without it they are ignored
   * @param inspector looks into the bodies that pass by
   */
  constructor(
    paths: PathTable,
    limits: Limits,
    budget: EntryBudget,
    diagnostics: Diagnostics,
    hash: ContentHash | undefined,
    inspector?: FileInspector | undefined,
  ) {
    this.entries = new LayerEntries(limits);
    this.#paths = paths;
    this.#limits = limits;
    this.#budget = budget;
    this.#diagnostics = diagnostics;
    this.#hash = hash;
    this.#inspector = inspector;
    if (inspector) this.entries.facts = new LayerFacts();
  }

  member(member: TarMember): void {
    this.#hashing = -1;
    this.#inspected = undefined;
    if (++this.#budget.used > this.#limits.entries) {
      throw new LayerscopeError("limit-exceeded", `more than ${this.#limits.entries} members in the image's layers`, {
        where: { offset: member.headerOffset },
      });
    }
    if (member.type === NOT_A_FILE) {
      const flag = String.fromCharCode(member.typeflag);
      this.#report("skipped-member", "info", `a tar member of type "${flag}", which is not a file`, member);
      return;
    }
    try {
      this.#place(member);
    } catch (thrown) {
      throw thrown instanceof LayerscopeError ? thrown.at({ offset: member.headerOffset }) : thrown;
    }
  }

  body(bytes: Uint8Array, start: number, end: number): void {
    if (this.#inspected) this.#passing.add(bytes.subarray(start, end));
    if (this.#hashing < 0) return;
    const piece = bytes.subarray(start, end);
    if (this.#sparse) this.#sparse.update(piece);
    else this.#hash?.update(piece, end - start === this.#bodySize);
  }

  memberEnd(): void {
    this.#inspect();
    if (this.#hashing < 0 || !this.#hash) return;
    this.entries.setHash(this.#hashing, (this.#sparse ?? this.#hash).digest());
    this.#sparse = undefined;
    this.#hashing = -1;
  }

  /** To be called when no more members come, whatever happened. */
  close(): void {
    this.#passing.drop();
  }

  #inspect(): void {
    const { facts } = this.entries;
    if (!this.#inspected || !facts) return;
    const { file, index } = this.#inspected;
    this.#inspected = undefined;
    const { bytes } = this.#passing;
    if (bytes) facts.add(index, this.#inspector?.inspect(file, bytes));
    else facts.isComplete = false;
    this.#passing.drop();
  }

  #place(member: TarMember): void {
    const { name } = member;
    const { end, start } = lastSegment(name, member.nameStart, member.nameEnd);
    const paths = this.#paths;
    paths.clamped = false;
    if (isMarker(name, start, end)) {
      this.#marker(member, start, end);
    } else if (this.#isFormatMember(member, start, end)) {
      this.formatBytes += member.size;
    } else {
      const node = paths.intern(name, member.nameStart, member.nameEnd);
      const housekeeping = paths.isHousekeeping(node);
      if (housekeeping) this.#housekeeping(member);
      this.#append(member, node, housekeeping ? FLAG.HOUSEKEEPING : 0);
    }
    if (paths.clamped) {
      this.#report(
        "path-clamped",
        "warning",
        `the path ${this.#quoted(member)} leaves the root; kept inside it`,
        member,
      );
    }
  }

  /** `start` and `end` are those of the last segment, which begins with `.wh.` */
  #marker(member: TarMember, start: number, end: number): void {
    const { name } = member;
    const bare = start + MARKER.length;
    const parent = this.#paths.intern(name, member.nameStart, start);
    if (this.#paths.isHousekeeping(parent)) {
      this.#housekeeping(member);
    } else if (equals(name, bare, end, OPAQUE)) {
      this.entries.opaques.push(parent);
    } else if (isMarker(name, bare, end)) {
      this.#housekeeping(member);
    } else if (!isDots(name, bare, end)) {
      this.entries.whiteouts.push(this.#paths.internChild(parent, name, bare, end));
    }
    if (member.type === TYPE.FILE && member.size === 0) return;
    this.#report("odd-marker", "info", `the marker ${this.#quoted(member)} is not an empty file`, member);
    if (member.type === TYPE.FILE) {
      const node = this.#paths.internChild(parent, name, start, end);
      this.#append(member, node, FLAG.HOUSEKEEPING);
    }
  }

  #append(member: TarMember, node: number, flags: number): void {
    const { entries } = this;
    const index = entries.append();
    entries.node[index] = node;
    entries.type[index] = member.type;
    entries.flags[index] = flags;
    entries.mode[index] = member.mode;
    entries.uid[index] = member.uid;
    entries.gid[index] = member.gid;
    entries.size[index] = member.size;
    entries.mtime[index] = member.mtime;
    entries.mtimeNanos[index] = member.mtimeNanos;
    entries.body[index] = member.bodyOffset;
    if (member.xattrs) entries.setXattrs(index, member.xattrs);
    switch (member.type) {
      case TYPE.FILE:
        this.#file(member, index);
        break;
      case TYPE.LINK:
        entries.link[index] = this.#paths.intern(member.link, member.linkStart, member.linkEnd);
        break;
      case TYPE.SYMLINK:
        if (member.linkEnd - member.linkStart > this.#limits.pathBytes) {
          throw new LayerscopeError("limit-exceeded", `a link target of more than ${this.#limits.pathBytes} bytes`);
        }
        entries.setLinkText(index, member.link, member.linkStart, member.linkEnd);
        break;
      case TYPE.CHAR:
      case TYPE.BLOCK:
        entries.link[index] = member.devMajor;
        entries.linkSize[index] = member.devMinor;
        break;
    }
  }

  #file(member: TarMember, index: number): void {
    this.#claimedBytes += member.size;
    if (this.#claimedBytes > this.#limits.layerBytes) {
      throw new LayerscopeError("limit-exceeded", `files of more than ${this.#limits.layerBytes} bytes in one layer`);
    }
    if (member.sparse) this.entries.setSparse(index, member.sparse, member.storedSize);
    if (member.size === 0) return;
    if (this.#inspector && !member.sparse) this.#lookForward(member, index);
    if (!this.#hash) return;
    this.#hashing = index;
    this.#bodySize = member.storedSize;
    this.#sparse = member.sparse && new SparseHash(this.#hash, member.sparse, member.size, member.storedSize);
  }

  #lookForward(member: TarMember, index: number): void {
    const { entries } = this;
    const { facts } = entries;
    if (!facts || ((entries.flags[index] as number) & FLAG.HOUSEKEEPING) !== 0) return;
    const file = new InspectedFile(this.#paths, entries.node[index] as number, member.size, member.mode);
    if (!this.#inspector?.wants(file)) return;
    if (member.size > LARGEST_INSPECTED) {
      facts.isComplete = false;
      return;
    }
    this.#inspected = { file, index };
    this.#passing.begin(member.size);
  }

  #isFormatMember(member: TarMember, start: number, end: number): boolean {
    if (member.type !== TYPE.FILE || !ESTARGZ_NAMES.some((name) => equals(member.name, start, end, name))) return false;
    if (this.#paths.intern(member.name, member.nameStart, start) !== ROOT) return false;
    this.#report("format-housekeeping", "info", `${this.#quoted(member)} belongs to eStargz, not to the image`, member);
    return true;
  }

  #housekeeping(member: TarMember): void {
    this.#report("format-housekeeping", "info", `${this.#quoted(member)} is left over from AUFS`, member);
  }

  #quoted(member: TarMember): string {
    return printableName(member.name.slice(member.nameStart, member.nameEnd));
  }

  #report(code: Diagnostic["code"], severity: Diagnostic["severity"], message: string, member: TarMember): void {
    this.#diagnostics.add({ code, severity, message, where: { offset: member.headerOffset } });
  }
}

/** The last segment that is not empty or `.`. */
function lastSegment(name: Uint8Array, from: number, to: number): { start: number; end: number } {
  let end = to;
  for (;;) {
    while (end > from && name[end - 1] === 0x2f) end--;
    const lone = end - 1 === from || name[end - 2] === 0x2f;
    if (end > from && name[end - 1] === 0x2e && lone) end--;
    else break;
  }
  let start = end;
  while (start > from && name[start - 1] !== 0x2f) start--;
  return { start, end };
}

function isMarker(name: Uint8Array, start: number, end: number): boolean {
  return (
    name[start] === MARKER[0] &&
    end - start >= MARKER.length &&
    name[start + 1] === MARKER[1] &&
    name[start + 2] === MARKER[2] &&
    name[start + 3] === MARKER[3]
  );
}

/** Nothing, `.` or `..`: names that cannot be removed. */
function isDots(name: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  return length === 0 || (length <= 2 && name[start] === 0x2e && name[end - 1] === 0x2e);
}

function equals(name: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start !== other.length) return false;
  for (let index = 0; index < other.length; index++) if (name[start + index] !== other[index]) return false;
  return true;
}
