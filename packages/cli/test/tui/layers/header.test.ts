/** The top row, the titles of panes, and the notes. */
import { type Analysis, LayerscopeError } from "@layerscope/core";
import { beforeAll, describe, expect, test } from "vitest";
import { file } from "../../../../../fixtures/build/tar.ts";
import { presentHeader } from "../../../src/tui/present/header.ts";
import { messageRows, presentMessages } from "../../../src/tui/present/messages.ts";
import { presentPaneTitle } from "../../../src/tui/present/pane-title.ts";
import { headerModel, type MarkedSum } from "../../../src/tui/view-model/header.ts";
import { messagesModel } from "../../../src/tui/view-model/messages.ts";
import type { World } from "../../../src/tui/world.ts";
import { ASCII, PLAIN, UNICODE } from "./looks.ts";
import { analysisOf, opening, subjectOf, whileReading, worldOf, worldOfDemo } from "./subjects.ts";

const header = (world: World, width: number, marked?: MarkedSum, look = UNICODE): string =>
  presentHeader(headerModel(world, { marked }), { width, height: 1 }, look)[0] ?? "";

describe("the top row", () => {
  let demo: World;
  let small: Analysis;
  beforeAll(async () => {
    demo = await worldOfDemo();
    small = await analysisOf([[file("a", "x".repeat(3000))], [file("b", "1")]], { tags: ["shop/app:1.2"] });
  });

  test("says less the narrower it is", () => {
    expect([140, 100, 80, 60, 40, 24, 10].map((width) => header(demo, width))).toMatchInlineSnapshot(`
      [
        " layerscope  layerscope/demo:latest  linux/amd64 · 10 layers · 1.28 MB stored · 586 kB wasted · efficiency 54.3 %                    1 note",
        " layerscope/demo:latest  10 layers · 1.28 MB stored · 586 kB wasted · efficiency 54.3 %",
        " layerscope/demo:latest  1.28 MB stored · 586 kB wasted · efficiency 54.3 %",
        " layerscope/demo:latest  586 kB wasted · efficiency 54.3 %",
        " layerscope/demo:latest  586 kB wasted",
        " layerscope/demo:latest",
        " la…atest",
      ]
    `);
  });

  test("always has the sum of what is marked", () => {
    const marked = { count: 3, bytes: 12_400_000 };
    expect([140, 80, 60, 40].map((width) => header(demo, width, marked))).toMatchInlineSnapshot(`
      [
        " layerscope/demo:latest  linux/amd64 · 10 layers · 1.28 MB stored · 586 kB wasted · efficiency 54.3 %       1 note  3 marked: saves 12.4 MB",
        " layerscope/demo:latest  586 kB wasted                  3 marked: saves 12.4 MB",
        " layerscope/demo:latest             3 marked: saves 12.4 MB",
        " layerscope/demo:latest   saves 12.4 MB",
      ]
    `);
  });

  test("shows how far the reading is", () => {
    const world = worldOf(whileReading(small, 1));
    expect([100, 80, 60, 40, 24].map((width) => header(world, width))).toMatchInlineSnapshot(`
      [
        " shop/app:1.2  linux/amd64 · 2 layers · 3.00 kB so far         reading layer 2 of 2  ███░░░░░  41 %",
        " shop/app:1.2  3.00 kB so far              reading layer 2 of 2  ███░░░░░  41 %",
        " shop/app:1.2          reading layer 2 of 2  ███░░░░░  41 %",
        " shop/app:1.2              reading 41 %",
        " shop/app:1.2      41 %",
      ]
    `);
  });

  test("of a stream, of which nobody knows how much is to come, shows what has come", () => {
    const progress = {
      phase: "reading",
      bytes: 4_100_000,
      totalBytes: undefined,
      layers: 0,
      totalLayers: undefined,
    } as const;
    const world = worldOf({ ...opening(small), phase: "reading", progress });
    expect(header(world, 60)).toMatch(/ reading {2}4\.10 MB$/);
  });

  test("says what is being done before and after", () => {
    expect(header(worldOf(opening(small)), 60)).toMatch(/^ layerscope {2}app\.tar .* opening$/);
    const comparing = whileReading(small, 2, { phase: "comparing", version: 3 });
    expect(header(worldOf(comparing), 100)).toMatch(/ comparing contents$/);
  });

  test("says that something is missing, in however few columns", async () => {
    const broken = await analysisOf([[file("a", "1")]], { compression: "gzip", broken: { corrupt: [0] } });
    const world = worldOf(subjectOf(broken));
    expect(header(world, 100)).toContain("incomplete");
    expect(header(world, 16)).toMatch(/!$/);
    expect(header(worldOf(whileReading(broken, 1)), 100)).toContain("incomplete");
  });

  test("is a sentence for screen readers", () => {
    expect(header(demo, 200, { count: 1, bytes: 5 }, PLAIN)).toMatchInlineSnapshot(
      `"layerscope, layerscope/demo:latest, linux/amd64, 10 layers, 1.28 MB stored, 586 kB wasted, efficiency 54.3 %, 1 note, 1 marked: saves 5 B"`,
    );
    expect(header(worldOf(whileReading(small, 1)), 200, undefined, PLAIN)).toMatchInlineSnapshot(
      `"layerscope, shop/app:1.2, linux/amd64, 2 layers, 3.00 kB so far, reading layer 2 of 2  41 %"`,
    );
  });
});

describe("the title of a pane", () => {
  const title = (width: number, focused: boolean, look = UNICODE): string =>
    presentPaneTitle("Layers", "demo.tar", focused, width, look, { position: "3/12" });

  test("tells by a sign, not by its colour alone, which pane has the keys", () => {
    expect([title(40, true), title(40, false), title(40, true, ASCII), title(40, true, PLAIN)]).toEqual([
      "▸ Layers  demo.tar ────────────── 3/12 ─",
      "─ Layers  demo.tar ────────────── 3/12 ─",
      "> Layers  demo.tar -------------- 3/12 -",
      "Layers, demo.tar, 3/12",
    ]);
  });

  test("loses the detail first, then the position", () => {
    expect([28, 24, 18, 14, 6].map((width) => title(width, true))).toMatchInlineSnapshot(`
      [
        "▸ Layers  demo.tar ── 3/12 ─",
        "▸ Layers ──────── 3/12 ─",
        "▸ Layers ── 3/12 ─",
        "▸ Layers ─────",
        "▸ Lay…",
      ]
    `);
  });
});

describe("notes", () => {
  test("come with the gravest first, with what to do, and none twice", async () => {
    const analysis = await analysisOf([[file("a", "1"), file("a", "2")], [file("b", "1")], [file("c", "1")]], {
      compression: "gzip",
      broken: { corrupt: [1], missing: [2] },
    });
    const error = new LayerscopeError("corrupt", "the end is missing", { hint: "Save it again.", where: { layer: 1 } });
    const model = messagesModel(worldOf(subjectOf(analysis, { error })));
    expect(model.messages.map(({ severity }) => severity)).toEqual(["error", "error", "warning", "warning"]);
    expect(model.messages[0]).toEqual({
      severity: "error",
      text: "layer 1: the end is missing",
      hint: "Save it again.",
    });
    expect(model.messages.filter(({ text }) => text.includes("layer 1 could not be read"))).toHaveLength(1);
    expect(messageRows(model, 44, UNICODE).slice(0, 2)).toEqual([
      "error    layer 1: the end is missing",
      "         Save it again.",
    ]);
    expect(messageRows(model, 80, PLAIN)[0]).toBe("error: layer 1: the end is missing");
  });

  test("are wrapped, and only what is on the screen is shown", async () => {
    const model = messagesModel(await worldOfDemo());
    expect(messageRows(model, 30, UNICODE)).toMatchInlineSnapshot(`
      [
        "warning: layer 6 has",
        "  app/public/bundle.css more",
        "  than once; the last one",
        "  counts",
      ]
    `);
    expect(presentMessages(model, 1, { width: 30, height: 1 }, UNICODE)).toEqual([messageRows(model, 30, UNICODE)[1]]);
  });

  test("say that there is nothing to say", async () => {
    const model = messagesModel(worldOf(subjectOf(await analysisOf([[file("a", "1")]]))));
    expect(messageRows(model, 60, UNICODE)).toEqual(["nothing odd was found"]);
  });
});
