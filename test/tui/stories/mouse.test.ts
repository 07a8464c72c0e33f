/** The mouse. */
import { expect } from "vitest";
import { cursorOn, explore, footer, story } from "../view.ts";

story("a click selects, a second one opens, the wheel scrolls, and the divider can be dragged", async () => {
  const terminal = await explore();
  const layer = await terminal.find("RUN npm ci");
  await terminal.mouse("press", layer.x, layer.y);
  await terminal.mouse("release", layer.x, layer.y);
  await terminal.waitFor("what layer 5 did");
  await cursorOn(terminal, "RUN npm ci");

  const directory = await terminal.find("▸ app/");
  await terminal.mouse("press", directory.x, directory.y);
  await terminal.mouse("release", directory.x, directory.y);
  await terminal.waitFor("▸ Files");
  await cursorOn(terminal, "app/");
  if ((await terminal.screen()).some((row) => row.includes("▸ app/"))) {
    await terminal.mouse("press", directory.x, directory.y);
    await terminal.mouse("release", directory.x, directory.y);
  }
  await terminal.waitFor("▾ app/");

  await terminal.keys("E");
  await terminal.mouse("wheel-down", directory.x, directory.y);
  await terminal.waitFor((screen) => !screen.some((row) => row.includes("app/")) || /[4-9] of/.test(screen.join()));

  const before = await terminal.find("│");
  await terminal.mouse("press", before.x, 10);
  await terminal.mouse("drag", before.x + 15, 10);
  await terminal.mouse("release", before.x + 15, 10);
  await terminal.waitFor((screen) => (screen[10] ?? "").indexOf("│") === before.x + 15);
});

story("the mouse can be given to the terminal, and taken back", async () => {
  const terminal = await explore();
  expect((await terminal.state()).mouse).toBe(true);
  await terminal.keys("C-t");
  await terminal.waitFor(footer(/mouse is the terminal's/));
  expect((await terminal.state()).mouse).toBe(false);
  await terminal.keys("C-t");
  await terminal.waitFor(footer(/mouse is ours/));
  expect((await terminal.state()).mouse).toBe(true);
});
