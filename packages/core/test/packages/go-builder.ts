/** Writes the build information of Go programs, in its newer and its older form. */
import { type ElfLayout, elf, fields, type SectionSpec } from "./elf-builder.ts";

const MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
const SENTINEL = Buffer.alloc(16, 0x5a);

export function framed(lines: readonly string[]): Buffer {
  const text = lines.map((line) => `${line}\n`).join("");
  return text === "" ? Buffer.alloc(0) : Buffer.concat([SENTINEL, Buffer.from(text), SENTINEL]);
}

/** Since Go 1.18: in the section itself. */
export function inlineSection(version: string, modules: Uint8Array): SectionSpec {
  const header = Buffer.concat([MAGIC, Buffer.of(8, 2), Buffer.alloc(16)]);
  return { name: ".go.buildinfo", content: Buffer.concat([header, sized(Buffer.from(version)), sized(modules)]) };
}

/** Seven bits a byte, the lowest first. */
function sized(text: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = text.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length.push((rest % 0x80) | 0x80);
  return Buffer.concat([Buffer.from([...length, rest]), text]);
}

export function goProgram(layout: ElfLayout, version: string, lines: readonly string[]): Buffer {
  return elf({ ...layout, sections: [inlineSection(version, framed(lines))] });
}

/** Before Go 1.18: addresses of strings, which are an address and a length each. */
export function oldGoProgram(layout: ElfLayout, version: string, lines: readonly string[]): Buffer {
  const [texts, strings, info] = [0x40_0000, 0x50_0000, 0x60_0000];
  const modules = framed(lines);
  const wordBytes = layout.is64 ? 8 : 4;
  return elf({
    ...layout,
    sections: [
      { name: ".rodata", address: texts, content: Buffer.concat([Buffer.from(version), modules]) },
      {
        name: ".data",
        address: strings,
        content: fields(
          layout,
          ["word", texts],
          ["word", version.length],
          ["word", texts + version.length],
          ["word", modules.length],
        ),
      },
      {
        name: ".go.buildinfo",
        address: info,
        content: Buffer.concat([
          MAGIC,
          Buffer.of(wordBytes, layout.isLittleEndian ? 0 : 1),
          fields(layout, ["word", strings], ["word", strings + 2 * wordBytes]),
          Buffer.alloc(16),
        ]),
      },
    ],
  });
}
