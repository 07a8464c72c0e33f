/** Find the biggest waste and see who caused it. */
import { expect } from "vitest";
import { cursorOn, explore, story } from "../view.ts";

story("the biggest waste is two keys away, with who stored it and who hid it, and Enter goes to the file", async () => {
  const terminal = await explore();
  await terminal.keys("2");
  await terminal.waitFor(/586 kB wasted · by cause · 45\.7 % of 1\.28 MB stored/);
  // The largest cause comes first, and in it the largest file.
  await cursorOn(terminal, "deleted");
  await terminal.keys("E", "j");
  await cursorOn(terminal, "inary-amd64_Packages");
  await terminal.waitFor("74.0 kB stored in layer 1 (RUN apt-get update");
  await terminal.waitFor("deleted by layer 2 (RUN useradd");
  await terminal.keys("Enter");
  await terminal.waitFor(/▸ Files {2}what layer \d did/);
  await cursorOn(terminal, "amd64_Packages");
  const screen = await terminal.keys("Escape").then(() => terminal.waitFor("by cause"));
  expect(screen[1]).toContain("▸ Waste");
});

story("waste can be seen by layer and by directory, too", async () => {
  const terminal = await explore();
  await terminal.keys("2", "s");
  await terminal.waitFor(/▸ layer 1 .*RUN apt-get update/);
  await terminal.keys("s");
  await terminal.waitFor(/by directory/);
  await terminal.waitFor(/var\/.* files/);
});
