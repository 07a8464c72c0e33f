/** Finding findings, packages and what is wasted in their own lists. */
import { expect } from "vitest";
import { temporaryFile } from "../../temporary-directory.ts";
import { adviceImage } from "../advice-image.ts";
import { cursorOn, explore, footer, story } from "../view.ts";

const image = temporaryFile(adviceImage(), "shop.tar");

story("search in the packages goes from package to package, and comes back from the files", async () => {
  const terminal = await explore(image);
  await terminal.keys("4");
  await terminal.waitFor(/7 packages/);
  await terminal.keys("/");
  await terminal.text("qs");
  await terminal.waitFor(footer(/Search the packages.*2 found · Tab: the packages or all layers/));
  await terminal.keys("Enter");
  await terminal.waitFor(footer(/2 matches for qs/));
  await terminal.waitFor("▸ Packages");
  await cursorOn(terminal, "qs");
  await terminal.keys("Enter");
  await terminal.waitFor("▸ Files");
  await terminal.keys("Escape");
  await terminal.waitFor("▸ Packages");
  await terminal.keys("n");
  await terminal.waitFor(footer(/2 matches for qs/));
  await terminal.keys("Escape");
  await terminal.waitFor(footer(/help/));
  await terminal.keys("n");
  await terminal.waitFor(footer(/Search for something first/));
});

story("a filter of the packages shows only what matches", async () => {
  const terminal = await explore(image);
  await terminal.keys("4");
  await terminal.waitFor(/7 packages/);
  await terminal.keys("f");
  await terminal.text("npm");
  await terminal.waitFor(footer(/4 found/));
  await terminal.keys("Enter");
  const screen = await terminal.waitFor("filter: npm");
  expect(screen.join("\n")).not.toContain("libc6");
  await terminal.keys("Escape");
  await terminal.waitFor("libc6");
});

story("search in the advice is by rule, and in the waste goes into closed groups", async () => {
  const terminal = await explore(image);
  await terminal.keys("3");
  await terminal.waitFor("need not be stored");
  await terminal.keys("/");
  await terminal.text("downloaded-then");
  await terminal.waitFor(footer(/1 found/));
  await terminal.keys("Enter");
  await cursorOn(terminal, "downloaded-then-removed");
  await terminal.keys("2");
  await terminal.waitFor("▸ Waste");
  await terminal.keys("/", "C-u");
  await terminal.text("Packages");
  await terminal.waitFor(footer(/Search the waste.*[1-9]\d* found/));
  await terminal.keys("Enter");
  await cursorOn(terminal, "amd64_Packages");
});
