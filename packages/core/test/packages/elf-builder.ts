/** Writes small ELF files: any width and byte order, with the sections and segments that a test names. */

export interface ElfLayout {
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
}

export const LAYOUTS: readonly ElfLayout[] = [true, false].flatMap((is64) =>
  [true, false].map((isLittleEndian) => ({ is64, isLittleEndian })),
);

export const AMD64: ElfLayout = { is64: true, isLittleEndian: true };

export interface SectionSpec {
  readonly name: string;
  readonly content: Uint8Array;
  /** SHT_*; program data unless given. */
  readonly type?: number;
  readonly flags?: number;
  /** Address in memory; with one the section also becomes a segment that is loaded. */
  readonly address?: number;
}

export interface ElfSpec extends ElfLayout {
  /** e_type: a program unless given. */
  readonly type?: number;
  readonly sections: readonly SectionSpec[];
  /** Whether counts are written where large ones are: into the first section. */
  readonly isExtended?: boolean;
}

export const SHT = { data: 1, symbols: 2, strings: 3, noBits: 8 } as const;
export const SHF = { allocated: 2, compressed: 0x800 } as const;
const NO_BITS_SIZE = 1 << 20;

/** Numbers one after the other: two, four, or (by the width of the file) four or eight bytes each. */
export function fields(
  layout: ElfLayout,
  ...values: readonly (readonly ["short" | "half" | "word", number])[]
): Buffer {
  return Buffer.concat(
    values.map(([kind, value]) => {
      const length = kind === "short" ? 2 : kind === "half" || !layout.is64 ? 4 : 8;
      const bytes = Buffer.alloc(length);
      if (length === 8) bytes.writeBigUInt64LE(BigInt(value));
      else bytes.writeUIntLE(value, 0, length);
      return layout.isLittleEndian ? bytes : bytes.reverse();
    }),
  );
}

export function elf(spec: ElfSpec): Buffer {
  const { is64, isLittleEndian } = spec;
  const [headerBytes, segmentBytes, sectionBytes] = is64 ? [64, 56, 64] : [52, 32, 40];
  const loaded = spec.sections.filter(({ address }) => address !== undefined);
  const names = Buffer.from(["", ...spec.sections.map(({ name }) => name), ".shstrtab", ""].join("\0"), "latin1");
  const sections: readonly SectionSpec[] = [...spec.sections, { name: ".shstrtab", content: names, type: SHT.strings }];

  let at = headerBytes + loaded.length * segmentBytes;
  const placed = sections.map((section) => {
    const offset = at;
    if (section.type !== SHT.noBits) at += section.content.length;
    return { section, offset };
  });
  const count = sections.length + 1;
  const extended = spec.isExtended === true;

  let nameAt = 1;
  const table = placed.map(({ section, offset }) => {
    const { name, content, type = SHT.data, flags = 0, address = 0 } = section;
    const size = type === SHT.noBits ? NO_BITS_SIZE : content.length;
    const record = fields(
      spec,
      ["half", nameAt],
      ["half", type],
      ["word", flags],
      ["word", address],
      ["word", offset],
      ["word", size],
      ["half", 0],
      ["half", 0],
      ["word", 1],
      ["word", 0],
    );
    nameAt += name.length + 1;
    return record;
  });
  const first = Buffer.alloc(sectionBytes);
  if (extended) {
    fields(spec, ["word", count]).copy(first, is64 ? 32 : 20);
    fields(spec, ["half", count - 1]).copy(first, is64 ? 40 : 24);
  }
  const segments = placed
    .filter(({ section }) => section.address !== undefined)
    .map(({ section: { address = 0, content }, offset }) => {
      const place = [
        ["word", offset],
        ["word", address],
        ["word", address],
        ["word", content.length],
      ] as const;
      return is64
        ? fields(spec, ["half", 1], ["half", 4], ...place, ["word", content.length], ["word", 1])
        : fields(spec, ["half", 1], ...place, ["word", content.length], ["half", 4], ["word", 1]);
    });
  const header = Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, isLittleEndian ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    fields(
      spec,
      ["short", spec.type ?? 2],
      ["short", 62],
      ["half", 1],
      ["word", 0],
      ["word", loaded.length > 0 ? headerBytes : 0],
      ["word", at],
      ["half", 0],
      ["short", headerBytes],
      ["short", segmentBytes],
      ["short", loaded.length],
      ["short", sectionBytes],
      ["short", extended ? 0 : count],
      ["short", extended ? 0xffff : count - 1],
    ),
  ]);
  const contents = placed.filter(({ section }) => section.type !== SHT.noBits).map(({ section }) => section.content);
  return Buffer.concat([header, ...segments, ...contents, first, ...table]);
}
