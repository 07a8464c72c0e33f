import { describe, expect, test } from "vitest";
import { file, memberBytes, tar } from "../../../../fixtures/build/tar.ts";
import { walkTar } from "../../src/archive/tar-walk.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { FileRange, type OpenFile } from "../../src/source/open-file.ts";
import { onFile } from "../temporary.ts";

/** Walks a tar and counts. */
async function walked(range: FileRange): Promise<number> {
  let members = 0;
  const sink = { member: () => void members++, body: () => {}, memberEnd: () => {} };
  await walkTar(range, sink, { limits: DEFAULT_LIMITS });
  return members;
}

describe("a walk requests at most 8 KiB an entry", () => {
  test.each([0, 100, 1000, 4000, 5000, 9000, 20_000, 70_000, 300_000])("files of %i bytes", async (size) => {
    const content = Buffer.alloc(size);
    const count = Math.max(20, Math.min(2000, Math.floor(2e7 / (size + 512))));
    const bytes = tar(Array.from({ length: count }, (_, i) => file(`f${i}`, content)));
    await onFile(bytes, async (opened) => {
      expect(await walked(opened.range())).toBe(count);
      expect(opened.bytesRequested).toBeLessThanOrEqual((count + 1) * 8192);
    });
  });

  test("small and large files by turns", async () => {
    const bytes = tar(
      Array.from({ length: 600 }, (_, i) =>
        file(`f${i}`, Buffer.alloc([0, 300, 30_000, 6000, 100_000][i % 5] as number)),
      ),
    );
    await onFile(bytes, async (opened) => {
      expect(await walked(opened.range())).toBe(600);
      expect(opened.bytesRequested).toBeLessThanOrEqual(601 * 8192);
    });
  });

  test("of one large file next to nothing is read", async () => {
    await onFile(tar([file("large", Buffer.alloc(5_000_000)), file("after")]), async (opened) => {
      await walked(opened.range());
      expect(opened.bytesRequested).toBeLessThanOrEqual(3 * 8192);
    });
  });
});

test("of very many small files the window stays large: few calls serve all of them", async () => {
  const count = 600_000;
  const header = memberBytes(file("f"));
  let calls = 0;
  /** A tar that is nowhere: the same header over and over. */
  class Endless extends FileRange {
    override readSync(target: Uint8Array, offset: number, length: number, position: number): number {
      calls++;
      const available = Math.min(length, this.size - position);
      for (let at = 0; at < available; at += 512) target.set(header, offset + at);
      return available;
    }
  }
  await onFile(Buffer.of(), async (file: OpenFile) => {
    expect(await walked(new Endless(file, 0, count * 512))).toBe(count);
    expect(calls).toBeLessThan((count * 512) / (64 * 1024) + 100);
  });
});
