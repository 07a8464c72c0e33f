/** The window gets larger and smaller. */
import { expect } from "vitest";
import { displayWidth } from "../../cli/display-width.ts";
import { cursorOn, explore, story } from "../view.ts";

story("every size is filled, keeps the place, and the first one looks again as it did", async () => {
  const terminal = await explore(undefined, { columns: 120, rows: 30 });
  await terminal.keys("j", "j", "j", "j", "j", "Enter", "j");
  await cursorOn(terminal, "root/");
  const before = await terminal.screen();
  for (const [columns, height] of [
    [80, 24],
    [60, 20],
    [200, 50],
    [40, 10],
    [300, 80],
  ] as const) {
    await terminal.resize(columns, height);
    // The hints end in the last row, and nothing of another size is left over.
    const screen = await terminal.waitFor(
      (rows) =>
        rows.length === height &&
        /\benter\b/.test(rows.at(-1) ?? "") &&
        rows[0]?.includes("demo") === true &&
        rows.filter((row) => /wasted · effic/.test(row)).length <= 1,
    );
    expect(screen.filter((row) => displayWidth(row) > columns)).toEqual([]);
    // The cursor is still where it was.
    await cursorOn(terminal, "root/");
  }
  await terminal.resize(120, 30);
  await terminal.waitFor((screen) => screen.join("\n") === before.join("\n"));
});

story("a window that shrinks while files are moved through loses nothing", async () => {
  const terminal = await explore(undefined, { columns: 200, rows: 50 });
  await terminal.keys("t", "Enter", "E", "G");
  for (const columns of [150, 100, 90, 80]) {
    await terminal.resize(columns, 24);
    await terminal.keys("k");
  }
  // Four rows above the last.
  const screen = await terminal.waitFor(/▸ Files.* 86 of 90/);
  await terminal.waitFor((rows) => rows.length === 24);
  expect(screen.filter((row) => displayWidth(row) > 80)).toEqual([]);
});
