/** Whole screens of the file view and the preview. */
import { snapshotView } from "@layerscope/core";
import { expect, test } from "vitest";
import { dir, file, whiteout } from "../../../../../fixtures/build/tar.ts";
import { cellWidth } from "../../../src/output/terminal.ts";
import { presentFile } from "../../../src/tui/present/file/file.ts";
import { presentPreview } from "../../../src/tui/present/file/preview.ts";
import { type FileMode, openFileState } from "../../../src/tui/state/file-state.ts";
import { fileModel } from "../../../src/tui/view-model/file/model.ts";
import { nodeAt, OpenedFile, openPath, testLook, withImage, worldOf } from "./file-image.ts";

const SETTINGS = [
  "# where it listens",
  "host = 0.0.0.0",
  "port = 80",
  ...Array.from({ length: 20 }, (_, n) => `x${n} = ${n}`),
];
const LATER = [...SETTINGS.with(2, "port = 8080"), "name\t= 日本語 \x1b[31m"];

const LAYERS = [
  [file("etc/app.conf", `${SETTINGS.join("\n")}\n`, { mtime: 1_715_587_200 }), file("etc/old", "old\n")],
  [file("etc/app.conf", `${LATER.join("\n")}\n`, { mtime: 1_715_587_260, mode: 0o600 }), whiteout("etc/old")],
  [dir("etc/app.d"), file("etc/app.d/one", "1".repeat(1500)), file("etc/two", "22\n")],
];

const screen = (path: string, mode: FileMode, width: number, height: number, plain = false): Promise<string> =>
  withImage(LAYERS, async (image) => {
    const { model, state } = await openPath(image, path, mode);
    const rows = presentFile(model, state, { width, height }, testLook({ plain }));
    expect(rows.length).toBeLessThanOrEqual(height);
    for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(width);
    return `\n${rows.join("\n")}\n`;
  });

test("text at 80x24", async () => {
  expect(await screen("etc/app.conf", "text", 80, 24)).toMatchInlineSnapshot(`
    "
    /etc/app.conf                                                         1/24  text
    layer 1 of versions 0, 1  ~ modified  229 B  -rw-------  0:0  2024-05-13 08:01:…
    mode    rw-r--r-- -> rw-------
    size    204 B -> 229 B
    time    2024-05-13 08:00:00 UTC -> 2024-05-13 08:01:00 UTC
      1 # where it listens
      2 host = 0.0.0.0
      3 port = 8080
      4 x0 = 0
      5 x1 = 1
      6 x2 = 2
      7 x3 = 3
      8 x4 = 4
      9 x5 = 5
     10 x6 = 6
     11 x7 = 7
     12 x8 = 8
     13 x9 = 9
     14 x10 = 10
     15 x11 = 11
     16 x12 = 12
     17 x13 = 13
     18 x14 = 14
     19 x15 = 15
    "
  `);
});

test("text at 40x10", async () => {
  expect(await screen("etc/app.conf", "text", 40, 10)).toMatchInlineSnapshot(`
    "
    /etc/app.conf                 1/24  text
    layer 1 of versions 0, 1  ~ modified  2…
    mode    rw-r--r-- -> rw-------
    size    204 B -> 229 B
    time    2024-05-13 08:00:00 UTC -> 2024…
      1 # where it listens
      2 host = 0.0.0.0
      3 port = 8080
      4 x0 = 0
      5 x1 = 1
    "
  `);
});

test("what changed, at 80x24", async () => {
  expect(await screen("etc/app.conf", "diff", 80, 24)).toMatchInlineSnapshot(`
    "
    /etc/app.conf                                 against layer 0  +2 -1  1/12  diff
    layer 1 of versions 0, 1  ~ modified  229 B  -rw-------  0:0  2024-05-13 08:01:…
    mode    rw-r--r-- -> rw-------
    size    204 B -> 229 B
    time    2024-05-13 08:00:00 UTC -> 2024-05-13 08:01:00 UTC
      1   1   # where it listens
      2   2   host = 0.0.0.0
      3     - port = 80
          3 + port = 8080
      4   4   x0 = 0
      5   5   x1 = 1
      6   6   x2 = 2
    … 14 lines without changes
     21  21   x17 = 17
     22  22   x18 = 18
     23  23   x19 = 19
         24 + name    = 日本語 \\e[31m
    "
  `);
});

test("what changed, at 40x10", async () => {
  expect(await screen("etc/app.conf", "diff", 40, 10)).toMatchInlineSnapshot(`
    "
    /etc/app.conf          +2 -1  1/12  diff
    layer 1 of versions 0, 1  ~ modified  2…
    mode    rw-r--r-- -> rw-------
    size    204 B -> 229 B
    time    2024-05-13 08:00:00 UTC -> 2024…
      1   1   # where it listens
      2   2   host = 0.0.0.0
      3     - port = 80
          3 + port = 8080
      4   4   x0 = 0
    "
  `);
});

test("what changed, for a screen reader", async () => {
  expect(await screen("etc/app.conf", "diff", 80, 24, true)).toMatchInlineSnapshot(`
    "
    /etc/app.conf, against layer 0, +2 -1, 1/12, diff
    layer 1 of versions 0, 1, modified, 229 B, -rw-------, 0:0, 2024-05-13 08:01:00…
    mode changed from rw-r--r-- -> rw-------
    size changed from 204 B -> 229 B
    time changed from 2024-05-13 08:00:00 UTC -> 2024-05-13 08:01:00 UTC
      1   1 # where it listens
      2   2 host = 0.0.0.0
      3     removed: port = 80
          3 added: port = 8080
      4   4 x0 = 0
      5   5 x1 = 1
      6   6 x2 = 2
    14 lines without changes
     21  21 x17 = 17
     22  22 x18 = 18
     23  23 x19 = 19
         24 added: name    = 日本語 \\e[31m
    "
  `);
});

test("bytes at 40x10", async () => {
  expect(await screen("etc/two", "hex", 40, 10)).toMatchInlineSnapshot(`
    "
    /etc/two                        0x0  hex
    layer 2  + added  3 B  -rw-r--r--  0:0  
    00000000  32 32 0a                      
    "
  `);
});

test("rows fit whatever the size", async () => {
  for (const mode of ["text", "hex", "diff"] as const) {
    for (const [width, height] of [
      [1, 1],
      [5, 2],
      [20, 3],
      [33, 5],
      [300, 80],
    ] as const) {
      await screen("etc/app.conf", mode, width, height);
      await screen("etc/old", mode, width, height, true);
    }
  }
});

const preview = (path: string, width: number, height: number, plain = false): Promise<string> =>
  withImage(LAYERS, async (image) => {
    const opened = new OpenedFile(worldOf(image));
    const state = openFileState(nodeAt(image, path), 2);
    await opened.settled(state);
    opened.background.close();
    const model = fileModel(opened.world, state, opened, snapshotView(image.tree, image.classes, 2));
    const rows = presentPreview(model, { width, height }, testLook({ plain }));
    expect(rows.length).toBeLessThanOrEqual(height);
    return `\n${rows.join("\n")}\n`;
  });

test("the preview of a file", async () => {
  expect(await preview("etc/app.conf", 60, 8)).toMatchInlineSnapshot(`
    "
    layer 1 of versions 0, 1  ~ modified  229 B  -rw-------  0:0
    mode    rw-r--r-- -> rw-------
    and 2 more changes and notes
    # where it listens
    host = 0.0.0.0
    port = 8080
    x0 = 0
    x1 = 1
    "
  `);
});

test("the preview of a directory", async () => {
  expect(await preview("etc", 60, 8)).toMatchInlineSnapshot(`
    "
    layer 0  + added  directory  drwxr-xr-x  0:0
    3 files below, 1.73 kB; 3 entries in it
    +3 added

      1.50 kB + app.d/
        229 B   app.conf
          3 B + two
    "
  `);
  expect(await preview("etc", 60, 8, true)).toMatchInlineSnapshot(`
    "
    layer 0, added, directory, drwxr-xr-x, 0:0
    3 files below, 1.73 kB; 3 entries in it
    3 +

    app.d/, 1.50 kB, +
    app.conf, 229 B
    two, 3 B, +
    "
  `);
});

test("the preview of a removed file", async () => {
  expect(await preview("etc/old", 60, 8)).toMatchInlineSnapshot(`
    "
    layer 1 of versions 0, 1  - removed  4 B  -rw-r--r--  0:0  …
    removed by layer 1; this is what it was
    old
    "
  `);
});
