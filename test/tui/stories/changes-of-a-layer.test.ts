/** What changed in layer 4? */
import { expect } from "vitest";
import { cursorOn, explore, story } from "../view.ts";

story("a layer that is selected says what it ran, what it stores and what it did to which files", async () => {
  const terminal = await explore();
  await terminal.keys("j", "j", "j", "j");
  await cursorOn(terminal, "COPY packa");
  await terminal.waitFor("Layer 4");
  await terminal.waitFor(/Stored +19\.5 kB/);
  await terminal.keys("c", "Enter");
  await terminal.waitFor("▸ Files  what layer 4 did");
  await terminal.keys("E");
  // The command in the details names it, too.
  const screen = await terminal.waitFor(/\+ +19\.2 kB .*package-lock\.json/);
  expect(screen.join("\n")).not.toContain("bin → usr/bin");
});

story("the same layer as a snapshot has what the layers before it left", async () => {
  const terminal = await explore();
  await terminal.keys("]", "]", "]", "]", "t");
  await terminal.waitFor("as of layer 4");
  await terminal.waitFor(/usr\//);
  await terminal.keys("a");
  await terminal.waitFor("layers 1 to 4, since the base image");
  await terminal.keys("w");
  await terminal.waitFor("what is wasted");
  await terminal.keys("v");
  await terminal.waitFor("what layer 4 did");
});

story("changes are counted from a chosen layer to another", async () => {
  const terminal = await explore();
  await terminal.keys("j", "j", "b");
  await terminal.waitFor("Changes are counted from layer 2");
  await terminal.keys("j", "j", "a");
  await terminal.waitFor("changes since layer 2, up to 4");
  const screen = await terminal.waitFor(/\+ .*app\//);
  expect(screen.join("\n")).not.toMatch(/│.*\bvar\//);
});
