/** An archive read in one pass - compressed as a whole, or out of a pipe - gives the report that the file gives. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Analysis, createReport, type ScanOptions } from "@layerscope/core";
import { describe, expect, test } from "vitest";
import { gzip, zstdFrames } from "../../fixtures/build/image.ts";
import { dir, file, tar } from "../../fixtures/build/tar.ts";
import { layoutPath, layoutsOf, SINGLE_IMAGES, temporaryDirectory, withImage } from "./real-images.ts";

const CASES = [...SINGLE_IMAGES, "multiarch"].flatMap((image) =>
  layoutsOf(image)
    // An index without its manifests has nothing to report; a skopeo directory is not a layout of an archive.
    .filter((layout) => layout !== "oci-dir-indexonly" && !layout.startsWith("skopeo-dir"))
    .map((layout) => ({ image, layout })),
);

const TARS = CASES.filter(({ layout }) => layout.endsWith(".tar"));

/** The platform that all layouts of an image have; their only one is taken whatever it is. */
function optionsFor({ image, layout }: { image: string; layout: string }): ScanOptions {
  return image === "multiarch" && layout !== "docker-archive-arm64.tar" ? { platform: "linux/amd64" } : {};
}

/** The report without what it says of the source: where it is, and how much of it was read. */
function reportOf(analysis: Analysis): unknown {
  const { image, ...rest } = createReport(analysis, { reference: "image", files: true });
  const text = JSON.stringify({ ...rest, image: { ...image, source: undefined } });
  return JSON.parse(text.replaceAll(analysis.image.source.location, "LOCATION")) as unknown;
}

/** The bytes of an archive; a directory becomes one. */
function archiveOf(path: string): Buffer {
  if (!statSync(path).isDirectory()) return readFileSync(path);
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
  return tar(
    names.map((name) => {
      const member = join(path, name);
      return statSync(member).isDirectory() ? dir(name) : file(name, readFileSync(member));
    }),
  );
}

describe.each(CASES)("$image as $layout", (each) => {
  const path = layoutPath(each.image, each.layout);
  const options = optionsFor(each);

  test("gives the same report when the whole archive is compressed", async () => {
    const expected = await withImage(path, reportOf, options);
    const archive = archiveOf(path);
    const directory = temporaryDirectory();
    const compressed = {
      gz: gzip(archive),
      "members.gz": gzip(archive, { members: 5 }),
      zst: zstdFrames(archive, { frames: 3, skippable: 1 }),
    };
    for (const [ending, bytes] of Object.entries(compressed)) {
      const copy = join(directory, `image.tar.${ending}`);
      writeFileSync(copy, bytes);
      expect(await withImage(copy, reportOf, options)).toEqual(expected);
    }
  });
});

// Windows has no named pipes in the file system.
describe.skipIf(process.platform === "win32").each(TARS)("$image as $layout", (each) => {
  test("gives the same report out of a pipe", async () => {
    const path = layoutPath(each.image, each.layout);
    const expected = await withImage(path, reportOf, optionsFor(each));
    const pipe = join(temporaryDirectory(), "pipe");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    const writer = spawn("sh", ["-c", 'cat "$0" > "$1"', path, pipe], { stdio: "ignore" });
    const done = once(writer, "exit");
    const found = await withImage(
      pipe,
      (analysis) => {
        expect(analysis.image.source.kind).toBe("stream");
        return reportOf(analysis);
      },
      optionsFor(each),
    );
    expect(found).toEqual(expected);
    expect(await done).toEqual([0, null]);
  });
});
