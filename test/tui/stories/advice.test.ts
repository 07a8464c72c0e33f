/** What could be done about an image, and which packages are in it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { COMMAND, layerscope } from "../../cli/command.ts";
import { displayWidth } from "../../cli/display-width.ts";
import { temporaryFile, temporaryPath } from "../../temporary-directory.ts";
import { adviceImage } from "../advice-image.ts";
import { Terminal } from "../tmux.ts";
import { cursorOn, explore, footer, story } from "../view.ts";

/** The cursor of the list of findings on that of a rule. */
async function downTo(terminal: Terminal, rule: string): Promise<void> {
  const rows = await terminal.waitFor(rule);
  const first = rows.findIndex((row) => row.includes("need not be stored")) + 1;
  const steps = rows.findIndex((row) => row.includes(rule)) - first;
  for (let step = 0; step < steps; step++) await terminal.keys("j");
  await cursorOn(terminal, rule);
}

/** The image in the view, from a directory with a configuration. */
function inDirectory(cwd: string, config: string): Promise<Terminal> {
  mkdirSync(cwd);
  writeFileSync(join(cwd, "layerscope.yaml"), config);
  return explore(image, { cwd });
}

const image = temporaryFile(adviceImage(), "shop.tar");

story("advice says what to change, Enter goes to the files, and Escape back to the same finding", async () => {
  const terminal = await explore(image);
  await terminal.keys("3");
  await terminal.waitFor(/400 kB need not be stored · 48\.0 % of 833 kB · 1 secret/);
  await downTo(terminal, "downloaded-then-removed");
  await terminal.waitFor("▸ Advice");
  await terminal.waitFor(/What one RUN downloaded is removed by another[\s\S]*─ Finding[\s\S]*Why it matters/);
  await terminal.keys("Tab", "G");
  await terminal.waitFor(/▸ Finding[\s\S]*&& apt-get install -y --no-install-recommends curl/);
  await terminal.waitFor(/Layer 1 +RUN apt-get update/);
  await terminal.keys("BTab", "Enter");
  await terminal.waitFor(/▸ Files {2}what layer 1 did/);
  await cursorOn(terminal, "amd64_Packages");
  await terminal.keys("Escape");
  await terminal.waitFor("▸ Advice");
  await cursorOn(terminal, "downloaded-then-removed");
  await terminal.keys("y");
  await terminal.waitFor(footer(/Copied the lines/));
});

story("a secret that a later layer removed is a finding, and Enter goes to it", async () => {
  const terminal = await explore(image);
  await terminal.keys("r");
  await downTo(terminal, "secret-in-file");
  const screen = await terminal.waitFor(/in \/srv\/app\/\.npmrc, line 1; layer 3 hides it/);
  expect(screen.join("\n")).not.toContain("Zq3vT8wLmX2rB7nK5sD9");
  await terminal.keys("Enter");
  await terminal.waitFor(/▸ Files {2}what layer 2 did/);
  await cursorOn(terminal, ".npmrc");
});

story("packages are listed with their bytes, and Enter goes to their files", async () => {
  const terminal = await explore(image, { rows: 40 });
  await terminal.keys("4");
  await terminal.waitFor(/7 packages · by size · 423 kB of 433 kB visible/);
  await cursorOn(terminal, "libc6");
  await terminal.keys("s");
  await terminal.waitFor("by name");
  await terminal.keys("g", "j", "j", "j", "j");
  await cursorOn(terminal, "6.11.0");
  await terminal.waitFor("shop needs express, which needs qs");
  await terminal.waitFor(/6\.9\.0 +11\.1 kB, \/srv\/app\/node_modules\/qs\/package\.json/);
  await terminal.keys("Enter");
  await terminal.waitFor(/▸ Files {2}what layer 2 did/);
  await cursorOn(terminal, "index.js");
  await terminal.keys("Escape");
  await cursorOn(terminal, "6.11.0");
});

story("while the image is still being read both views say that they know nothing yet", async () => {
  const terminal = await Terminal.start(
    ["sh", "-c", '{ head -c 20000 "$2"; exec sleep 60; } | exec "$0" "$1" -', process.execPath, COMMAND, image],
    { env: { XDG_CONFIG_HOME: temporaryPath() } },
  );
  await terminal.waitFor("▸ Layers");
  await terminal.keys("3");
  await terminal.waitFor("What could be done is known when all layers are read.");
  await terminal.keys("Enter", "y", "4");
  await terminal.waitFor("Packages are known when all layers are read.");
  await terminal.keys("Enter", "s", "q");
  // The shell waits for what writes into the pipe.
  await terminal.waitFor((screen) => screen.join("") === "");
});

story("in 60 columns and 20 rows both have room for a list and its details", async () => {
  const terminal = await explore(image, { columns: 60, rows: 20 });
  for (const [key, list, details] of [
    ["3", "▸ Advice", "─ Finding"],
    ["4", "▸ Packages", "─ Package"],
  ] as const) {
    await terminal.keys(key);
    const screen = await terminal.waitFor((rows) =>
      [list, details].every((title) => rows.some((row) => row.startsWith(title))),
    );
    expect(screen.filter((row) => displayWidth(row) > 60)).toEqual([]);
  }
});

story("a click selects a finding, a second one goes to its files, the wheel scrolls what is said of it", async () => {
  const terminal = await explore(image, { rows: 24 });
  await terminal.keys("3");
  const row = await terminal.find("downloaded-then-removed");
  await terminal.mouse("press", row.x, row.y);
  await terminal.mouse("release", row.x, row.y);
  await cursorOn(terminal, "downloaded-then-removed");
  const title = await terminal.find("─ Finding");
  await terminal.mouse("wheel-down", 10, title.y + 3);
  await terminal.waitFor((rows) => !(rows[title.y + 1] ?? "").includes("What one RUN downloaded"));
  await terminal.mouse("press", row.x, row.y);
  await terminal.waitFor("▸ Files");
});

story("a saved report has the advice and the packages of its image", async () => {
  const report = temporaryPath("shop.json");
  writeFileSync(report, (await layerscope(["--json", "--files", image])).bytes);
  const listed = async (reference: string, key: string): Promise<string[]> => {
    const terminal = await explore(reference);
    await terminal.keys(key);
    await terminal.waitFor(key === "3" ? "secret-in-file" : /[1-9]\d* packages/);
    return terminal.screen();
  };
  for (const key of ["3", "4"]) {
    const [ofImage, ofReport] = [await listed(image, key), await listed(report, key)];
    // The first row names what was opened.
    expect(ofReport.slice(1)).toEqual(ofImage.slice(1));
  }
});

story("a saved report that does not say what is in files has what can be told without, and says so", async () => {
  const report = temporaryPath("shop.json");
  const all = JSON.parse((await layerscope(["--json", "--files", image])).stdout) as object;
  writeFileSync(report, JSON.stringify({ ...all, inspected: undefined }));
  const terminal = await explore(report);
  await terminal.keys("3");
  await terminal.waitFor("The saved report does not say what is in the files");
  await terminal.waitFor("downloaded-then-removed");
  await terminal.keys("4");
  await terminal.waitFor(/0 packages/);
  await terminal.waitFor("The saved report does not say what is in the files");
});

story("rules are taken as the repository's configuration has them", async () => {
  const cwd = temporaryPath();
  const terminal = await inDirectory(cwd, "rules:\n  downloaded-then-removed: off\n");
  await terminal.keys("3");
  await terminal.waitFor("secret-in-file");
  expect((await terminal.screen()).join("\n")).not.toContain("downloaded-then-removed");
});

story("a configuration that is wrong is told, and the view goes on without it", async () => {
  const terminal = await inDirectory(temporaryPath(), "rules:\n  no-such-rule: off\n");
  await terminal.waitFor(footer(/! Advice goes without the configuration: .*no-such-rule/));
  await terminal.keys("3");
  await terminal.waitFor("downloaded-then-removed");
});
