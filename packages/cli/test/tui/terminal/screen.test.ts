import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Screen } from "../../../src/tui/terminal/screen.ts";
import { openScreen } from "./shown-terminal.ts";

const FULL_CLEAR = "\x1b[2J";
const red = (text: string): string => `\x1b[31m${text}\x1b[39m`;
/** The cursor's row: a background to the end of the row. */
const onBlue = (text: string): string => `\x1b[44m${text}\x1b[49m`;

describe("frames and regions", () => {
  test("a frame fills the screen from its first row", async () => {
    const { screen, terminal } = openScreen(10, 3);
    screen.write("one\ntwo\nthree\nfour");
    screen.flushNow();
    expect(await terminal.shown()).toEqual(["one", "two", "three"]);
    expect(terminal.scrolledOut).toBe(0);
  });

  test("regions lie over the frame, and higher ones over lower ones, in whatever order they came", async () => {
    const { screen, terminal } = openScreen(12, 4);
    screen.setRegion("dialog", { x: 3, y: 1, width: 4, height: 2, level: 1 }, ["DDDD", "D"]);
    screen.setRegion("pane", { x: 0, y: 0, width: 6, height: 3 }, ["pppppp", "pppppp", "pppppp"]);
    screen.write("............\n............\n............\n............");
    screen.flushNow();
    expect(await terminal.shown()).toEqual(["pppppp......", "pppDDDD.....", "pppD   .....", "............"]);
  });

  test("rows are blanked to the width of their region, and without colours", async () => {
    const { screen, terminal } = openScreen(12, 2);
    screen.write("............\n............");
    screen.setRegion("pane", { x: 2, y: 0, width: 6, height: 2 }, [onBlue("ab"), onBlue("abcdef")]);
    screen.flushNow();
    screen.setRegion("pane", { x: 2, y: 0, width: 6, height: 2 }, [onBlue("x")]);
    screen.flushNow();
    expect(await terminal.shown()).toEqual(["..x     ....", "..      ...."]);
    expect(await terminal.isPlain(2, 0)).toBe(false);
    for (const x of [3, 7, 8]) expect(await terminal.isPlain(x, 0)).toBe(true);
    for (const x of [2, 7]) expect(await terminal.isPlain(x, 1)).toBe(true);
  });

  test("a colour that is left on ends with its row", async () => {
    const { screen, terminal } = openScreen(10, 2);
    screen.setRegion("pane", { x: 0, y: 0, width: 5, height: 2 }, ["\x1b[1;44mab", "c"]);
    screen.flushNow();
    expect(await terminal.isPlain(0, 0)).toBe(false);
    expect(await terminal.isPlain(2, 0)).toBe(true);
    expect(await terminal.isPlain(0, 1)).toBe(true);
  });

  test("a region that goes uncovers what it lay over", async () => {
    const { screen, terminal } = openScreen(8, 2);
    screen.write("abcdefgh\nabcdefgh");
    screen.setRegion("dialog", { x: 0, y: 0, width: 8, height: 2, level: 1 }, ["", ""]);
    screen.flushNow();
    expect(await terminal.shown()).toEqual(["", ""]);
    screen.removeRegion("dialog");
    screen.flushNow();
    expect(await terminal.shown()).toEqual(["abcdefgh", "abcdefgh"]);
  });

  test.each([
    ["to the right", { x: 6, y: 0 }, ["......ab", "......ef", "........"]],
    ["to the left", { x: -2, y: 0 }, ["cd......", "gh......", "........"]],
    ["below", { x: 0, y: 2 }, ["........", "........", "abcd...."]],
    ["above", { x: 0, y: -1 }, ["efgh....", "........", "........"]],
    ["altogether", { x: 20, y: 9 }, ["........", "........", "........"]],
  ])("what of a region lies outside the screen %s is left out", async (_, { x, y }, shown) => {
    const { screen, terminal } = openScreen(8, 3);
    screen.write("........\n........\n........");
    screen.setRegion("pane", { x, y, width: 4, height: 2 }, [red("abcd"), red("efgh")]);
    screen.flushNow();
    expect(await terminal.shown()).toEqual(shown);
  });

  test("rows that are wider or more than their region are cut to it", async () => {
    const { screen, terminal } = openScreen(10, 3);
    screen.write("..........\n..........\n..........");
    screen.setRegion("pane", { x: 1, y: 0, width: 5, height: 2 }, [red("abcdefghijkl"), "日本語日本語", "third"]);
    screen.flushNow();
    expect(await terminal.shown()).toEqual([".abcde....", ".日本 ....", ".........."]);
  });

  test("wide characters and combining marks are measured, and what is half covered is not shown", async () => {
    const { screen, terminal } = openScreen(12, 2);
    screen.setRegion("pane", { x: 0, y: 0, width: 12, height: 2 }, ["a日本語e\u0301x", "👩‍👩‍👧 z"]);
    screen.setRegion("dialog", { x: 2, y: 0, width: 4, height: 1, level: 1 }, ["dddd"]);
    screen.flushNow();
    expect(await terminal.shown()).toEqual(["a dddd e\u0301x", "👩‍👩‍👧 z"]);
  });
});

describe("what is written", () => {
  test("nothing is cleared, and nothing written when nothing has changed", () => {
    const { screen, terminal } = openScreen();
    screen.write("frame");
    screen.setRegion("pane", { x: 0, y: 1, width: 20, height: 3 }, ["a", "b", "c"]);
    screen.flushNow();
    screen.write("frame");
    screen.setRegion("pane", { x: 0, y: 1, width: 20, height: 3 }, ["a", "b", "c"]);
    screen.removeRegion("nothing");
    screen.flushNow();
    expect(terminal.writes).toHaveLength(1);
    expect(terminal.writes[0]).not.toContain(FULL_CLEAR);
    expect(screen.paints).toBe(1);
    expect(screen.bytes).toBe(Buffer.byteLength(terminal.writes.join("")));
  });

  test("a row that changes is all that is written, in one synchronized write", () => {
    const { screen, terminal } = openScreen(200, 50);
    const rows = Array.from({ length: 48 }, (_, row) => `row ${row} ${"x".repeat(80)}`);
    screen.setRegion("left", { x: 0, y: 1, width: 100, height: 48 }, rows);
    screen.setRegion("right", { x: 100, y: 1, width: 100, height: 48 }, rows);
    screen.flushNow();
    screen.setRegion("left", { x: 0, y: 1, width: 100, height: 48 }, rows.with(7, red("changed")));
    screen.flushNow();
    expect(terminal.writes.at(-1)).toBe(`\x1b[?2026h\x1b[9;1H\x1b[100X${red("changed")}\x1b[0m\x1b[?2026l`);
  });

  test("a dialog's row is written over the row below it when that changes, and nothing else of either", () => {
    const { screen, terminal } = openScreen(20, 3);
    screen.setRegion("pane", { x: 0, y: 0, width: 20, height: 3 }, ["one", "two", "three"]);
    screen.setRegion("dialog", { x: 5, y: 0, width: 5, height: 2, level: 1 }, ["[  a]", "[  b]"]);
    screen.flushNow();
    screen.setRegion("pane", { x: 0, y: 0, width: 20, height: 3 }, ["one", "TWO", "three"]);
    screen.flushNow();
    expect(terminal.writes.at(-1)).toBe("\x1b[?2026h\x1b[2;1H\x1b[KTWO\x1b[2;6H[  b]\x1b[?2026l");
    screen.setRegion("dialog", { x: 5, y: 0, width: 5, height: 2, level: 1 }, ["[  a]", "[  c]"]);
    screen.flushNow();
    expect(terminal.writes.at(-1)).toBe("\x1b[?2026h\x1b[2;6H[  c]\x1b[?2026l");
  });

  test("what may be wider than it is thought to be cannot push its neighbour aside", () => {
    const { screen, terminal } = openScreen(20, 1);
    const paint = (left: string): string | undefined => {
      screen.setRegion("left", { x: 0, y: 0, width: 10, height: 1 }, [left]);
      screen.setRegion("right", { x: 10, y: 0, width: 10, height: 1 }, ["neighbour"]);
      screen.flushNow();
      return terminal.writes.at(-1);
    };
    paint("plain");
    expect(paint("other")).not.toContain("neighbour");
    expect(paint("☺️ 日本語")).toContain("neighbour");
  });

  test("what changes in one turn of the event loop is painted once", async () => {
    const { screen, terminal } = openScreen();
    for (let step = 0; step < 10; step++) {
      screen.write(`frame ${step}`);
      screen.setRegion("pane", { x: 0, y: 1, width: 10, height: 1 }, [`step ${step}`]);
    }
    await nextTurn();
    await nextTurn();
    expect(terminal.writes).toHaveLength(1);
    expect((await terminal.shown()).slice(0, 2)).toEqual(["frame 9", "step 9"]);
  });

  test("what Ink says of the cursor is not taken for a frame", async () => {
    const { screen, terminal } = openScreen(10, 1);
    screen.write("frame");
    screen.write("\x1b[?25h");
    screen.write("");
    screen.flushNow();
    expect(await terminal.shown()).toEqual(["frame"]);
    expect(terminal.writes.join("")).not.toContain("\x1b[?25h");
  });
});

describe("a terminal that is slow", () => {
  test("is given only the newest frame when it is ready again", async () => {
    const { screen, terminal } = openScreen(10, 1);
    terminal.isReady = false;
    screen.write("first");
    screen.flushNow();
    for (const frame of ["second", "third", "fourth"]) {
      screen.write(frame);
      screen.flushNow();
      await nextTurn();
    }
    expect(terminal.writes).toHaveLength(1);
    terminal.drain();
    await nextTurn();
    await nextTurn();
    expect(terminal.writes).toHaveLength(2);
    expect(await terminal.shown()).toEqual(["fourth"]);
  });
});

describe("a terminal that others write to, or that changes its size", () => {
  test("is cleared and painted anew when it is ours again, and left alone until then", async () => {
    const { screen, terminal } = openScreen(10, 2);
    screen.write("one\ntwo");
    screen.flushNow();
    screen.pause();
    terminal.scribble("\x1b[Hpager");
    screen.write("one\nthree");
    screen.flushNow();
    await nextTurn();
    expect(terminal.writes).toHaveLength(1);
    screen.resume();
    screen.flushNow();
    expect(await terminal.shown()).toEqual(["one", "three"]);
    expect(terminal.writes).toHaveLength(2);
    expect(terminal.writes[1]?.split(FULL_CLEAR)).toHaveLength(2);
  });

  test("tells Ink of the new size, once", () => {
    const { screen, terminal } = openScreen(10, 2);
    let told = 0;
    screen.on("resize", () => told++);
    screen.repaint();
    expect(told).toBe(0);
    terminal.resize(20, 4);
    screen.repaint();
    screen.repaint();
    expect(told).toBe(1);
    expect([screen.columns, screen.rows]).toEqual([20, 4]);
  });

  test("that does not know its size has 80 columns and 24 rows", () => {
    const screen = new Screen({ columns: 0, write: () => true, once: () => {} });
    expect([screen.columns, screen.rows]).toEqual([80, 24]);
  });
});
