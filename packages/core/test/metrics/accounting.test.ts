/** Where the bytes of an image are: stored, visible at the end, wasted, and why. */
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { dir, file, hardlink, type Member, opaque, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { type Accounts, accountFor } from "../../src/metrics/accounting.ts";
import { WASTE_CAUSES } from "../../src/metrics/waste-cause.ts";
import { ContentClasses } from "../../src/tree/content-classes.ts";
import { pack, scanArchive, scanLayers, wasteOf } from "../tree/scan-layers.ts";

const accountsOf = async (...layers: Member[][]): Promise<Accounts> => (await scanLayers(...layers)).accounts;

describe("the cause of a wasted byte", () => {
  test.each<[string, string, Member[]]>([
    ["deleted", "a whiteout", [whiteout("d/f")]],
    ["deleted", "a whiteout of a directory above", [whiteout("d")]],
    ["hidden", "an opaque marker", [opaque("d")]],
    ["hidden", "a file in place of the directory above", [file("d")]],
    ["rewritten", "another content", [file("d/f", "more")]],
    ["rewritten", "an empty file", [file("d/f")]],
    ["rewritten", "a directory in its place", [dir("d/f")]],
    ["rewritten", "a path below that implies a directory", [file("d/f/g")]],
    ["metadata", "another mode", [file("d/f", "xyz", { mode: 0o600 })]],
    ["metadata", "another owner", [file("d/f", "xyz", { uid: 7 })]],
    ["metadata", "another time", [file("d/f", "xyz", { mtime: 7 })]],
    ["identical", "the same again", [file("d/f", "xyz")]],
    ["identical", "the same again after a whiteout", [whiteout("d/f"), file("d/f", "xyz")]],
  ])("is %s for %s", async (cause, _, layer) => {
    const image = await scanLayers([dir("d"), file("d/f", "xyz")], [file("unrelated", "1")], layer);
    expect(wasteOf(image)).toEqual([`d/f 3 ${cause} 0>2`]);
  });

  test("is duplicate-member for what one tar holds twice", async () => {
    const image = await scanLayers([file("f", "xyz"), file("f", "xyz"), file("f", "zz")]);
    expect(wasteOf(image)).toEqual(["f 3 duplicate-member 0>0", "f 3 duplicate-member 0>0"]);
  });

  test("says what changed where it is metadata", async () => {
    const { waste } = await accountsOf([file("f", "xyz")], [file("f", "xyz", { mode: 0o600, gid: 3 })]);
    expect(waste.at(0)).toMatchObject({ cause: "metadata", fields: ["mode", "owner"], storedIn: 0, hiddenBy: 1 });
  });

  test("blames the layer that came first", async () => {
    const image = await scanLayers([file("f", "1")], [file("f", "22")], [whiteout("f")]);
    expect(wasteOf(image)).toEqual(["f 1 rewritten 0>1", "f 2 deleted 1>2"]);
  });

  test("goes by the path that stored the file, when several names go at once", async () => {
    const base = [file("f", "xyz"), hardlink("a", "f")];
    expect(wasteOf(await scanLayers(base, [whiteout("f"), file("a", "other")]))).toEqual(["f 3 deleted 0>1"]);
    expect(wasteOf(await scanLayers(base, [whiteout("a"), file("f", "other")]))).toEqual(["f 3 rewritten 0>1"]);
  });
});

test("a record of waste tells the inode that stores the bytes", async () => {
  const { image, accounts } = await scanLayers(
    [file("f", "1"), hardlink("g", "f")],
    [file("f", "22")],
    [whiteout("g"), whiteout("f")],
  );
  const { waste } = accounts;
  const inodes = [...Array(waste.length).keys()].map((index) => waste.inodeAt(index));
  const sizes = inodes.map(
    (inode) => inode !== undefined && image.tree.entriesOf(inode).size[image.tree.indexOf(inode)],
  );
  expect(sizes).toEqual([2, 1]);
  expect(waste.inodeAt(waste.length)).toBeUndefined();
});

describe("efficiency", () => {
  test("is 1 when nothing is stored", async () => {
    for (const layers of [[[]], [[], []], [[dir("d"), file("empty")], [whiteout("empty")]]]) {
      const accounts = await accountsOf(...layers);
      expect(accounts).toMatchObject({ storedBytes: 0, finalBytes: 0, wastedBytes: 0, efficiency: 1 });
    }
  });

  test("is 1 for one layer, 0 when all is deleted, and the visible part otherwise", async () => {
    expect((await accountsOf([file("f", "1234")])).efficiency).toBe(1);
    expect((await accountsOf([file("f", "1234")], [whiteout("f")])).efficiency).toBe(0);
    expect((await accountsOf([file("f", "1234"), file("g", "12345678")], [whiteout("f")])).efficiency).toBeCloseTo(
      2 / 3,
    );
  });

  test("is 1 for an image without layers", async () => {
    const { accounts } = await scanArchive(dockerSaveNew({ layers: [], history: [] }));
    expect(accounts).toMatchObject({ storedBytes: 0, efficiency: 1, layers: [] });
  });
});

describe("the sizes of a layer", () => {
  const layers = [
    [dir("d"), file("d/a", "1234"), file("d/b", "12345678"), hardlink("d/c", "d/a")],
    [whiteout("d/b"), file("d/e", "12")],
    [file("d/e", "123"), { path: "p", type: "fifo" } as Member],
  ];

  test("are what it stored, what of it is visible, what is wasted, and the running total", async () => {
    const accounts = await accountsOf(...layers);
    expect(accounts.layers).toMatchObject([
      { storedBytes: 12, contributedBytes: 4, wastedBytes: 8, snapshotBytes: 12, entries: 4 },
      { storedBytes: 2, contributedBytes: 0, wastedBytes: 2, snapshotBytes: 6, entries: 1 },
      { storedBytes: 3, contributedBytes: 3, wastedBytes: 0, snapshotBytes: 7, entries: 2 },
    ]);
    expect(accounts).toMatchObject({ storedBytes: 17, finalBytes: 7, wastedBytes: 10 });
    expect(accounts.wastedByCause).toMatchObject({ deleted: 8, rewritten: 2 });
    expect(accounts.paths).toEqual({ files: 3, directories: 1, symlinks: 0, others: 1 });
  });

  test("in the archive and unpacked are told apart", async () => {
    const tarBytes = layers.map((members) => tar(members).length);
    const plain = (await scanArchive(pack(layers, "plain"))).image.layers;
    expect(plain.map((layer) => [layer.blobBytes, layer.tarBytes])).toEqual(tarBytes.map((size) => [size, size]));
    const gzip = (await scanArchive(pack(layers, "gzip"))).image.layers;
    expect(gzip.map((layer) => layer.tarBytes)).toEqual(tarBytes);
    for (const [index, { blobBytes, compression }] of gzip.entries()) {
      expect(compression).toBe("gzip");
      expect(blobBytes).toBeLessThan(tarBytes[index] as number);
    }
  });

  test("count a layer that the image has twice twice", async () => {
    const layer = [file("f", "1234")];
    const image = await scanLayers(layer, [whiteout("f")], layer);
    expect(image.accounts).toMatchObject({ storedBytes: 8, finalBytes: 4 });
    expect(wasteOf(image)).toEqual(["f 4 deleted 0>1"]);
    expect(wasteOf(await scanLayers(layer, layer))).toEqual(["f 4 identical 0>1"]);
  });
});

test("waste comes largest first, equal sizes oldest first", async () => {
  const { waste } = await accountsOf(
    [file("small", "1"), file("first", "333"), file("large", "55555")],
    [file("second", "333")],
    [whiteout("small"), whiteout("first"), whiteout("second"), whiteout("large")],
  );
  expect(waste.length).toBe(4);
  expect([...waste].map(({ bytes, storedIn }) => [bytes, storedIn])).toEqual([
    [5, 0],
    [3, 0],
    [3, 1],
    [1, 0],
  ]);
  expect(waste.at(4)).toBeUndefined();
});

test("the causes are the six there are", async () => {
  const { wastedByCause } = await accountsOf([]);
  expect(Object.keys(wastedByCause).sort()).toEqual([...WASTE_CAUSES].sort());
});

test("while layers still arrive, the accounting is that of the layers so far", async () => {
  const soFar: object[] = [];
  await scanArchive(pack([[file("a", "1")], [file("a", "22")], [whiteout("a")]], "plain"), {
    onLayer: (_, tree) => {
      const classes = new ContentClasses();
      classes.grow(tree.entryCount);
      const { storedBytes, finalBytes } = accountFor(tree, classes);
      soFar.push({ storedBytes, finalBytes });
    },
  });
  expect(soFar).toEqual([
    { storedBytes: 1, finalBytes: 1 },
    { storedBytes: 3, finalBytes: 2 },
    { storedBytes: 3, finalBytes: 0 },
  ]);
});
