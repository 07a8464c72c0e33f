/** Looking into files in a thread while the image is scanned. */
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { file, type Member, tar } from "../../../../fixtures/build/tar.ts";
import { CONTENT_INSPECTOR } from "../../src/inspection/content-inspector.ts";
import { findDuplicates } from "../../src/inspection/find-duplicates.ts";
import type { FileInspector } from "../../src/layer/file-inspector.ts";
import { openSource } from "../../src/open-source.ts";
import { inspectFiles } from "../../src/tree/inspect-files.ts";
import { lookedAhead, startsAhead } from "../../src/tree/look-ahead.ts";
import { type ScannedImage, scanImage } from "../../src/tree/scan-image.ts";

const WITHOUT_THREAD: FileInspector = { wants: CONTENT_INSPECTOR.wants, inspect: CONTENT_INSPECTOR.inspect };

const WORKER = createRequire(import.meta.url).resolve("@layerscope/core/inspection-worker");

const packageJson = (place: number): Member =>
  file(
    `app/node_modules/p${place}/package.json`,
    JSON.stringify({ name: `p${place}`, version: `1.${place}.0`, dependencies: { [`p${place + 1}`]: "*" } }),
  );

/** More than is worth a thread, of all kinds: packages, secrets, settings with nothing in them, and other files between. */
const LAYERS: readonly (readonly Member[])[] = [
  [
    file("etc/passwd", "root:x:0:0::/:/bin/sh\nwww:x:33:33::/:/bin/sh\n"),
    file("etc/os-release", 'ID=debian\nVERSION_ID="12"\n'),
    file("var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"),
    ...Array.from({ length: 1500 }, (_, place) => packageJson(place)),
  ],
  Array.from({ length: 1500 }, (_, place) =>
    file(`srv/s${place}/config.yml`, place % 7 === 0 ? `password: "hunter${place}Zq8!xK"\n` : "a: b\n".repeat(place)),
  ),
  [
    file("srv/big.env", `${"# nothing\n".repeat(9000)}API_TOKEN=Zx81kLq09PlmT5vWq2\n`),
    packageJson(3),
    file("srv/one.bin", Buffer.alloc(5000, "one")),
    file("srv/the-same.bin", Buffer.alloc(5000, "one")),
    file("srv/as-large.bin", Buffer.alloc(5000, "two")),
    file("srv/begins-so.bin", `${"one".repeat(1000)}${"x".repeat(2000)}`),
  ],
];

let directory: string;
let archive: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "layerscope-test-"));
  archive = join(directory, "image.tar");
  await writeFile(archive, dockerSaveNew({ layers: LAYERS.map((members) => tar(members)) }));
});

afterAll(() => rm(directory, { recursive: true }));

async function facts(inspector: FileInspector, afterScan?: (image: ScannedImage) => void | Promise<void>) {
  await using source = await openSource(archive);
  const image = await scanImage(source, { inspector });
  await afterScan?.(image);
  return await inspectFiles(image, inspector);
}

const isAhead = ({ tree }: ScannedImage): boolean[] =>
  tree.layers.map((entries) => lookedAhead(entries).facts !== undefined);

describe("looking into files in a thread", () => {
  test("finds what is found without one, and as many files as there are", async () => {
    let ahead: boolean[] = [];
    const found = await facts(CONTENT_INSPECTOR, (image) => {
      ahead = isAhead(image);
    });
    expect(ahead).toEqual([true, true, true]);
    expect(found).toEqual(await facts(WITHOUT_THREAD));
    expect(found.facts.size).toBeGreaterThan(1500);
    expect(found.unread).toEqual([]);
  });

  test("finds the same files with equal contents", async () => {
    const equalFiles = async (inspector: FileInspector) => {
      await using source = await openSource(archive);
      const image = await scanImage(source, { inspector });
      expect(startsAhead(image.tree) !== undefined).toBe(inspector.thread !== undefined);
      return await findDuplicates(image);
    };
    const found = await equalFiles(CONTENT_INSPECTOR);
    expect(found.map(({ bytes, inodes }) => [bytes, inodes.length])).toContainEqual([5000, 2]);
    expect(found).toEqual(await equalFiles(WITHOUT_THREAD));
  });

  test("is not done for an image that has little to look into", async () => {
    const small = join(directory, "small.tar");
    await writeFile(small, dockerSaveNew({ layers: [tar([packageJson(1)])] }));
    await using source = await openSource(small);
    expect(isAhead(await scanImage(source, { inspector: CONTENT_INSPECTOR }))).toEqual([false]);
  });

  test("a thread that fails, or that cannot be, changes nothing", async () => {
    const failing = join(directory, "failing.mjs");
    await writeFile(failing, 'throw new Error("this thread fails on purpose");\n');
    const expected = await facts(WITHOUT_THREAD);
    expect(await facts({ ...WITHOUT_THREAD, thread: failing })).toEqual(expected);
    expect(await facts({ ...WITHOUT_THREAD, thread: "@layerscope/core/no-such-module" })).toEqual(expected);
  });

  test("another file that took the archive's path is not looked into", async () => {
    const expected = await facts(WITHOUT_THREAD);
    const moved = join(directory, "moved.tar");
    const other = join(directory, "other.mjs");
    // The thread begins when the archive is gone.
    await writeFile(
      other,
      `import { existsSync } from "node:fs";
       while (!existsSync(${JSON.stringify(moved)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
       await import(${JSON.stringify(pathToFileURL(WORKER).href)});`,
    );
    const found = await facts({ ...CONTENT_INSPECTOR, thread: other }, async () => {
      const content = dockerSaveNew({ layers: LAYERS.map(() => tar([file("etc/passwd", "other")])) });
      await writeFile(`${archive}.new`, content);
      await rename(archive, moved);
      await rename(`${archive}.new`, archive);
    });
    await rename(moved, archive);
    expect(found).toEqual(expected);
  });

  test("whoever cancels waits for nothing", async () => {
    const endless = join(directory, "endless.mjs");
    await writeFile(endless, "setInterval(() => {}, 1000);\n");
    const controller = new AbortController();
    await using source = await openSource(archive);
    const inspector = { ...WITHOUT_THREAD, thread: endless };
    const image = await scanImage(source, { inspector, signal: controller.signal });
    expect(isAhead(image)).toEqual([true, true, true]);
    const inspected = inspectFiles(image, inspector, { signal: controller.signal });
    controller.abort();
    await expect(inspected).rejects.toThrow(expect.objectContaining({ code: "aborted" }));
  });
});
