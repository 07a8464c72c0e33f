/** 200,000 files. */
import { expect } from "vitest";
// @ts-expect-error: JavaScript without declarations
import { make } from "../../../bench/images.mjs";
import { temporaryPath } from "../../temporary-directory.ts";
import { cursorOn, explore, footer, story } from "../view.ts";

story("200,000 files are opened, gone through from end to end, filtered and closed again", async () => {
  const { path } = await make("nodes-200000", temporaryPath());
  const terminal = await explore(path, { columns: 160, rows: 45 });
  await terminal.keys("]", "]", "]", "]", "]", "]", "]", "t", "Enter", "E");
  // All but the root, with chains of single directories as one row.
  const [, rows = ""] = /1 of ([\d,]+)/.exec((await terminal.waitFor(/▸ Files .* 1 of 200,\d{3}/)).join("\n")) ?? [];
  await terminal.keys("G");
  await terminal.waitFor(`${rows} of ${rows}`);
  await terminal.keys("g", "f");
  await terminal.text("/-15\\.js$/");
  await terminal.waitFor(footer(/[1-9][\d,]+ found/));
  await terminal.keys("Enter", "G");
  await cursorOn(terminal, "-15.js");
  await terminal.keys("Escape", "C", "g");
  await cursorOn(terminal, "node_modules/");
  await terminal.keys("q");
  expect(await terminal.exitStatus()).toBe(0);
});
