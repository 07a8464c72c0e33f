/**
 * ELF files as far as packages and debug information need them (System V gABI, chapters 4 and 5): the section table, and
 * memory by address. Three small reads, whatever the size of the file.
 */
import type { FileBytes } from "../layer/file-inspector.ts";

/** Real programs have some forty; with -ffunction-sections object files have more, but those are no programs. */
const MOST_SECTIONS = 10_000;
const MOST_SEGMENTS = 1000;
const MOST_NAME_BYTES = 1024 * 1024;
/** Names are compared with known ones and their beginnings; the longer rest of a name says nothing. */
const LONGEST_NAME = 64;

const SECTION_TYPE = { symbols: 2, noBits: 8 } as const;
const SECTION_FLAG = { allocated: 0x2, compressed: 0x800 } as const;
const SEGMENT_LOAD = 1;
/** e_shstrndx that says: look into the first section instead. */
const EXTENDED_INDEX = 0xffff;

/** e_type of what can be run or loaded. */
const RUNNABLE_TYPES: ReadonlySet<number> = new Set([2, 3]);

export interface ElfSection {
  /** Its first {@link LONGEST_NAME} bytes. */
  readonly name: string;
  readonly isSymbolTable: boolean;
  /** In memory while the program runs. */
  readonly isAllocated: boolean;
  readonly isCompressed: boolean;
  readonly offset: number;
  /** Bytes in the file: 0 of a section that only has room in memory, or lies outside of the file. */
  readonly size: number;
}

interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** An ELF file. Like the bytes it is read from, only valid during the call that those were given to. */
export class ElfFile {
  /** A program or a shared library: no object file and no core dump. */
  readonly isRunnable: boolean;
  readonly sections: readonly ElfSection[];
  /** Index of the section with the names of sections. */
  readonly nameSection: number;
  readonly #bytes: FileBytes;
  readonly #header: Header;
  #segments: readonly Segment[] | undefined;

  constructor(bytes: FileBytes, header: Header, sections: readonly ElfSection[], nameSection: number) {
    this.#bytes = bytes;
    this.#header = header;
    this.isRunnable = RUNNABLE_TYPES.has(header.type);
    this.sections = sections;
    this.nameSection = nameSection;
  }

  /** The whole content of the first section of that name; undefined without one, or with more than `most` bytes. */
  contentOf(name: string, most: number): Uint8Array | undefined {
    const section = this.sections.find((each) => each.name === name);
    if (!section || section.isCompressed || section.size === 0 || section.size > most) return undefined;
    return this.#bytes.read(section.offset, section.size);
  }

  /** What is in memory at an address when the program starts; undefined where the file has not all of it. */
  atAddress(address: number, length: number): Uint8Array | undefined {
    this.#segments ??= readSegments(this.#bytes, this.#header);
    const segment = this.#segments.find(
      (each) => address >= each.address && address + length <= each.address + each.size,
    );
    if (!segment) return undefined;
    const read = this.#bytes.read(segment.offset + (address - segment.address), length);
    return read.length === length ? read : undefined;
  }
}

/** Undefined when it is no ELF file, or one whose section table cannot be. Without a section table: no sections. */
export function readElf(bytes: FileBytes): ElfFile | undefined {
  const header = readHeader(bytes);
  if (!header) return undefined;
  const { sectionOffset, sectionBytes } = header;
  if (sectionOffset === 0) return new ElfFile(bytes, header, [], 0);
  if (sectionBytes < (header.is64 ? 64 : 40)) return undefined;
  let { sectionCount, nameSection } = header;
  if (sectionCount === 0 || nameSection === EXTENDED_INDEX) {
    const first = readRecords(bytes, header, sectionOffset, sectionBytes, 1)?.[0];
    if (!first) return undefined;
    if (sectionCount === 0) sectionCount = first.word(20, 32);
    if (nameSection === EXTENDED_INDEX) nameSection = first.half(24, 40);
  }
  if (sectionCount > MOST_SECTIONS) return undefined;
  const records = readRecords(bytes, header, sectionOffset, sectionBytes, sectionCount);
  if (!records) return undefined;
  const unnamed = records.map((record) => ({ nameAt: record.half(0, 0), ...readSection(record, bytes.size) }));
  const place = unnamed[nameSection];
  const names = place && place.size <= MOST_NAME_BYTES ? bytes.read(place.offset, place.size) : new Uint8Array(0);
  const sections = unnamed.map(({ nameAt, ...section }) => ({ ...section, name: nameIn(names, nameAt) }));
  return new ElfFile(bytes, header, sections, nameSection);
}

interface Header {
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
  readonly type: number;
  readonly segmentOffset: number;
  readonly segmentBytes: number;
  readonly segmentCount: number;
  readonly sectionOffset: number;
  readonly sectionBytes: number;
  readonly sectionCount: number;
  readonly nameSection: number;
}

function readHeader(bytes: FileBytes): Header | undefined {
  const start = bytes.read(0, 64);
  if (start.length < 52 || start[0] !== 0x7f || start[1] !== 0x45 || start[2] !== 0x4c || start[3] !== 0x46) {
    return undefined;
  }
  const [width, order] = [start[4], start[5]];
  const is64 = width === 2;
  if ((!is64 && width !== 1) || (order !== 1 && order !== 2) || (is64 && start.length < 64)) return undefined;
  const fields = new Fields(start, 0, is64, order === 1);
  return {
    is64,
    isLittleEndian: order === 1,
    type: fields.short(16, 16),
    segmentOffset: fields.word(28, 32),
    sectionOffset: fields.word(32, 40),
    segmentBytes: fields.short(42, 54),
    segmentCount: fields.short(44, 56),
    sectionBytes: fields.short(46, 58),
    sectionCount: fields.short(48, 60),
    nameSection: fields.short(50, 62),
  };
}

function readSection(record: Fields, fileSize: number): Omit<ElfSection, "name"> {
  const type = record.half(4, 4);
  const flags = record.word(8, 8);
  const offset = record.word(16, 24);
  const size = record.word(20, 32);
  const isInFile = type !== 0 && type !== SECTION_TYPE.noBits && offset + size <= fileSize;
  return {
    isSymbolTable: type === SECTION_TYPE.symbols,
    isAllocated: (flags & SECTION_FLAG.allocated) !== 0,
    isCompressed: (flags & SECTION_FLAG.compressed) !== 0,
    offset,
    size: isInFile ? size : 0,
  };
}

function readSegments(bytes: FileBytes, header: Header): Segment[] {
  const { segmentOffset, segmentBytes, segmentCount } = header;
  if (segmentBytes < (header.is64 ? 56 : 32) || segmentCount > MOST_SEGMENTS) return [];
  return (readRecords(bytes, header, segmentOffset, segmentBytes, segmentCount) ?? [])
    .filter((record) => record.half(0, 0) === SEGMENT_LOAD)
    .map((record) => ({ offset: record.word(4, 8), address: record.word(8, 16), size: record.word(16, 32) }));
}

/** Undefined when the table reaches beyond the end of the file. */
function readRecords(
  bytes: FileBytes,
  { is64, isLittleEndian }: Header,
  offset: number,
  length: number,
  count: number,
): Fields[] | undefined {
  if (offset + count * length > bytes.size) return undefined;
  const table = bytes.read(offset, count * length);
  if (table.length < count * length) return undefined;
  return Array.from({ length: count }, (_, index) => new Fields(table, index * length, is64, isLittleEndian));
}

function nameIn(names: Uint8Array, start: number): string {
  const longest = Math.min(names.length, start + LONGEST_NAME);
  let end = start;
  while (end < longest && names[end] !== 0) end++;
  return String.fromCharCode(...names.subarray(start, end));
}

/** Numbers of a record; the two offsets are those in 32-bit and in 64-bit files. */
class Fields {
  readonly #view: DataView;
  readonly #is64: boolean;
  readonly #isLittleEndian: boolean;

  constructor(bytes: Uint8Array, start: number, is64: boolean, isLittleEndian: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
    this.#is64 = is64;
    this.#isLittleEndian = isLittleEndian;
  }

  /** Two bytes. */
  short(at32: number, at64: number): number {
    return this.#view.getUint16(this.#is64 ? at64 : at32, this.#isLittleEndian);
  }

  /** Four bytes. */
  half(at32: number, at64: number): number {
    return this.#view.getUint32(this.#is64 ? at64 : at32, this.#isLittleEndian);
  }

  /** Four or eight bytes. What is too large to be exact is too large for any file. */
  word(at32: number, at64: number): number {
    return this.#is64
      ? Number(this.#view.getBigUint64(at64, this.#isLittleEndian))
      : this.#view.getUint32(at32, this.#isLittleEndian);
  }
}
