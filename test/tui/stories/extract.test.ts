/** Files and reports out of the view. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { temporaryPath } from "../../temporary-directory.ts";
import { cursorOn, explore, footer, story } from "../view.ts";

story("what is selected is written to the directory that one says, and it is told what was", async () => {
  const to = temporaryPath();
  const terminal = await explore();
  await terminal.keys("t", "/");
  await terminal.text("/etc/passwd");
  await terminal.keys("Enter");
  await cursorOn(terminal, "passwd");
  await terminal.keys("x");
  await terminal.waitFor(footer(/Write to directory .*extracted/));
  await terminal.keys("C-u");
  await terminal.text(to);
  await terminal.keys("Enter");
  await terminal.waitFor(footer(/Wrote 1 file \(32 B\)/));
  expect(readdirSync(to)).toEqual(["etc"]);
  expect(readFileSync(join(to, "etc/passwd"), "utf8")).toBe("root:x:0:0:root:/root:/bin/bash\n");
});

story("a directory that cannot be is told, and nothing else happens", async () => {
  const terminal = await explore();
  await terminal.keys("t", "Enter", "x", "C-u");
  await terminal.text("/dev/null/x");
  await terminal.keys("Enter");
  await terminal.waitFor(footer(/error: .*\/dev\/null/));
});

story("Escape writes nothing", async () => {
  const folder = temporaryPath();
  mkdirSync(folder);
  const terminal = await explore(undefined, {});
  await terminal.keys("Enter", "x", "C-u");
  await terminal.text(join(folder, "not"));
  await terminal.keys("Escape");
  await terminal.waitFor(footer(/help/));
  expect(readdirSync(folder)).toEqual([]);
});

story("the report is written, and opens in the view again, without contents", async () => {
  const report = temporaryPath("report.json");
  const terminal = await explore();
  await terminal.keys("R", "C-u");
  await terminal.text(report);
  await terminal.keys("Enter");
  await terminal.waitFor(footer(/Wrote the report/));
  expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ complete: true });

  const saved = await explore(report);
  expect((await saved.screen())[0]).toContain("586 kB wasted");
  await saved.keys("]", "]", "]", "]", "c", "Enter", "E");
  await saved.waitFor("package-lock.json");
  await saved.keys("2");
  await saved.waitFor(/247 kB +42\.1 %.*deleted/);
  await saved.keys("1");
  await saved.waitFor("▸ Files");
  await saved.keys("/");
  await saved.text("package-lock.json");
  await saved.keys("Enter");
  await cursorOn(saved, "package-lock.json");
  await saved.keys("Enter");
  await saved.waitFor(/report/);
  await saved.keys("q");
  expect(await saved.exitStatus()).toBe(0);
});
