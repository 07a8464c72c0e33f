/**
 * Every layout of every real image against what the Linux kernel and plain counting say of it. Left aside are only the
 * times of directories that no layer lists: engines give them the time of unpacking.
 */
import type { Analysis } from "@layerscope/core";
import { describe, expect, test } from "vitest";
import { normalise } from "../model/model-paths.ts";
import { truthDeltas, truthFinalTree, truthLayers } from "../model/truth.ts";
import {
  byPath,
  deltas,
  finalTree,
  layoutPath,
  layoutsOf,
  SINGLE_IMAGES,
  summaryOf,
  type TreeRow,
  withImage,
} from "./real-images.ts";

type Case = { image: string; layout: string; truth: string; platform?: string };

/** Which layouts of `multiarch` hold which platforms. */
const PLATFORMS: Record<string, string[]> = {
  "docker-archive-arm64.tar": ["arm64"],
  "oci-dir-system": ["amd64"],
  "oci-dir-indexonly": [],
};

const CASES: Case[] = [
  ...SINGLE_IMAGES.flatMap((image) => layoutsOf(image).map((layout) => ({ image, layout, truth: image }))),
  ...layoutsOf("multiarch").flatMap((layout) =>
    (PLATFORMS[layout] ?? ["amd64", "arm64"]).map((architecture) => ({
      image: "multiarch",
      layout,
      truth: `multiarch/t-${architecture}`,
      platform: `linux/${architecture}`,
    })),
  ),
];

test("there are all the layouts there should be", () => {
  expect(CASES.length).toBeGreaterThanOrEqual(3 * 13 + 2 * 6 + 2);
});

/** The truth's rows; times that cannot be compared are taken from what was found. */
function truthRows(truth: string, found: readonly TreeRow[]): TreeRow[] {
  const implicit = new Set(found.filter(({ mtime }) => mtime === undefined).map(({ path }) => path));
  return truthFinalTree(truth)
    .map((row) => {
      const { path } = normalise(row.path);
      return {
        path,
        type: row.type,
        mode: row.mode.toString(8),
        owner: `${row.uid}:${row.gid}`,
        size: row.size ?? 0,
        mtime: implicit.has(path) ? undefined : row.mtime,
        sha256: row.sha256,
        link: row.link?.toString("latin1"),
        xattrs: 0,
      };
    })
    .sort(byPath);
}

/** Directories in whose place no layer has a member. */
function unlistedDirectories(truth: string): Set<string> {
  const listed = new Set(truthLayers(truth).flatMap((layer) => layer.map(({ path }) => normalise(path).path)));
  return new Set(
    truthFinalTree(truth)
      .map(({ path }) => normalise(path).path)
      .filter((path) => !listed.has(path)),
  );
}

describe.each(CASES)("$image as $layout is what $truth says", ({ image, layout, truth, platform }) => {
  const analysed = <T>(use: (analysis: Analysis) => T | Promise<T>): Promise<T> =>
    withImage(layoutPath(image, layout), use, platform === undefined ? {} : { platform });
  const summary = summaryOf(truth);

  test("path by path, contents included", async () => {
    const rows = await analysed(({ image: scanned }) => finalTree(scanned));
    expect(rows).toEqual(truthRows(truth, rows));
    // Only what no layer lists may be without a time.
    const unlisted = unlistedDirectories(truth);
    for (const { path, mtime } of rows) if (mtime === undefined) expect(unlisted).toContain(path);
  });

  test("layer by layer", async () => {
    const expected = truthDeltas(truth)
      .map(({ layer, change, path, fields }) => [layer, change, normalise(path).path, ...fields].join(" "))
      .sort();
    expect(await analysed(({ image: scanned }) => deltas(scanned))).toEqual(expected);
  });

  test("in its counts and bytes", async () => {
    await analysed(({ image: scanned, accounts }) => {
      expect(scanned.complete).toBe(true);
      // The containerd store wrote no layer at all, the tool that the truth was taken from one without a member.
      const expectedLayers = layout === "docker-save-26-dk26cs.tar" ? [] : summary.layers;
      expect(scanned.layers.length).toBe(expectedLayers.length);
      let present = 0;
      for (const [index, expected] of expectedLayers.entries()) {
        const entries = scanned.tree.layers[index];
        const counts = accounts.layers[index];
        const layer = scanned.layers[index];
        const markers = (entries?.whiteouts.length ?? 0) + (entries?.opaques.length ?? 0);
        expect((counts?.entries ?? 0) + markers).toBe(expected.entries);
        expect(entries?.whiteouts.length).toBe(expected.whiteouts);
        expect(entries?.opaques.length).toBe(expected.opaque);
        expect(counts?.storedBytes).toBe(expected.regular_bytes);
        expect(counts?.changes).toMatchObject({ added: expected.tree.added, removed: expected.tree.removed });
        present += expected.tree.added - expected.tree.removed;
        expect(present).toBe(expected.tree_entries_after);
        // A conversion to eStargz writes other tars; everything else keeps them to the byte.
        if (layout.includes("estargz")) continue;
        expect(layer?.tarBytes).toBe(expected.tar_bytes);
        expect(layer?.reference.diffId).toBe(expected.diff_id);
      }
      expect(accounts).toMatchObject({
        storedBytes: summary.layer_regular_bytes_total,
        finalBytes: summary.visible_regular_bytes,
        wastedBytes: summary.hidden_regular_bytes,
        paths: { files: summary.final.file, directories: summary.final.dir, symlinks: summary.final.symlink },
      });
      const recorded = [...accounts.waste].reduce((sum, { bytes }) => sum + bytes, 0);
      expect(recorded).toBe(summary.hidden_regular_bytes);
    });
  });

  test("with digests that fit", async () => {
    const options = { verify: true, ...(platform === undefined ? {} : { platform }) };
    await withImage(layoutPath(image, layout), ({ image: scanned }) => expect(scanned.errors).toEqual([]), options);
  });
});

test("these images have no hard link, device or extended attribute, so nothing of that kind is found", async () => {
  for (const name of ["edge-names", "edge-whiteout"]) {
    const { layers, final } = summaryOf(name);
    expect(layers.every(({ hardlinks }) => hardlinks === 0)).toBe(true);
    expect(final.char + final.block + final.fifo).toBe(0);
    await withImage(layoutPath(name, "docker-save-26.tar"), ({ image: { tree }, accounts }) => {
      expect(accounts.paths.others).toBe(0);
      for (let entry = 0; entry < tree.entryCount; entry++) expect(tree.inodeOf(entry)).toBe(entry);
    });
  }
});
