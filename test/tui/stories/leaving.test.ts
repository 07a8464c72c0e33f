/** Ways out, and back in. */
import { mkdirSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { COMMAND, DEMO } from "../../cli/command.ts";
import { temporaryPath } from "../../temporary-directory.ts";
import { modesLeftOn } from "../sequences.ts";
import { HAS_TMUX, Terminal, WITHOUT_TMUX } from "../tmux.ts";
import { allRead, cursorOn, explore, story } from "../view.ts";

describe.skipIf(!HAS_TMUX)(`leaves nothing on the screen, and exit code 0${WITHOUT_TMUX}:`, () => {
  test.each<[title: string, keys: string[]]>([
    ["q", ["q"]],
    ["Ctrl-C", ["C-c"]],
    ["Ctrl-C in the help", ["?", "C-c"]],
    ["Ctrl-C while something is typed", ["/", "a", "C-c"]],
    ["q in the waste", ["2", "q"]],
  ])("%s", async (_, keys) => {
    const terminal = await explore();
    await terminal.keys(...keys);
    expect(await terminal.exitStatus()).toBe(0);
    expect(await terminal.state()).toEqual(terminal.stateBefore());
    expect(modesLeftOn(terminal.bytes())).toEqual(["7", "25"]);
    expect((await terminal.screen()).join("")).toBe("");
  });
});

story("Ctrl-C ends it at once while a pipe is still being read, and leaves no temporary file", async () => {
  const folder = temporaryPath();
  mkdirSync(folder);
  const script = `{ head -c 700000 ${DEMO}; exec sleep 60; } | exec "$0" "$1" -`;
  const terminal = await Terminal.start(["sh", "-c", script, process.execPath, COMMAND], {
    env: { TMPDIR: folder, XDG_CONFIG_HOME: folder },
  });
  await terminal.waitFor(/opening|reading/);
  await terminal.keys("C-c");
  await terminal.waitFor((screen) => screen.join("") === "");
  expect((await terminal.state()).alternateScreen).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

story("Ctrl-Z goes back to the shell, and fg to where one was", async () => {
  const terminal = await Terminal.start(["sh", "-i"], {
    env: { PS1: "shell> ", ENV: undefined, XDG_CONFIG_HOME: "/nowhere" },
  });
  await terminal.waitFor("shell>");
  await terminal.text(`'${process.execPath}' '${COMMAND}' ${DEMO}\r`);
  await allRead(terminal);
  await terminal.keys("j", "j");
  await cursorOn(terminal, "RUN useradd");
  await terminal.keys("C-z");
  await terminal.waitFor(/Stopped[\s\S]*shell>/);
  expect(await terminal.state()).toMatchObject({ alternateScreen: false, cursorVisible: true, mouse: false });
  await terminal.text("echo still here\r");
  await terminal.waitFor(/^still here$/m);
  await terminal.resize(100, 25);
  await terminal.text("fg\r");
  await cursorOn(terminal, "RUN useradd");
  expect(await terminal.state()).toMatchObject({ alternateScreen: true, cursorVisible: false, mouse: true });
  await terminal.waitFor((screen) => screen.length === 25 && /enter/.test(screen.at(-1) ?? ""));
  await terminal.keys("q");
  await terminal.waitFor(/shell> fg[\s\S]*shell>/);
  expect(await terminal.state()).toMatchObject({ alternateScreen: false, cursorVisible: true, mouse: false });
});
