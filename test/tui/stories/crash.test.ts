/** Whatever ends the view, the terminal is as it was before. */
import { describe, expect, test } from "vitest";
import { temporaryFile } from "../../temporary-directory.ts";
import { modesLeftOn } from "../sequences.ts";
import { HAS_TMUX, type Terminal, until, WITHOUT_TMUX } from "../tmux.ts";
import { explore, story } from "../view.ts";

async function expectRestored(terminal: Terminal): Promise<void> {
  expect(await terminal.state()).toEqual(terminal.stateBefore());
  expect(modesLeftOn(terminal.bytes())).toEqual(["7", "25"]);
}

describe.skipIf(!HAS_TMUX)(`a signal ends it and restores the terminal${WITHOUT_TMUX}:`, () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGQUIT", 131],
  ] as const)("%s", async (signal, code) => {
    const terminal = await explore();
    expect(await terminal.state()).toMatchObject({ alternateScreen: true, cursorVisible: false, mouse: true });
    await terminal.kill(signal);
    expect(await terminal.exitStatus()).toBe(code);
    await expectRestored(terminal);
    expect((await terminal.screen()).join("\n")).not.toContain("layer");
  });
});

describe.skipIf(!HAS_TMUX)(`a fault in the program is told on the screen one had before${WITHOUT_TMUX}:`, () => {
  test.each([
    ["an exception", `throw new Error("a made-up fault")`],
    ["a rejection that nobody handles", `Promise.reject(new Error("a made-up fault"))`],
  ])("%s", async (_, fault) => {
    const module = temporaryFile(`process.on("SIGUSR2", () => { ${fault} });`, `fault-${fault.length}.mjs`);
    const terminal = await explore(undefined, { env: { NODE_OPTIONS: `--import=${module}` } });
    await terminal.kill("SIGUSR2");
    expect(await terminal.exitStatus()).toBe(2);
    await expectRestored(terminal);
    await terminal.waitFor("a made-up fault");
    expect((await terminal.screen()).join("\n")).not.toContain("Layers");
  });
});

story("a terminal that is closed takes the view with it", async () => {
  const terminal = await explore();
  const pid = await terminal.pid();
  await terminal.hangUp();
  await until(() => !isRunning(pid), "the program outlived its terminal");
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
