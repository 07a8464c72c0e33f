/** Open a file, search in it, leave. */
import { expect } from "vitest";
import { dockerSaveNew } from "../../../fixtures/build/image.ts";
import { file, symlink, tar } from "../../../fixtures/build/tar.ts";
import { temporaryFile } from "../../temporary-directory.ts";
import { cursorOn, explore, footer, story } from "../view.ts";

const lines = (word: string): string =>
  Array.from({ length: 200 }, (_, i) => `line ${i}${i === 120 ? ` has the ${word}` : ""}\n`).join("");
const image = temporaryFile(
  dockerSaveNew({
    layers: [
      tar([
        file("notes.txt", lines("needle")),
        file("program", Buffer.from("\u007fELF\u0000\u0001\u0002 hello")),
        symlink("link", "notes.txt"),
      ]),
      tar([file("notes.txt", `${lines("thimble")}the end\n`, { mode: 0o600 })]),
    ],
  }),
);

story("a file is opened from the tree, searched in, and left the way one came", async () => {
  const terminal = await explore(image);
  await terminal.keys("Enter");
  await cursorOn(terminal, "notes.txt");
  await terminal.keys("Enter");
  await terminal.waitFor("▸ File ─");
  await terminal.waitFor(/ 1 .*line 0/);
  expect((await terminal.screen()).join("\n")).not.toContain("needle");
  await terminal.keys("/");
  await terminal.text("needle");
  await terminal.waitFor(footer(/Search in the file needle/));
  await terminal.keys("Enter");
  await terminal.waitFor(/121 .*line 120 has the needle/);
  await terminal.keys("G");
  await terminal.waitFor("line 199");
  await terminal.keys("Escape");
  await terminal.waitFor("▸ Files");
  await cursorOn(terminal, "notes.txt");
  await terminal.keys("q");
  expect(await terminal.exitStatus()).toBe(0);
});

story("what changed in a file is shown line by line, and its metadata side by side", async () => {
  const terminal = await explore(image);
  await terminal.keys("j", "Enter");
  await cursorOn(terminal, "notes.txt");
  await terminal.keys("D");
  await terminal.waitFor(/-.*has the needle[\s\S]*\+.*has the thimble/);
  await terminal.waitFor(/0?644.* → .*0?600|rw-r--r--.* → .*rw-------/);
  await terminal.keys("v");
  await terminal.waitFor(/ 1 .*line 0/);
});

story("a program is shown as bytes, a link as what it points to", async () => {
  const terminal = await explore(image);
  await terminal.keys("Enter", "G");
  await terminal.waitFor("program");
  await terminal.keys("/");
  await terminal.text("program");
  await terminal.keys("Enter");
  await cursorOn(terminal, "program");
  await terminal.keys("Enter");
  await terminal.waitFor(/7f 45 4c 46/);
  await terminal.keys("Escape");
  await terminal.waitFor("▸ Files");
  await terminal.keys("/", "C-u");
  await terminal.text("link");
  await terminal.keys("Enter");
  await cursorOn(terminal, "link → notes.txt");
});

story("$PAGER gets the file and the terminal, and gives it back", async () => {
  const terminal = await explore(image, { env: { PAGER: "less -X" } });
  await terminal.keys("Enter", "Enter");
  await terminal.waitFor("▸ File ─");
  await terminal.keys("P");
  await terminal.waitFor((screen) => screen[0] === "line 0");
  await terminal.keys("G");
  await terminal.waitFor("line 199");
  await terminal.keys("q");
  await terminal.waitFor("▸ File ─");
  await terminal.keys("q");
  expect(await terminal.exitStatus()).toBe(0);
  expect(await terminal.state()).toEqual(terminal.stateBefore());
});
