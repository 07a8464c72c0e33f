/** Members of zip archives, of every kind that jars are written as, and within limits. */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { has, unless } from "../../../../test/cli/terminal.ts";
import { temporaryFile, temporaryPath } from "../../../../test/temporary-directory.ts";
import { BytesInMemory } from "../../src/layer/file-inspector.ts";
import { WorkLimit, ZipArchive } from "../../src/packages/java/zip-archive.ts";
import { type ZipSpec, zip } from "./zip-builder.ts";

const GENEROUS = 1 << 30;

/** Not in memory, as files of an archive are: each answer overwrites the one before. */
class ReusedBytes extends BytesInMemory {
  readonly #answer = Buffer.alloc(this.size);
  total = 0;

  override read(offset: number, length: number): Uint8Array {
    const read = super.read(offset, length);
    this.total += read.length;
    this.#answer.fill(0xee, 0, read.length);
    this.#answer.set(read);
    return this.#answer.subarray(0, read.length);
  }
}

function contentsOf(
  bytes: Uint8Array,
  limit = GENEROUS,
  most = 1 << 24,
): Record<string, string | undefined> | undefined {
  const archive = ZipArchive.open(wrapped(bytes), new WorkLimit(limit, 10), () => true);
  return (
    archive &&
    Object.fromEntries(
      archive.members.map((member) => {
        const content = archive.contentOf(member, most);
        return [member.name, content && Buffer.from(content.read(0, content.size)).toString("latin1")];
      }),
    )
  );
}

const wrapped = (bytes: Uint8Array): BytesInMemory =>
  bytes.length % 2 === 0 ? new BytesInMemory(bytes) : new ReusedBytes(bytes);

const MEMBERS = [
  { name: "stored", content: "as it is", isStored: true },
  { name: "deflated", content: "again ".repeat(100) },
  { name: "a/deep/ö", content: "x", localExtra: 500 },
];
const EXPECTED = Object.fromEntries(MEMBERS.map(({ name, content }) => [name, content]));

const LARGE = "incompressible".repeat(100_000);

describe.each<[string, ZipSpec]>([
  ["plain", {}],
  ["with a comment", { comment: "a comment" }],
  ["with a comment that looks like the end", { comment: `PK\x05\x06${"\0".repeat(40)}` }],
  ["with sizes in 64 bits", { is64: true }],
  ["with a script in front", { prefix: "#!/bin/sh\nexec java -jar $0\n" }],
  ["with a script in front and sizes in 64 bits", { is64: true, prefix: "#!/bin/sh\n" }],
])("an archive %s", (_, spec) => {
  test.each([0, 1])("small (%i bytes more)", (more) => {
    expect(contentsOf(zip(MEMBERS, { ...spec, prefix: (spec.prefix ?? "") + "-".repeat(more) }))).toEqual(EXPECTED);
  });

  test("large: only what is asked for is read", () => {
    const bytes = new ReusedBytes(zip([...MEMBERS, { name: "large", content: LARGE, isStored: true }], spec));
    const archive = ZipArchive.open(bytes, new WorkLimit(GENEROUS, 1), (name) => name.length < 9);
    const texts = archive?.members.map((member) => {
      const content = archive.contentOf(member, 1 << 24);
      return member.name === "large" ? content?.size : content && Buffer.from(content.read(0, 6)).toString();
    });
    expect(texts).toEqual(["as it ", "again ", LARGE.length]);
    expect(bytes.total).toBeLessThan(100_000);
  });
});

test("what is encrypted, damaged, too large or in no known way compressed cannot be had", () => {
  const members = [
    { name: "encrypted", content: "x", isEncrypted: true },
    { name: "larger than stated", content: "x".repeat(100), statedSize: 99 },
    { name: "stated as huge", content: "x", statedSize: 0xfffffff0 },
    { name: "too large", content: "x".repeat(1001), isStored: true },
    { name: "too large, stated as small", content: "x".repeat(1001), isStored: true, statedSize: 1 },
    { name: "fits", content: "x", isStored: true },
  ];
  const bytes = zip(members);
  const contents = contentsOf(bytes, GENEROUS, 1000);
  expect(Object.keys(contents ?? {})).toEqual(members.map(({ name }) => name));
  expect(Object.values(contents ?? {})).toEqual([undefined, undefined, undefined, undefined, undefined, "x"]);
});

test("work is limited", () => {
  const bytes = zip([{ name: "zeros", content: Buffer.alloc(1_000_000) }]);
  expect(contentsOf(bytes, 1_100_000)?.zeros).toHaveLength(1_000_000);
  expect(contentsOf(bytes, 900_000)).toEqual({ zeros: undefined });
  expect(contentsOf(bytes, 10)).toBeUndefined();
  expect(ZipArchive.open(new BytesInMemory(bytes), new WorkLimit(GENEROUS, 0), () => true)).toBeUndefined();
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["text", Buffer.from("not an archive ".repeat(10))],
  ["an archive without its end", zip(MEMBERS).subarray(0, -10)],
  ["an archive without its beginning", zip([{ name: "x", content: "x".repeat(500), isStored: true }]).subarray(400)],
])("%s is no archive, or has no contents", (_, bytes) => {
  expect(Object.values(contentsOf(bytes) ?? {}).filter(Boolean)).toEqual([]);
});

const HAS_PYTHON = has("python3");
test.skipIf(!HAS_PYTHON)(`the same contents as Python's zipfile reads and writes${unless("python3")}`, () => {
  for (const spec of [{}, { is64: true }, { comment: "c", prefix: "#!/bin/sh\n" }]) {
    const listed = execFileSync("python3", [
      "-c",
      "import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))",
      temporaryFile(zip(MEMBERS.slice(0, 2), spec)),
    ]);
    const { stored, deflated } = EXPECTED;
    expect(JSON.parse(listed.toString())).toEqual({ stored, deflated });
  }
  const path = temporaryPath();
  const program = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    z.comment = b"made elsewhere"
    z.writestr("one", "1" * 1000)
    with z.open("large header", "w", force_zip64=True) as f: f.write(b"2")
    z.writestr("stored", "3", zipfile.ZIP_STORED)
sys.stdout.buffer.write(open(sys.argv[1], "rb").read())`;
  const written = execFileSync("python3", ["-c", program, path]);
  expect(contentsOf(written)).toEqual({ one: "1".repeat(1000), "large header": "2", stored: "3" });
});

test("whatever is in the file, nothing is thrown", () => {
  const originals = [zip(MEMBERS), zip(MEMBERS, { is64: true, comment: "c" }), zip(MEMBERS, { prefix: "#!" })];
  const change = fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.constantFrom(0, 1, 4, 0x50, 0x7f, 0xff));
  fc.assert(
    fc.property(
      fc.constantFrom(...originals),
      fc.array(change, { maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (original, changes, end) => {
        const bytes = Buffer.from(original);
        for (const [where, value] of changes) bytes[Math.floor(where * bytes.length)] = value;
        contentsOf(bytes, 10_000_000);
        contentsOf(bytes.subarray(0, Math.floor(end * bytes.length)), 10_000_000);
      },
    ),
    { numRuns: 1500 },
  );
});
