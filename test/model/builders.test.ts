import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { extract } from "tar-stream";
import { expect, test } from "vitest";
import { dockerSaveContainerd, dockerSaveNew, estargz, gzip, ociArchive } from "../../fixtures/build/image.ts";
import { file, type Member, tar, whiteout } from "../../fixtures/build/tar.ts";
import { bytesOf } from "../../fixtures/build/tar-header.ts";
import { layer } from "./arbitrary.ts";

type Found = { name: string; type: string | null | undefined; linkname: string | null; content: Buffer };

/** Another reader's view of an archive. */
async function read(archive: Buffer): Promise<Found[]> {
  const found: Found[] = [];
  const parser = extract();
  parser.end(archive);
  for await (const entry of parser) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, type, linkname } = entry.header;
    found.push({ name, type, linkname: linkname ?? null, content: Buffer.concat(chunks) });
  }
  return found;
}

const OTHER_NAMES = { char: "character-device", block: "block-device" } as Record<string, string>;

const expected = (member: Member): Found => ({
  name: bytesOf(member.path).toString(),
  type: OTHER_NAMES[member.type ?? "file"] ?? member.type,
  linkname: member.linkTarget === undefined ? null : bytesOf(member.linkTarget).toString(),
  content: bytesOf(member.content ?? ""),
});

test("another reader finds the members that were written", async () => {
  await fc.assert(
    fc.asyncProperty(layer, async (members) => {
      expect(await read(tar(members))).toEqual(members.map(expected));
    }),
    { numRuns: 100 },
  );
});

test("long names and large numbers survive in every format that has room for them", async () => {
  const long = `${"d/".repeat(70)}${"n".repeat(150)}`;
  for (const format of ["gnu", "pax", undefined] as const) {
    const extra = format === undefined ? {} : { format };
    expect(await read(tar([file(long, "x", extra), file("b", "yy", extra)]))).toMatchObject([
      { name: long },
      { name: "b" },
    ]);
  }
});

test("every blob has the name of its digest", async () => {
  const layers = [tar([file("a", "x")]), tar([whiteout("a")])];
  const spec = { layers, tags: ["demo:1"] };
  const archives = [
    dockerSaveNew(spec),
    dockerSaveContainerd([spec, { ...spec, platform: { os: "linux", architecture: "arm64" } }]),
    ociArchive(spec, { nested: 2, attestations: true }),
  ];
  for (const archive of archives) {
    const blobs = (await read(archive)).filter((entry) => /^blobs\/sha256\/./.test(entry.name));
    expect(blobs.length).toBeGreaterThan(4);
    for (const { name, content } of blobs) {
      expect(name).toBe(`blobs/sha256/${createHash("sha256").update(content).digest("hex")}`);
    }
  }
});

test("gzip of several members and eStargz unpack to what went in", () => {
  const data = tar([file("a", "x".repeat(5000))]);
  expect(gunzipSync(gzip(data, { members: 7 })).equals(data)).toBe(true);
  for (const toc of ["in-archive", "after-end"] as const) {
    const layer = estargz([file("a", "x")], { toc });
    expect(gunzipSync(layer.blob).equals(layer.tar)).toBe(true);
  }
});
