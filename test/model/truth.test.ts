import { describe, expect, test } from "vitest";
import { normalise } from "./model-paths.ts";
import { overlayModel } from "./overlay-model.ts";
import { truthDeltas, truthFinalTree, truthLayers, truthSummary } from "./truth.ts";

const IMAGES = ["edge-empty", "edge-names", "edge-whiteout", "edge-zero", "multiarch/t-amd64", "multiarch/t-arm64"];

const octal = (mode: number) => mode.toString(8);

describe.each(IMAGES)("the model of %s and the kernel agree", (image) => {
  const result = overlayModel(truthLayers(image));

  test("on the last snapshot", () => {
    const expected = truthFinalTree(image).map((row) => ({
      ...row,
      path: normalise(row.path).path,
      mode: octal(row.mode),
      size: row.size ?? 0,
      link: row.link?.toString("latin1"),
    }));
    const snapshot = result.snapshots.at(-1) ?? new Map();
    const actual = [...snapshot].map(([path, inode]) => ({
      path,
      type: inode.type,
      mode: octal(inode.mode),
      uid: inode.uid,
      gid: inode.gid,
      size: inode.size,
      // The kernel gives an implicit directory the time at which it was unpacked.
      mtime: inode.mtime ?? expected.find((row) => row.path === path)?.mtime,
      sha256: inode.content,
      link: inode.link,
    }));
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    expect(actual.sort(byPath)).toEqual(expected.sort(byPath));
  });

  test("on what each layer changed", () => {
    const expected = truthDeltas(image).map((row) => {
      const path = normalise(row.path).path;
      const change = row.change === "modified" ? "changed" : row.change;
      return `${row.layer} ${change} ${path}`;
    });
    const actual: string[] = [];
    for (const [layer, changes] of result.changes.entries()) {
      for (const [path, change] of changes) {
        if (change === "identical") continue;
        const changed = change === "modified" || change === "metadata";
        actual.push(`${layer} ${changed ? "changed" : change} ${path}`);
      }
    }
    expect(actual.sort()).toEqual(expected.sort());
  });

  test("on the bytes", () => {
    const summary = truthSummary(image);
    expect(result.storedBytes).toBe(summary.layer_regular_bytes_total);
    expect(result.finalBytes).toBe(summary.visible_regular_bytes);
    const wasted = result.waste.reduce((sum, record) => sum + record.bytes, 0);
    expect(wasted).toBe(summary.hidden_regular_bytes);
  });
});
