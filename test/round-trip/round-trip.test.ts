/** Images that umoci and GNU tar made, packed by skopeo: what layerscope sees and extracts is what umoci unpacks. */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ListedPath } from "@layerscope/core";
import { beforeAll, describe, expect, test } from "vitest";
import { ociLayout } from "../../fixtures/build/image.ts";
import { opaque, whiteout, tar as writeTar } from "../../fixtures/build/tar.ts";
import { jsonLines, layerscope } from "../cli/command.ts";
import { has } from "../cli/terminal.ts";
import { temporaryFile, temporaryPath } from "../temporary-directory.ts";
import { copy, NEEDED, PACKINGS, repack, run, unpack, WHY } from "./engines.ts";
import { asExtracted, type FileRow, rowsOfDirectory, rowsOfList, withoutDirectoryTimes } from "./file-rows.ts";

const TAG = "latest";
/** Only root unpacks them, and not every file system has them. */
const HAS_XATTRS = process.getuid?.() === 0 && has("setfattr") && takesXattrs();

function takesXattrs(): boolean {
  try {
    run("setfattr", "-n", "user.note", "-v", "kept", temporaryFile(""));
    return true;
  } catch {
    return false;
  }
}

/** Fills a directory with one of everything. */
function populate(root: string): void {
  const at = (...names: string[]): string => join(root, ...names);
  mkdirSync(at("etc/deep/er"), { recursive: true });
  mkdirSync(at("gone/with/it"), { recursive: true });
  mkdirSync(at("becomes-a-file"));
  writeFileSync(at("etc/passwd"), "root\n", { mode: 0o640 });
  writeFileSync(at("etc/deep/er/file"), "deep");
  writeFileSync(at("gone/with/it/file"), "gone");
  writeFileSync(at("becomes-a-file/x"), "x");
  writeFileSync(at("tool"), "#!/bin/sh\n");
  chmodSync(at("tool"), 0o4755);
  linkSync(at("tool"), at("etc/tool-too"));
  writeFileSync(at("empty"), "");
  writeFileSync(at("sparse"), "start");
  truncateSync(at("sparse"), 3_000_000);
  writeFileSync(at("n".repeat(180)), "long");
  writeFileSync(at("日本語 \u001b[31m"), "odd");
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x62, 0xff, 0xfe])]), "not UTF-8");
  symlinkSync("etc/passwd", at("link"));
  symlinkSync("/nowhere/at/all", at("dangling"));
  symlinkSync("../日本語 \u001b[31m", at("etc/up"));
  run("mkfifo", at("pipe"));
  utimesSync(at("empty"), 1_234_567_890, 1_234_567_890);
  mkdirSync(at("sticky"));
  chmodSync(at("sticky"), 0o1777);
  if (HAS_XATTRS) run("setfattr", "-n", "user.note", "-v", "kept", at("etc/passwd"));
}

/** Removes, replaces and touches some of it. */
function change(root: string): void {
  const at = (...names: string[]): string => join(root, ...names);
  rmSync(at("gone"), { recursive: true });
  rmSync(at("becomes-a-file"), { recursive: true });
  writeFileSync(at("becomes-a-file"), "a file now");
  renameSync(at("etc/deep/er/file"), at("etc/deep/moved"));
  chmodSync(at("empty"), 0o600);
  rmSync(at("link"));
  mkdirSync(at("link"));
  writeFileSync(at("link/inside"), "a directory now");
  linkSync(at("n".repeat(180)), at("late-link"));
}

/** repack twice, then an opaque and an ordinary insert, then a whiteout. */
function madeByUmoci(layout: string): void {
  const bundle = temporaryPath();
  run("umoci", "init", "--layout", layout);
  run("umoci", "new", "--image", `${layout}:${TAG}`);
  const root = unpack(layout, TAG, bundle);
  populate(root);
  repack(layout, TAG, bundle);
  change(root);
  repack(layout, TAG, bundle);
  const more = temporaryPath();
  mkdirSync(more);
  writeFileSync(join(more, "only"), "only this");
  run("umoci", "insert", "--image", `${layout}:${TAG}`, "--opaque", more, "/etc/deep");
  run("umoci", "insert", "--image", `${layout}:${TAG}`, more, "/opt/more");
  run("umoci", "insert", "--image", `${layout}:${TAG}`, "--whiteout", "/dangling");
}

/** Layers in GNU's and in pax format and of markers; umoci knows sparse files only in the latter. */
function madeByTar(layout: string): void {
  const [root, file] = [temporaryPath(), temporaryPath()];
  mkdirSync(root);
  const packed = (...options: string[]): Buffer => {
    run("tar", "-C", root, "--sort=name", "--numeric-owner", ...options, "-cf", file, ".");
    return readFileSync(file);
  };
  populate(root);
  const gnu = packed("--format=gnu");
  change(root);
  const pax = packed("--format=pax", "--sparse", "--xattrs");
  const markers = writeTar([whiteout("gone"), opaque("etc/deep"), whiteout("dangling")]);
  ociLayout(layout, { layers: [gnu, markers, pax, markers], compression: "gzip", tags: [`app:${TAG}`] });
}

describe.skipIf(NEEDED.length > 0).each([
  ["umoci", madeByUmoci],
  ["GNU tar", madeByTar],
])(`layers made by %s${WHY}`, (_, make) => {
  const layout = temporaryPath();
  let truth: FileRow[] = [];

  beforeAll(() => {
    make(layout);
    truth = rowsOfDirectory(unpack(layout, TAG, temporaryPath()));
  }, 60_000);

  test("are worth the comparison", () => {
    expect(truth.length).toBeGreaterThan(14);
    expect([...new Set(truth.map(({ type }) => type))].sort()).toEqual(["directory", "fifo", "file", "symlink"]);
    expect(truth.filter(({ path, sameAs }) => sameAs !== undefined && sameAs !== path)).toHaveLength(2);
  });

  test.skipIf(!HAS_XATTRS)(`have extended attributes${HAS_XATTRS ? "" : " (skipped: none here)"}`, async () => {
    const { stdout } = await layerscope(["ls", "--json", layout, "/etc/passwd"]);
    expect(jsonLines(stdout)).toMatchObject([{ xattrs: { "user.note": Buffer.from("kept").toString("base64") } }]);
  });

  test.each(PACKINGS)("are seen and extracted as umoci unpacks them, out of $title", async (packing) => {
    const path = temporaryPath();
    copy(layout, TAG, packing, path);
    const listed = await layerscope(["ls", "--json", "--digests", "--verify", path]);
    expect([listed.code, listed.stderr]).toEqual([0, ""]);
    const rows = rowsOfList(jsonLines<ListedPath>(listed.stdout));
    expect(withoutDirectoryTimes(rows)).toEqual(withoutDirectoryTimes(truth));

    const to = temporaryPath();
    const extracted = await layerscope(["extract", path, "--to", to, "-q"]);
    expect([extracted.code, extracted.stderr]).toEqual([0, ""]);
    expect(withoutDirectoryTimes(rowsOfDirectory(to))).toEqual(asExtracted(withoutDirectoryTimes(truth)));
  });
});
