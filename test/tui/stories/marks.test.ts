/** What would be saved without what is marked. */
import { expect } from "vitest";
import { cursorOn, explore, story } from "../view.ts";

story("what is marked anywhere adds up, and stays on the screen wherever one goes", async () => {
  const terminal = await explore();
  await terminal.keys("2", "E", "j");
  await cursorOn(terminal, "inary-amd64_Packages");
  await terminal.keys("m");
  await terminal.waitFor(([top = ""]) => top.includes("1 marked: saves 74.0 kB"));
  await terminal.keys("m");
  await terminal.waitFor(([top = ""]) => top.includes("2 marked: saves 132 kB"));
  await terminal.keys("1");
  expect((await terminal.waitFor("Layers"))[0]).toContain("saves 132 kB");
  // A directory of the tree, and all below it.
  await terminal.keys("]", "]", "t");
  await terminal.waitFor("Files  as of layer 2");
  await terminal.keys("/");
  await terminal.text("/usr/local");
  await terminal.keys("Enter");
  await cursorOn(terminal, "local");
  await terminal.keys("m");
  await terminal.waitFor(([top = ""]) => top.includes("3 marked: saves"));
  await terminal.keys("M");
  await terminal.waitFor(([top = ""]) => !top.includes("marked"));
});
