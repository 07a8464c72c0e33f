import { mkdirSync, readdirSync, readlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { gzip } from "../../../../fixtures/build/image.ts";
import { file, memberBytes, tar } from "../../../../fixtures/build/tar.ts";
import { temporaryPath } from "../../../../test/temporary-directory.ts";
import { type FileInspector, LARGEST_INSPECTED } from "../../src/layer/file-inspector.ts";
import { type ReadLayer, readLayerStream } from "../../src/layer/read-layer.ts";
import { layerOptions } from "./read-layers.ts";

/** More than is kept in memory. */
const LARGE = 17 * 1024 * 1024;

let directory: string;

beforeEach(() => {
  directory = temporaryPath();
  mkdirSync(directory);
  vi.stubEnv("TMPDIR", directory);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Of open files of this process, those in the temporary directory. */
function openTemporaryFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(directory) ? [target] : [];
    } catch {
      // That of the listing itself.
      return [];
    }
  });
}

interface Seen {
  readonly path: string;
  readonly size: number;
  readonly ends: string;
  readonly open: number;
  readonly named: number;
}

const INSPECTOR: FileInspector = {
  wants: ({ name }) => name.startsWith("w"),
  inspect: ({ path }, bytes): Seen => ({
    path,
    size: bytes.size,
    ends: Buffer.from([...bytes.read(0, 2), ...bytes.read(bytes.size - 2, 9)]).toString(),
    open: openTemporaryFiles().length,
    named: readdirSync(directory).length,
  }),
};

async function* inPieces(bytes: Uint8Array, length = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const read = (chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<ReadLayer> =>
  readLayerStream(chunks, { ...layerOptions(), inspector: INSPECTOR, signal });

const seenIn = ({ entries }: ReadLayer): Seen[] => [...(entries.facts?.byEntry.values() ?? [])] as Seen[];

const content = (size: number, first: string, last: string): Buffer => {
  const bytes = Buffer.alloc(size, ".");
  bytes.write(first, 0);
  bytes.write(last, size - last.length);
  return bytes;
};

const layer = tar([
  file("w1", content(100, "ab", "cd")),
  file("w2", content(LARGE, "ef", "gh")),
  file("x", content(LARGE, "no", "no")),
  file("w3", content(200_000, "ij", "kl")),
  file("w4", content(LARGE + 1, "mn", "op")),
]);

// What is open is asked of Linux.
describe.skipIf(process.platform !== "linux")("a large file that passes by", () => {
  test("lies in a file without a name while it is looked into, and no longer", async () => {
    const result = await read(inPieces(layer));
    expect(seenIn(result)).toEqual([
      { path: "w1", size: 100, ends: "abcd", open: 0, named: 0 },
      { path: "w2", size: LARGE, ends: "efgh", open: 1, named: 0 },
      { path: "w3", size: 200_000, ends: "ijkl", open: 0, named: 0 },
      { path: "w4", size: LARGE + 1, ends: "mnop", open: 1, named: 0 },
    ]);
    expect(result.entries.facts?.isComplete).toBe(true);
    expect(openTemporaryFiles()).toEqual([]);
  });

  test("without room for it, all others are looked into, and that one was missing is told", async () => {
    vi.stubEnv("TMPDIR", `${directory}/not-there`);
    const result = await read(inPieces(layer));
    expect(result.error).toBeUndefined();
    expect(seenIn(result).map(({ path, ends }) => `${path} ${ends}`)).toEqual(["w1 abcd", "w3 ijkl"]);
    expect(result.entries.facts?.isComplete).toBe(false);
  });

  test("nothing of it stays when the layer ends in it", async () => {
    const cut = await read(inPieces(layer.subarray(0, 5_000_000)));
    expect(cut.error?.code).toBe("truncated");
    expect(seenIn(cut).map(({ path }) => path)).toEqual(["w1"]);
    expect(openTemporaryFiles()).toEqual([]);
  });

  test("nothing of it stays when reading is aborted in it", async () => {
    const stop = new AbortController();
    let open = 0;
    async function* stopped(): AsyncGenerator<Uint8Array> {
      yield layer.subarray(0, 5_000_000);
      open = openTemporaryFiles().length;
      stop.abort();
      yield layer.subarray(5_000_000);
    }
    await expect(read(stopped(), stop.signal)).rejects.toMatchObject({ code: "aborted" });
    expect(open).toBe(1);
    expect(openTemporaryFiles()).toEqual([]);
  });
});

test("a file larger than any that is looked into is passed over, and told", async () => {
  const header = memberBytes(file("w-huge", "", { size: LARGEST_INSPECTED + 1 }));
  const result = await read(inPieces(gzip(Buffer.concat([header.subarray(0, 512), Buffer.alloc(100_000)]))));
  expect(result.error?.code).toBe("truncated");
  expect(result.entries.facts?.isComplete).toBe(false);
});
