/** What the scan finds in any image is what the plain model finds in it, however the image is packed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Member } from "../../../../fixtures/build/tar.ts";
import { layerStack, toModel } from "../../../../test/model/arbitrary.ts";
import type { Inode, ModelResult, Snapshot } from "../../../../test/model/model-types.ts";
import { overlayModel } from "../../../../test/model/overlay-model.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { PACKINGS, type Packing, pack, pathText, scanArchive } from "./scan-layers.ts";
import { changeLines, InodeNumbers, type Row, snapshotRows } from "./tree-rows.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 50);

function modelSnapshots(snapshots: Snapshot[]): Row[][] {
  const numbers = new InodeNumbers();
  return snapshots.map((snapshot) =>
    [...snapshot]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([path, inode]) => ({
        path,
        type: inode.type,
        mode: inode.mode,
        owner: `${inode.uid}:${inode.gid}`,
        size: inode.size,
        mtime: inode.mtime,
        link: inode.link,
        device: inode.rdev,
        xattrs: inode.xattrs,
        implicit: inode.implicit,
        inode: inode.implicit ? undefined : numbers.of(inode),
      })),
  );
}

function fieldsBetween(a: Inode, b: Inode): string[] {
  const fields: string[] = [];
  if (a.mode !== b.mode) fields.push("mode");
  if (a.uid !== b.uid || a.gid !== b.gid) fields.push("owner");
  if (a.mtime !== undefined && b.mtime !== undefined) {
    const whole = Number.isInteger(a.mtime) || Number.isInteger(b.mtime);
    if (whole ? Math.floor(a.mtime) !== Math.floor(b.mtime) : a.mtime !== b.mtime) fields.push("mtime");
  }
  if (a.xattrs !== b.xattrs) fields.push("xattrs");
  return fields;
}

function modelChanges({ changes, snapshots }: ModelResult): string[] {
  return changes
    .flatMap((layer, k) =>
      [...layer].map(([path, change]) => {
        const before = snapshots[k - 1]?.get(path);
        const after = snapshots[k]?.get(path);
        const fields = change === "metadata" && before && after ? fieldsBetween(before, after) : [];
        return [k, path, change, ...fields].join(" ");
      }),
    )
    .sort();
}

function checkAccounts({ image: { tree }, accounts }: Analysis, model: ModelResult): void {
  const { storedBytes, finalBytes, wastedBytes, efficiency } = accounts;
  expect({ storedBytes, finalBytes }).toEqual({ storedBytes: model.storedBytes, finalBytes: model.finalBytes });
  const records = [...accounts.waste].map(({ node, fields: _, ...rest }) => ({ path: pathText(tree, node), ...rest }));
  expect(sorted(records)).toEqual(sorted(model.waste));
  expect(records.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(wastedBytes);
  expect(Object.values(accounts.wastedByCause).reduce((sum, bytes) => sum + bytes, 0)).toBe(wastedBytes);
  expect(wastedBytes).toBe(storedBytes - finalBytes);
  expect(efficiency).toBe(storedBytes === 0 ? 1 : finalBytes / storedBytes);
  expect(efficiency >= 0 && efficiency <= 1).toBe(true);
  for (const [k, layer] of accounts.layers.entries()) {
    const counts = { added: 0, modified: 0, metadata: 0, identical: 0, removed: 0 };
    for (const change of model.changes[k]?.values() ?? []) counts[change]++;
    expect(layer.changes).toEqual(counts);
    expect(layer.contributedBytes).toBe(layer.storedBytes - layer.wastedBytes);
    const inodes = new Set(model.snapshots[k]?.values());
    expect(layer.snapshotBytes).toBe([...inodes].reduce((sum, { size }) => sum + size, 0));
    const own = model.waste.filter(({ storedIn }) => storedIn === k);
    expect(layer.wastedBytes).toBe(own.reduce((sum, { bytes }) => sum + bytes, 0));
  }
  const types = [...(model.snapshots.at(-1)?.values() ?? [])].map(({ type }) => type);
  const count = (...wanted: string[]) => types.filter((type) => wanted.includes(type)).length;
  expect(accounts.paths).toEqual({
    files: count("file"),
    directories: count("directory"),
    symlinks: count("symlink"),
    others: count("char", "block", "fifo"),
  });
}

const sorted = (records: object[]): string[] =>
  records.map((record) => JSON.stringify(Object.entries(record).sort())).sort();

async function agreesWithModel(layers: Member[][], packing: Packing): Promise<void> {
  const model = overlayModel(layers.map(toModel));
  const analysis = await scanArchive(pack(layers, packing));
  expect(analysis.image.complete).toBe(true);
  expect(snapshotRows(analysis.image)).toEqual(modelSnapshots(model.snapshots));
  expect(changeLines(analysis.image)).toEqual(modelChanges(model));
  checkAccounts(analysis, model);
  const broken = analysis.image.diagnostics.filter(({ code }) => code === "broken-hard-link");
  expect(broken.length).toBe(model.diagnostics.filter(({ code }) => code === "link-target-missing").length);
}

test.each(PACKINGS)("snapshots, changes and waste of any image are those of the model: %s", async (packing) => {
  await fc.assert(
    fc.asyncProperty(layerStack, (layers) => agreesWithModel(layers, packing)),
    { numRuns: RUNS },
  );
});
