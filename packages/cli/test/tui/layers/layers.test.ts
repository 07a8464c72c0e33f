/** The list of layers. */
import { beforeAll, describe, expect, test } from "vitest";
import { dir, file, type Member, whiteout } from "../../../../../fixtures/build/tar.ts";
import { presentLayers } from "../../../src/tui/present/layers.ts";
import { type LayersModel, layerAtRow, layersHeadRows, layersModel } from "../../../src/tui/view-model/layers.ts";
import type { World } from "../../../src/tui/world.ts";
import { ASCII, PLAIN, UNICODE } from "./looks.ts";
import { analysisOf, madeBy, opening, subjectOf, whileReading, worldOf, worldOfDemo } from "./subjects.ts";

const shown = (model: LayersModel, width: number, look = UNICODE, height = 12): string[] =>
  presentLayers(model, { cursor: 0, top: 0 }, true, { width, height }, look).map((row) => row.trimEnd());

describe("the layers of the demo image", () => {
  let demo: World;
  beforeAll(async () => {
    demo = await worldOfDemo({ layers: 2, foundBy: "the history" });
  });

  test.each([24, 32, 60, 100])("in %i columns", async (width) => {
    const rows = shown(layersModel(demo), width);
    await expect(`${rows.join("\n")}\n`).toMatchFileSnapshot(`golden/layers-${width}.txt`);
  });

  test("in ASCII", () => {
    expect(shown(layersModel(demo), 44, ASCII).slice(0, 5)).toMatchInlineSnapshot(`
      [
        " b = base image | 2 layers | 631 kB",
        " #   stored           wasted command",
        " 0b  271 kB #####x   15.6 kB ADD rootfs.t...",
        " 1b  361 kB ###xxxxx  235 kB RUN apt-get ...",
        " 2   122 kB ###              RUN useradd ...",
      ]
    `);
  });

  test("in words", () => {
    expect(shown(layersModel(demo), 120, PLAIN).slice(0, 5)).toMatchInlineSnapshot(`
      [
        "b = base image, 2 layers, 631 kB; own, 8 layers, 652 kB",
        "oldest layer first",
        "selected: layer 0, base image, 271 kB stored, 15.6 kB wasted, 271 kB in total, ADD rootfs.tar.xz /",
        "layer 1, base image, 361 kB stored, 235 kB wasted, 631 kB in total, RUN apt-get update && apt-get install -y --no-ins...",
        "layer 2, 122 kB stored, 753 kB in total, RUN useradd --create-home node && curl -fsSL "https://nodejs.org/dist/v$NODE...",
      ]
    `);
  });

  test("say from which layer changes are counted", () => {
    const rows = presentLayers(layersModel(demo), { cursor: 0, top: 0 }, true, { width: 100, height: 12 }, UNICODE, {
      since: 4,
    });
    expect(rows.filter((row) => row.includes("from here COPY package.json"))).toHaveLength(1);
  });

  test("have sums that are those of the accounting", () => {
    const { rows, base, own } = layersModel(demo);
    const accounts = demo.subject.analysis?.accounts;
    expect(rows.map(({ storedBytes }) => storedBytes)).toEqual(accounts?.layers.map(({ storedBytes }) => storedBytes));
    expect(rows.at(-1)?.totalBytes).toBe(accounts?.storedBytes);
    expect((base?.storedBytes ?? 0) + (own.storedBytes ?? 0)).toBe(accounts?.storedBytes);
  });
});

describe("the base image", () => {
  const labels = { "org.opencontainers.image.base.name": "debian:12" };
  const layers = [[file("a", "x".repeat(2000))], [file("b", "x".repeat(500))]];

  test("has its name, its layers and its size above the list", async () => {
    const analysis = await analysisOf(layers, { config: { Labels: labels } });
    const model = layersModel(worldOf(subjectOf(analysis, { base: { layers: 1, foundBy: "the label" } })));
    const [first, , base, own] = shown(model, 80);
    expect(first).toBe(" b = base image debian:12 · 1 layer · 2.00 kB; own · 1 layer · 500 B");
    expect(base).toMatch(/^ 0b /);
    expect(own).toMatch(/^ 1 {2}/);
  });

  test("is not mentioned where there is none", async () => {
    const model = layersModel(worldOf(subjectOf(await analysisOf(layers))));
    expect(shown(model, 60).join("\n")).not.toContain("base");
    expect(model.own).toEqual({ layers: 2, storedBytes: 2500 });
  });
});

describe("a layer's bar", () => {
  const barOf = async (...layers: Member[][]): Promise<string[]> => {
    const model = layersModel(worldOf(subjectOf(await analysisOf(layers))));
    return shown(model, 40, UNICODE, 9).map((row) => /[█▒]*/.exec(row.slice(11))?.[0] ?? "");
  };

  test("is as long as the layer is large, compared with the largest", async () => {
    expect(await barOf([file("a", "x".repeat(800))], [file("b", "x".repeat(400))], [dir("d")])).toEqual([
      "████████",
      "████",
      "",
    ]);
  });

  test("shows what is wasted with another sign", async () => {
    const bars = await barOf([file("a", "x".repeat(400)), file("b", "x".repeat(400))], [whiteout("a")]);
    expect(bars).toEqual(["████▒▒▒▒", ""]);
  });

  test("shows a little of each, however little it is", async () => {
    const large = file("a", "x".repeat(1_000_000));
    expect(await barOf([large, file("b", "x")], [whiteout("b"), file("c", "x")])).toEqual(["███████▒", "█"]);
    expect(await barOf([large, file("b", "x")], [whiteout("a")])).toEqual(["█▒▒▒▒▒▒▒", ""]);
  });
});

describe("while the image is read", () => {
  const history = madeBy("COPY a /", "RUN /bin/sh -c make # buildkit", "RUN /bin/sh -c rm a # buildkit");
  const layers = [[file("a", "x".repeat(3000))], [file("b", "x".repeat(1000))], [whiteout("a")]];

  test("what is read has its size, and the rest what the manifest says of it", async () => {
    const model = layersModel(worldOf(whileReading(await analysisOf(layers, { history }), 1)));
    expect(model.rows.map(({ status, storedBytes, totalBytes }) => [status, storedBytes, totalBytes])).toEqual([
      ["complete", 3000, 3000],
      ["reading", undefined, undefined],
      ["waiting", undefined, undefined],
    ]);
    expect(shown(model, 60)).toMatchInlineSnapshot(`
      [
        " #  stored            total command",
        " 0 3.00 kB ████████ 3.00 kB COPY a /",
        " 1 2.56 kB compressed       reading: RUN make",
        " 2 1.54 kB compressed       waiting: RUN rm a",
      ]
    `);
    // No room for the word, and another size without it would be wrong.
    expect(shown(model, 24, UNICODE, 5)).toMatchInlineSnapshot(`
      [
        " 0 3.00 kB ████ COPY a /",
        " 1       …      reading…",
        " 2       …      waiting…",
      ]
    `);
  });

  test("nothing is known at first, not even how many layers there are", async () => {
    const model = layersModel(worldOf(opening(await analysisOf(layers))));
    expect(model.rows).toEqual([]);
    expect(shown(model, 40)).toContain(" not known yet");
  });

  test("layers that were not reached before it failed are not waited for", async () => {
    const model = layersModel(worldOf(whileReading(await analysisOf(layers), 1, { phase: "failed" })));
    expect(model.rows.map(({ status }) => status)).toEqual(["complete", "unread", "unread"]);
  });

  test("the same is answered as long as only the progress changes", async () => {
    const subject = whileReading(await analysisOf(layers), 1);
    const model = layersModel(worldOf(subject));
    expect(layersModel(worldOf({ ...subject, progress: undefined }))).toBe(model);
    expect(layersModel(worldOf({ ...subject, version: 2 }))).not.toBe(model);
  });
});

describe("layers that are not whole", () => {
  test("say so", async () => {
    const layers = [[file("a", "1")], [file("b", "2")]];
    const analysis = await analysisOf(layers, { compression: "gzip", broken: { missing: [1], corrupt: [0] } });
    const rows = shown(layersModel(worldOf(subjectOf(analysis))), 60);
    expect(rows[1]).toContain("partial: RUN step 0");
    expect(rows[2]).toContain("absent: RUN step 1");
  });
});

describe("layers without a history", () => {
  test("are known by their digest", async () => {
    const analysis = await analysisOf([[file("a", "1")]], { history: "none" });
    const digest = analysis.image.layers[0]?.reference.digest;
    expect(layersModel(worldOf(subjectOf(analysis))).rows[0]?.command).toBe(digest?.slice(0, 19));
  });

  test("are none where the image has none", async () => {
    const analysis = await analysisOf([], { history: [] });
    expect(shown(layersModel(worldOf(subjectOf(analysis))), 40, UNICODE, 5)).toEqual([" no layers"]);
  });
});

describe("a thousand layers", () => {
  let model: LayersModel;
  beforeAll(async () => {
    model = layersModel(worldOf(subjectOf(await analysisOf(Array.from({ length: 1000 }, () => [file("f", "x")])))));
  });

  test("make only the rows on the screen", () => {
    const rows = presentLayers(model, { cursor: 990, top: 990 }, true, { width: 60, height: 9 }, UNICODE);
    expect(rows).toHaveLength(9);
    expect(rows[0]).toMatch(/^ 990 /);
    expect(rows[8]).toMatch(/^ 998 /);
  });

  test("are found again by the row of the screen", () => {
    expect(layersHeadRows(model, 12)).toBe(1);
    expect([-1, 0, 1, 5, 11, 12].map((row) => layerAtRow(model, row, 990, 12))).toEqual([
      undefined,
      undefined,
      990,
      994,
      undefined,
      undefined,
    ]);
  });

  test("are found where they are shown, at any height", () => {
    for (let height = 1; height < 15; height++) {
      const rows = presentLayers(model, { cursor: 0, top: 100 }, true, { width: 60, height }, UNICODE);
      const found = rows.map((_, row) => layerAtRow(model, row, 100, height));
      expect(found).toEqual(rows.map((row) => (/^ *\d/.test(row) ? Number.parseInt(row, 10) : undefined)));
    }
  });
});
