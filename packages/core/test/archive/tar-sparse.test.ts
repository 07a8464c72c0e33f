import { describe, expect, test } from "vitest";
import { file, type SparseSpec, sparseFile, tar } from "../../../../fixtures/build/tar.ts";
import { memberOf, membersOf, problemIn, readTar } from "./read-tar.ts";

const FORMS = ["gnu", "pax-0.0", "pax-0.1", "pax-1.0"] as const;
const octal = (value: number): Buffer => Buffer.from(`${value.toString(8).padStart(11, "0")}\0`);

/** `count` chunks of 5 bytes with holes between and behind them. */
const spec = (form: SparseSpec["form"], count: number): SparseSpec => ({
  form,
  realSize: count * 1000 + 500,
  chunks: Array.from({ length: count }, (_, i) => ({ offset: i * 1000, data: `data${i % 10}` })),
});

describe.each(FORMS)("a sparse file in the form %s", (form) => {
  test.each([0, 1, 4, 5, 26, 60])("with %i chunks: its own name, and the size a program sees", async (count) => {
    const members = await membersOf(tar([sparseFile("dir/sparse", spec(form, count)), file("after", "z")]));
    expect(members.map(({ path, size }) => [path, size])).toEqual([
      ["dir/sparse", count * 1000 + 500],
      ["after", 1],
    ]);
  });
});

test.each(["gnu", "pax-0.0", "pax-0.1"] as const)("the map of %s", async (form) => {
  expect((await memberOf(tar([sparseFile("f", spec(form, 2))]))).sparse).toEqual({
    form: "map",
    chunks: [
      { offset: 0, size: 5 },
      { offset: 1000, size: 5 },
    ],
  });
});

describe("a map that cannot be right is corrupt", () => {
  const gnu = (patch: (header: Uint8Array) => void, content = "abc"): Buffer =>
    tar([file("f", content, { typeflag: "S", format: "gnu", raw: patch })]);
  const pairs =
    (realSize: number, ...numbers: number[]) =>
    (header: Uint8Array): void => {
      for (const [index, number] of numbers.entries()) octal(number).copy(header, 386 + index * 12);
      octal(realSize).copy(header, 483);
    };

  test.each<[string, (header: Uint8Array) => void]>([
    ["chunks beyond the end", pairs(100, 99, 3)],
    ["chunks that overlap", pairs(100, 10, 2, 11, 1)],
    ["chunks out of order", pairs(100, 10, 2, 0, 1)],
    ["fewer bytes than are stored", pairs(100, 0, 2)],
    ["more bytes than are stored", pairs(100, 0, 4)],
    ["a real size below zero", (header) => header.fill(0xff, 483, 495)],
    ["a number that is none", (header) => void Buffer.from("0000000000x\0").copy(header, 386)],
  ])("old GNU: %s", async (_, patch) => {
    expect(await problemIn(gnu(patch))).toEqual({ code: "corrupt", offset: 0 });
  });

  test("old GNU: a real size below zero of a file that stores nothing", async () => {
    expect(await problemIn(gnu((header) => header.fill(0xff, 483, 495), ""))).toEqual({ code: "corrupt", offset: 0 });
  });

  test.each([
    ["an odd number of numbers", "0,1,2"],
    ["text", "a,b"],
    ["chunks beyond the end", "99,3"],
    ["numbers below zero", "-1,3"],
  ])("pax 0.1: %s", async (_, map) => {
    const bytes = tar([file("f", "abc", { pax: { "GNU.sparse.size": "100", "GNU.sparse.map": map } })]);
    expect(await problemIn(bytes)).toMatchObject({ code: "corrupt" });
  });

  test("pax 0.0: a size without its offset", async () => {
    const bytes = tar([file("f", "abc", { pax: { "GNU.sparse.size": "100", "GNU.sparse.numbytes": "3" } })]);
    expect(await problemIn(bytes)).toMatchObject({ code: "corrupt" });
  });
});

test("old GNU: the name is still that of the header when extension blocks were read behind it", async () => {
  const bytes = tar([sparseFile("sparse", spec("gnu", 100)), file("after", "z")]);
  for (const chunkSize of [1, 7, 512, 1000]) {
    const { members } = await readTar(bytes, { chunkSize });
    expect(members.map(({ path }) => path)).toEqual(["sparse", "after"]);
  }
  // The first window of a walk ends behind the sparse file's header.
  const late = tar([...Array.from({ length: 7 }, (_, i) => file(`f${i}`)), sparseFile("sparse", spec("gnu", 100))]);
  expect((await membersOf(late)).at(-1)?.path).toBe("sparse");
});

test("a map of many extension blocks stops at the limit", async () => {
  const bytes = tar([sparseFile("f", spec("gnu", 400))]);
  expect(await problemIn(bytes, { headerBytes: 200 * 24 })).toMatchObject({ code: "limit-exceeded" });
});
