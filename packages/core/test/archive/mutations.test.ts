import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dockerSaveNew,
  estargz,
  gzip,
  type ImageSpec,
  ociArchive,
  podmanArchive,
  zstdFrames,
} from "../../../../fixtures/build/image.ts";
import { dir, file, hardlink, paxHeader, sparseFile, symlink, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import { fileLayer, streamLayer } from "../layer/read-layers.ts";
import { openBytes } from "./open-images.ts";
import { readTar } from "./read-tar.ts";

const members = [
  dir("etc"),
  file("etc/passwd", "root:x:0:0", { mtime: 1.5, xattrs: { "security.capability": Buffer.of(1, 0x80) } }),
  file(`long/${"n".repeat(200)}`, "x".repeat(1000)),
  file(`gnu/${"n".repeat(200)}`, "y", { format: "gnu" }),
  symlink("link", "etc/passwd"),
  hardlink("hard", "etc/passwd"),
  whiteout("gone"),
  sparseFile("sparse", {
    form: "gnu",
    realSize: 9000,
    chunks: [0, 1, 2, 3, 4, 5].map((i) => ({ offset: i * 1000, data: "z" })),
  }),
  sparseFile("sparse1", { form: "pax-1.0", realSize: 9000, chunks: [{ offset: 5, data: "data" }] }),
  paxHeader({ uid: "5" }, "g"),
  file("last", "content"),
];
const layer = tar(members);

type Bytes = Buffer<ArrayBufferLike>;
type Mutation = (bytes: Bytes) => Bytes;
const at = (fraction: number, bytes: Buffer): number => Math.floor(fraction * bytes.length);
const anywhere = fc.double({ min: 0, max: 0.999_999, noNaN: true });

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(anywhere, fc.nat(7)).map(
    ([where, bit]): Mutation =>
      (bytes) => {
        if (bytes.length > 0) bytes[at(where, bytes)] = (bytes[at(where, bytes)] as number) ^ (1 << bit);
        return bytes;
      },
  ),
  anywhere.map(
    (where): Mutation =>
      (bytes) =>
        bytes.subarray(0, at(where, bytes)),
  ),
  fc.tuple(anywhere, anywhere).map(
    ([from, to]): Mutation =>
      (bytes) => {
        const [start, end] = [at(from, bytes), at(to, bytes)].sort((a, b) => a - b) as [number, number];
        return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
      },
  ),
  fc.tuple(anywhere, anywhere, fc.integer({ min: 1, max: 4 })).map(
    ([from, to, times]): Mutation =>
      (bytes) => {
        const source = (at(from, bytes) >> 9) << 9;
        const target = (at(to, bytes) >> 9) << 9;
        const blocks = Array.from({ length: times }, () => bytes.subarray(source, source + 512));
        return Buffer.concat([bytes.subarray(0, target), ...blocks, bytes.subarray(target)]);
      },
  ),
  fc.tuple(anywhere, fc.uint8Array({ maxLength: 20 })).map(
    ([where, more]): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at(where, bytes)), more, bytes.subarray(at(where, bytes))]),
  ),
);
const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });

/** Mutates headers and then makes their checksums right again, or few mutations would be looked at. */
function withChecksums(bytes: Bytes): Bytes {
  for (let offset = 0; offset + 512 <= bytes.length; offset += 512) {
    const block = bytes.subarray(offset, offset + 512);
    if (block.subarray(257, 262).toString() !== "ustar") continue;
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  }
  return bytes;
}

const mutated = (bytes: Bytes, list: readonly Mutation[]): Bytes =>
  list.reduce<Bytes>((result, mutate) => mutate(result), Buffer.from(bytes));

/** Fails when it takes long: a hang would otherwise only show as the whole test's time running out. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it hangs")), 5000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const runs = { numRuns: 60 };

describe("damage ends in entries, or in an error of ours with the entries before it, and soon", () => {
  test("tars: both drivers see the same", async () => {
    await fc.assert(
      fc.asyncProperty(mutations, fc.boolean(), async (list, checksums) => {
        const bytes = mutated(layer, list);
        await inTime(readTar(checksums ? withChecksums(bytes) : bytes));
      }),
      { numRuns: 600 },
    );
  });

  test.each([
    ["a plain layer", layer],
    ["a gzip layer", gzip(layer)],
    ["a gzip layer of several members", gzip(layer, { members: 4 })],
    [
      "an eStargz layer",
      estargz(members.filter((member) => "type" in member && member.type !== undefined).slice(0, 4)).blob,
    ],
    ["a zstd layer", zstdFrames(layer)],
    ["a zstd:chunked layer", zstdFrames(layer, { frames: 6, skippable: 2, contentSize: false })],
  ])("%s", async (_, blob) => {
    await fc.assert(
      fc.asyncProperty(mutations, fc.integer({ min: 1, max: 3000 }), async (list, chunkSize) => {
        const bytes = mutated(blob, list);
        // Errors of other kinds reject; errors of ours are data.
        await inTime(fileLayer(bytes));
        const { layer: read } = await inTime(streamLayer(bytes, chunkSize));
        if (read.error) expect(read.error.code).toMatch(/^(corrupt|truncated|limit-exceeded|unsupported-compression)$/);
      }),
      runs,
    );
  });

  const spec: ImageSpec = { layers: [layer, tar([file("a", "b")])], tags: ["app:1"], compression: "gzip" };
  test.each([
    ["docker save", dockerSaveNew(spec)],
    ["podman", podmanArchive({ ...spec, compression: "none" })],
    ["OCI", ociArchive(spec, { nested: true, attestations: true })],
    ["a gzip archive", gzip(dockerSaveNew(spec))],
    ["a zstd archive", zstdFrames(dockerSaveNew(spec), { frames: 3 })],
  ])("%s, from a file and as a stream", async (_, archive) => {
    const open = async (bytes: Bytes): Promise<void> => {
      try {
        await inTime(openBytes(bytes));
      } catch (thrown) {
        if (!(thrown instanceof LayerscopeError)) throw thrown;
        expect(thrown.code).not.toBe("unreadable");
      }
    };
    await fc.assert(
      fc.asyncProperty(mutations, fc.boolean(), async (list, checksums) => {
        const plain = mutated(archive, list);
        const bytes = checksums ? withChecksums(plain) : plain;
        await open(bytes);
        await open(gzip(bytes, { level: 1 }));
      }),
      { numRuns: 60 },
    );
  });
});
