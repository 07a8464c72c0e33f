/** What the keys do in the view of one file. */
import { describe, expect, test } from "vitest";
import { dir, file, whiteout } from "../../../../../fixtures/build/tar.ts";
import type { CommandName } from "../../../src/tui/keymap/commands.ts";
import { presentFile } from "../../../src/tui/present/file/file.ts";
import { updateFile } from "../../../src/tui/state/file.ts";
import { type FileState, neededContents, openFileState } from "../../../src/tui/state/file-state.ts";
import { nodeAt, type Opened, OpenedFile, openContent, openPath, testLook, withImage, worldOf } from "./file-image.ts";

const SIZE = { width: 60, height: 12 };

function after({ model, state }: Pick<Opened, "model" | "state">, ...commands: CommandName[]): FileState {
  let next = state;
  for (const command of commands) next = updateFile(next, command, model, SIZE) ?? next;
  return next;
}

const LINES = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join("\n");

const rowsOf = ({ model }: Opened, state: FileState): string[] => presentFile(model, state, SIZE, testLook()).slice(2);

describe("scrolling", () => {
  test.each<[CommandName[], number]>([
    [["move-down"], 1],
    [["move-up"], 0],
    [["page-down"], 9],
    [["page-down", "page-up"], 0],
    [["move-last"], 40],
    [["move-last", "move-down"], 40],
    [["move-last", "move-up"], 39],
    [["move-last", "move-first"], 0],
  ])("%s leads to row %i", async (commands, top) => {
    expect(after(await openContent(LINES), ...commands).position.top).toBe(top);
  });

  test("to the right goes as far as the longest line on the screen", async () => {
    const opened = await openContent(`${"x".repeat(70)}\n`);
    const right = (times: number) => after(opened, ...Array<CommandName>(times).fill("move-right")).left;
    expect([right(1), right(2), right(9)]).toEqual([8, 15, 15]);
  });

  test("through wrapped lines goes row by row, there and back", async () => {
    const opened = await openContent(`${"0123456789".repeat(30)}\n${LINES}`);
    const wrapped = { ...opened, state: after(opened, "toggle-wrap") };
    const seen = [wrapped.state];
    for (let step = 0; step < 8; step++) seen.push(after({ ...opened, state: seen.at(-1) as FileState }, "move-down"));
    // 300 columns are six rows of 55.
    expect(seen.map(({ position, left }) => [position.top, left])).toEqual([
      ...[0, 55, 110, 165, 220, 275].map((left) => [0, left]),
      ...[1, 2, 3].map((line) => [line, 0]),
    ]);
    let back = seen.at(-1) as FileState;
    for (const before of seen.slice(0, -1).reverse()) {
      back = after({ ...opened, state: back }, "move-up");
      expect(back).toEqual(before);
    }
    expect(rowsOf(opened, wrapped.state).slice(0, 7)).toEqual([
      `  1 ${"0123456789".repeat(6).slice(0, 55)}`,
      ...[5, 0, 5, 0].map((digit) => `    ${"0123456789".repeat(7).slice(digit, digit + 55)}`),
      `    ${"0123456789".repeat(3).slice(5)}`,
      "  2 line 1",
    ]);
    const last = after(wrapped, "move-last");
    expect(rowsOf(opened, last).at(-1)).toBe(" 51 line 50");
    expect(rowsOf(opened, last).length).toBe(10);
  });
});

describe("ways of showing it", () => {
  const versions = [
    [file("a", "one\n"), dir("d")],
    [dir("other")],
    [file("a", "two\n")],
    [whiteout("a")],
    [file("a", `three\n${LINES}`)],
  ];

  test("v goes through text, bytes and changes", async () => {
    await withImage(versions, async (image) => {
      const { file: opened, state } = await openPath(image, "a");
      const modes: string[] = [];
      let at = state;
      for (let step = 0; step < 3; step++) {
        const model = await opened.settled(at);
        at = updateFile(at, "file-mode-next", model, SIZE) ?? at;
        modes.push((await opened.settled(at)).body.kind);
      }
      expect(modes).toEqual(["hex", "diff", "text"]);
    });
  });

  test("without a version before there are no changes to show", async () => {
    const opened = await openContent("text\n");
    expect(after(opened, "open-diff").mode).toBe("text");
    expect(after(opened, "file-mode-next", "file-mode-next").mode).toBe("hex");
  });

  test("[ and ] go from version to version, whatever layers are between", async () => {
    await withImage(versions, async (image) => {
      const { file: opened, state, model } = await openPath(image, "a");
      expect(model.versions.map(({ layer, change }) => [layer, change])).toEqual([
        [0, "added"],
        [2, "modified"],
        [3, "removed"],
        [4, "added"],
      ]);
      const layers: number[] = [];
      let at = state;
      for (let step = 0; step < 4; step++) {
        at = updateFile(at, "version-previous", await opened.settled(at), SIZE) ?? at;
        layers.push(at.layer);
      }
      expect(layers).toEqual([3, 2, 0, 0]);
      at = updateFile(at, "version-next", await opened.settled(at), SIZE) ?? at;
      expect(presentFile(await opened.settled(at), at, SIZE, testLook())[1]).toMatch(
        /^layer 2 of versions 0, 2, 3, 4 {2}~ modified {2}4 B/,
      );
    });
  });

  test("{ and } go from change to change", async () => {
    const before = Array.from({ length: 200 }, (_, index) => `line ${index}\n`);
    const later = before.with(50, "x\n").with(100, "y\n").with(150, "z\n");
    await withImage([[file("a", before.join(""))], [file("a", later.join(""))]], async (image) => {
      const opened = await openPath(image, "a", "diff");
      const first = after(opened, "change-next");
      const second = after(opened, "change-next", "change-next");
      expect(rowsOf(opened, first).some((row) => row.includes("+ x") || row.includes("+ y"))).toBe(true);
      expect(second.position.top).toBeGreaterThan(first.position.top);
      expect(after({ ...opened, state: second }, "change-previous")).toEqual(first);
    });
  });

  test("other commands are left to others", async () => {
    const { model, state } = await openContent("text\n");
    expect(updateFile(state, "quit", model, SIZE)).toBeUndefined();
  });
});

describe("what has to be read", () => {
  test("is the content of the layer that stored it, and the one before for its changes", async () => {
    await withImage([[file("a", "1")], [dir("d")], [file("a", "2")], [dir("d")]], (image) => {
      const world = worldOf(image);
      const layers = (mode: "text" | "diff", layer: number) =>
        neededContents(openFileState(nodeAt(image, "a"), layer, mode), world).map((need) => need.layer);
      expect(layers("text", 3)).toEqual([2]);
      expect(layers("diff", 3)).toEqual([2, 0]);
      expect(layers("diff", 1)).toEqual([0]);
      expect(neededContents(openFileState(nodeAt(image, "d"), 3), world)).toEqual([]);
    });
  });

  test("and the beginning is enough for a preview", async () => {
    await withImage([[file("a", "x".repeat(1000))]], async (image) => {
      const opened = new OpenedFile(worldOf(image));
      const model = await opened.settled(openFileState(nodeAt(image, "a"), 0), 100);
      expect(model.notes).toEqual(["the first 100 B of 1.00 kB"]);
      expect(model.body.kind === "text" && model.body.lines.text.length).toBe(100);
    });
  });
});
