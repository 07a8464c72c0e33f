/** What holds for every row of the layers, the details, the top row and the notes, whatever the image says. */
import { LayerscopeError } from "@layerscope/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { file, whiteout } from "../../../../../fixtures/build/tar.ts";
import { cellWidth } from "../../../src/output/terminal.ts";
import { detailRows, presentDetails } from "../../../src/tui/present/details.ts";
import { presentHeader } from "../../../src/tui/present/header.ts";
import { presentLayers } from "../../../src/tui/present/layers.ts";
import type { Look } from "../../../src/tui/present/look.ts";
import { presentMessages } from "../../../src/tui/present/messages.ts";
import { presentPaneTitle } from "../../../src/tui/present/pane-title.ts";
import { wrapCells } from "../../../src/tui/present/wrap.ts";
import { headerModel } from "../../../src/tui/view-model/header.ts";
import { imageDetails } from "../../../src/tui/view-model/image-details.ts";
import { layerDetails } from "../../../src/tui/view-model/layer-details.ts";
import { layersModel } from "../../../src/tui/view-model/layers.ts";
import { messagesModel } from "../../../src/tui/view-model/messages.ts";
import type { World } from "../../../src/tui/world.ts";
import { ASCII, PLAIN, UNICODE } from "./looks.ts";
import { analysisOf, opening, subjectOf, whileReading, worldOf, worldOfDemo, worldOfFile } from "./subjects.ts";

const HOSTILE = [
  "\u001b[31mred\u001b[0m",
  "日本語ファイル",
  "👩‍👩‍👧‍👦🇩🇪",
  "e\u0301\u0302\u0303",
  "\u202etxt.exe",
  "a\nb\tc\rd",
  "\u0000\u0007\u009b",
  "\ud800",
  "x".repeat(70),
  "字".repeat(40),
  "a b ".repeat(12),
].join(" ");

async function hostileWorlds(): Promise<World[]> {
  const labels = { "org.opencontainers.image.base.name": HOSTILE, [HOSTILE]: HOSTILE, plain: "x" };
  const analysis = await analysisOf(
    [[file("a", "x".repeat(5000))], [file(Buffer.from("n\u001b[2J\xff\n", "latin1"), "y")], [whiteout("a")]],
    {
      tags: [],
      config: {
        Labels: labels,
        Env: [`A=${HOSTILE}`],
        Cmd: [HOSTILE],
        User: HOSTILE,
        WorkingDir: HOSTILE,
        ExposedPorts: { [HOSTILE]: {} },
      },
      history: [
        {
          created_by: `RUN /bin/sh -c ${HOSTILE}; ${HOSTILE} && (${HOSTILE} # buildkit`,
          author: HOSTILE,
          comment: HOSTILE,
          created: HOSTILE,
        },
        { created_by: `COPY ${HOSTILE} /` },
        { comment: HOSTILE },
      ],
      annotations: { [HOSTILE]: HOSTILE },
    },
  );
  const error = new LayerscopeError("corrupt", HOSTILE, { hint: HOSTILE, where: { layer: 0 } });
  const reference = HOSTILE;
  const base = { layers: 2, foundBy: HOSTILE };
  return [
    worldOf(subjectOf(analysis, { reference, base, error, version: 1 })),
    worldOf(whileReading(analysis, 1, { reference, base, version: 2 })),
    worldOf({ ...opening(analysis), reference, version: 3 }),
    worldOf(
      subjectOf(analysis, {
        reference,
        phase: "failed",
        error,
        layers: [],
        tree: undefined,
        image: undefined,
        analysis: undefined,
        version: 4,
      }),
    ),
  ];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them is the purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2066-\u2069\ufeff]/;

function everything(world: World, width: number, height: number, look: Look): string[][] {
  const size = { width, height };
  const marked = { count: 1234, bytes: 5_600_000 };
  const { subject } = world;
  return [
    presentLayers(layersModel(world), { cursor: 1, top: 0 }, true, size, look, { since: 0 }),
    ...[0, 1, 2].map((layer) => presentDetails(layerDetails(world, layer), 0, size, look)),
    presentDetails(imageDetails(world), 0, size, look),
    presentMessages(messagesModel(world), 0, size, look),
    presentHeader(headerModel(world), { width, height: Math.min(1, height) }, look),
    presentHeader(headerModel(world, { marked }), { width, height: Math.min(1, height) }, look),
    height === 0 ? [] : [presentPaneTitle("Layers", subject.reference, true, width, look, { position: "12/345" })],
  ];
}

const EVERY_WIDTH = Array.from({ length: 200 }, (_, index) => index + 1);
const SOME_WIDTHS = [1, 2, 3, 5, 8, 13, 24, 39, 44, 60, 100, 200];

describe("every row", () => {
  let worlds: World[];
  beforeAll(async () => {
    worlds = [...(await hostileWorlds()), await worldOfDemo({ layers: 2, foundBy: "the history" })];
    for (const image of [
      "edge-names/docker-save-26.tar",
      "edge-whiteout/oci-dir-zstd",
      "edge-zero/docker-archive-buildah.tar",
    ]) {
      worlds.push(await worldOfFile(`fixtures/images/${image}`, { version: 10 + worlds.length }));
    }
  });

  test("is as wide as it may be at most, and has nothing in it that a terminal obeys", () => {
    for (const [number, world] of worlds.entries()) {
      for (const look of [UNICODE, ASCII, PLAIN]) {
        for (const width of number === 0 && look === UNICODE ? EVERY_WIDTH : SOME_WIDTHS) {
          for (const row of everything(world, width, 400, look).flat()) {
            if (cellWidth(row) > width || CONTROL.test(row)) expect({ number, width, row }).toBe("a harmless row");
          }
        }
      }
    }
  }, 120_000);

  test("is one of as many as there is room for at most", () => {
    for (const world of worlds) {
      for (let height = 0; height < 14; height++) {
        for (const rows of everything(world, 50, height, UNICODE)) expect(rows.length).toBeLessThanOrEqual(height);
      }
    }
  });
});

describe("wrapping", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "字", "é", "👍", "🇩🇪"), maxLength: 60 });

  test("loses nothing but blanks, and no row is too wide", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 30 }), (words, width) => {
        const rows = wrapCells(words, width);
        expect(rows.join("").replaceAll(" ", "")).toBe(words.replaceAll(" ", ""));
        for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(width);
      }),
    );
  });

  test("breaks at blanks where it can", () => {
    expect(wrapCells("ab cd efgh", 5)).toEqual(["ab cd", "efgh"]);
    expect(wrapCells("ab cdefghij", 5)).toEqual(["ab", "cdefg", "hij"]);
    expect(wrapCells("字字 字字字", 6)).toEqual(["字字", "字字字"]);
    expect(wrapCells("", 5)).toEqual([""]);
  });

  // Work that grows faster than the text would run into the time limit of tests.
  test("a long text is all there", () => {
    for (const unit of ["x", "x ", "字", "é "]) {
      const rows = detailRows([{ kind: "code", text: unit.repeat(100_000 / unit.length), indent: 1 }], 37, UNICODE);
      expect(rows.length).toBeGreaterThan(100_000 / unit.length / 37);
    }
  });
});
