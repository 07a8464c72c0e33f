import { mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { gzip } from "../../../../fixtures/build/image.ts";
import { temporaryFile, temporaryPath } from "../../../../test/temporary-directory.ts";
import { openLocal } from "../../src/archive/open-archive.ts";
import { toLayerscopeError } from "../../src/model/errors.ts";
import { OpenFile } from "../../src/source/open-file.ts";
import { spool } from "../../src/source/spool.ts";
import { openFailure } from "../archive/open-images.ts";
import { fifoOf, onFile } from "../temporary.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

describe("a range of a file", () => {
  test("is read within its bounds only, and what is asked for is counted", () =>
    onFile(Buffer.from("0123456789"), async (file) => {
      const range = file.range().slice(2, 5);
      const target = new Uint8Array(10);
      expect(range.readSync(target, 0, 10, 1)).toBe(4);
      expect(text(target.subarray(0, 4))).toBe("3456");
      expect(range.readSync(target, 0, 10, 5)).toBe(0);
      expect(range.readSync(target, 0, 10, 99)).toBe(0);
      expect(file.bytesRequested).toBe(4);
      expect(text(range.headSync(3))).toBe("234");
      expect(text(range.headSync(99))).toBe("23456");
      expect(text(await all(range.stream()))).toBe("23456");
      expect(text(await all(range.stream(3)))).toBe("56");
    }));

  test("of a range is cut off at the range's end", () =>
    onFile(Buffer.from("0123456789"), (file) => {
      const range = file.range().slice(4, 4);
      expect(text(range.slice(1, 99).headSync(99))).toBe("567");
      expect(range.slice(99, 1).size).toBe(0);
      expect(text(range.slice(2, 1).headSync(9))).toBe("6");
    }));

  test("of a file that became shorter is truncated", async () => {
    const path = temporaryFile(Buffer.alloc(10_000));
    const file = OpenFile.open(path);
    truncateSync(path, 5000);
    await expect(all(file.range().stream())).rejects.toMatchObject({ code: "truncated", where: { offset: 5000 } });
    file.close();
  });

  test("stops when it is aborted", () =>
    onFile(Buffer.alloc(10), async (file) => {
      await expect(all(file.range().stream(0, AbortSignal.abort()))).rejects.toMatchObject({ code: "aborted" });
    }));
});

describe("spooling", () => {
  test("a pipe becomes a file that can be read at any offset; nothing is left behind", async () => {
    const temporary = temporaryPath();
    mkdirSync(temporary);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = temporary;
    try {
      const content = Buffer.alloc(700_000, "abc");
      const input = OpenFile.open(fifoOf(content));
      const kept = await spool(input);
      expect(readdirSync(temporary)).toEqual([]);
      expect(kept.isRegular).toBe(true);
      expect((await all(kept.range().stream())).equals(content)).toBe(true);
      expect(text(kept.range().slice(3, 3).headSync(3))).toBe("abc");
      for (const file of [input, kept]) file.close();
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  test("where nothing can be written is an error that names TMPDIR", async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = temporaryPath();
    try {
      const failure = await onFile(Buffer.from("x"), (file) => spool(file)).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code: "unwritable", hint: expect.stringContaining("TMPDIR") });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  test("that is aborted closes what it wrote", async () => {
    await onFile(Buffer.from("x"), async (file) => {
      await expect(spool(file, AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
    });
  });
});

describe("what is no archive", () => {
  const open = async (path: string): Promise<unknown> => {
    const source = await openLocal({ kind: "path", path });
    await source[Symbol.asyncDispose]();
    return source.kind;
  };

  test("an empty file, an empty pipe", async () => {
    await expect(open(temporaryFile(""))).rejects.toMatchObject({ code: "not-an-image" });
    await expect(open(fifoOf(Buffer.alloc(0)))).rejects.toMatchObject({ code: "not-an-image" });
    await expect(open("/dev/null")).rejects.toMatchObject({ code: "not-an-image" });
  });

  test.each([
    ["xz", Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4)],
    ["bzip2", Buffer.from("BZh91AY&SY")],
    ["lz4", Buffer.of(4, 0x22, 0x4d, 0x18, 0, 0, 0, 0)],
  ])("%s is named", async (name, head) => {
    const path = temporaryFile(head);
    await expect(open(path)).rejects.toMatchObject({
      code: "unsupported-compression",
      message: expect.stringContaining(name),
      where: { source: path },
    });
  });

  test("what does not exist, and what lies below a file", async () => {
    await expect(open(temporaryPath())).rejects.toMatchObject({ code: "not-found" });
    await expect(open(`${temporaryFile("x")}/y`)).rejects.toMatchObject({ code: "not-found" });
  });

  test("a file that may not be read", () => {
    // Root may read everything, so the refusal is made up.
    const refusal = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    expect(toLayerscopeError(refusal, { source: "app.tar" })).toMatchObject({
      code: "unreadable",
      message: "app.tar: permission denied",
      hint: expect.stringContaining("permissions"),
    });
  });

  test("what the system fails to read", () => {
    const file = OpenFile.open(dirname(temporaryFile("x")));
    expect(() => file.readSync(new Uint8Array(1), 0, 1, 0)).toThrow(expect.objectContaining({ code: "unreadable" }));
    file.close();
  });

  test("a directory without an image, text, and text that is compressed", async () => {
    const directory = temporaryPath();
    mkdirSync(directory);
    writeFileSync(`${directory}/readme`, "hello");
    for (const content of [
      directory,
      Buffer.from("hello ".repeat(200)),
      Buffer.from("hi"),
      gzip(Buffer.from("hello ".repeat(200))),
    ]) {
      expect(await openFailure(content)).toMatchObject({ code: expect.stringMatching(/^(not-an-image|truncated)$/) });
    }
  });
});
