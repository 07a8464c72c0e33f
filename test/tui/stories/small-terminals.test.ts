/** 80 columns have everything, 60 have it in tabs. */
import { expect } from "vitest";
import { displayWidth } from "../../cli/display-width.ts";
import { cursorOn, explore, story } from "../view.ts";

const tooLong = (screen: readonly string[], columns: number): string[] =>
  screen.filter((row) => displayWidth(row) > columns);

story("in 80x24 layers, details and files are beside each other, and all sizes can be read", async () => {
  const terminal = await explore(undefined, { columns: 80, rows: 24 });
  const screen = await terminal.waitFor("▸ Layers");
  const text = screen.join("\n");
  expect(text).toMatch(/Details/);
  expect(text).toMatch(/Files/);
  expect(text).toMatch(/361 kB/);
  expect(text).toMatch(/RUN npm ci/);
  expect(screen[0]).toContain("586 kB wasted");
  expect(tooLong(screen, 80)).toEqual([]);
  await terminal.keys("2");
  await terminal.waitFor(/247 kB +42\.1 %.*deleted/);
  await terminal.keys("?");
  const help = await terminal.waitFor("Keys");
  expect(tooLong(help, 80)).toEqual([]);
});

story("in 60 columns each pane is a tab, and Tab goes through them", async () => {
  const terminal = await explore(undefined, { columns: 60, rows: 24 });
  await terminal.waitFor(/^\[Layers\] Details {2}Files/m);
  await terminal.waitFor(/9 +11\.1 kB/);
  await terminal.keys("j", "j", "j", "j", "j", "Tab");
  await terminal.waitFor("[Details]");
  await terminal.waitFor("Layer 5");
  await terminal.keys("Tab");
  await terminal.waitFor("[Files]");
  await terminal.waitFor(/app\//);
  await terminal.keys("BTab", "BTab");
  await terminal.waitFor("[Layers]");
  await cursorOn(terminal, "RUN npm ci");
  expect(tooLong(await terminal.screen(), 60)).toEqual([]);
  await terminal.keys("2", "E", "j");
  await terminal.waitFor("stored in layer 1");
  expect(tooLong(await terminal.screen(), 60)).toEqual([]);
});

story("a pane has the whole screen, and gives it back", async () => {
  const terminal = await explore(undefined, { columns: 80, rows: 24 });
  await terminal.keys("z");
  await terminal.waitFor((screen) => !screen.join("\n").includes("Files"));
  await terminal.keys("z");
  await terminal.waitFor("Files");
});
