/** Which layers touched a path. */
import { expect } from "vitest";
import { cursorOn, explore, story } from "../view.ts";

story("a path has a history: what each layer did to it, and Enter goes there", async () => {
  const terminal = await explore();
  await terminal.keys("/");
  await terminal.text("/app/package-lock.json");
  await terminal.keys("Tab");
  await terminal.waitFor("Search all layers");
  await terminal.keys("Enter");
  await cursorOn(terminal, "package-lock.json");
  await terminal.keys("H");
  const screen = await terminal.waitFor("History of a path");
  expect(screen.join("\n")).toMatch(/\/app\/package-lock\.json\n.*stored 3 times, 57\.5 kB, of which 38\.\d kB wasted/);
  expect(screen.join("\n")).toMatch(/4 \+ added[\s\S]*6 = identical[\s\S]*8 \* metadata/);
  await terminal.keys("g", "j");
  await cursorOn(terminal, "identical");
  await terminal.keys("Enter");
  await terminal.waitFor("▸ Files  what layer 6 did");
  await cursorOn(terminal, "package-lock.json");
  // First what was searched for goes, then one goes back.
  await terminal.keys("BSpace", "BSpace");
  await terminal.waitFor("History of a path");
});
