import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hasTmux, Tmux } from "./tmux.ts";

const directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));
const program = `${process.execPath} ${join(directory, "session-program.mjs")}`;

beforeAll(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL("session-program.ts", import.meta.url)),
    platform: "node",
    // Never loaded here; with parts that no bundle can hold.
    external: ["dockerode", "undici"],
    resolve: { conditionNames: ["@layerscope/source", "node", "import"] },
    logLevel: "silent",
  });
  await bundle.write({ file: join(directory, "session-program.mjs"), format: "esm", codeSplitting: false });
  await bundle.close();
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Everything about a terminal that a program could leave behind. */
const STATE = ["alternate_on", "cursor_flag", "wrap_flag", "mouse_any_flag", "mouse_sgr_flag", "keypad_cursor_flag"];

/** How the terminal is set up, as a shell sees it. @param when a word, since an earlier answer may still be shown */
async function settings(terminal: Tmux, when: string): Promise<string> {
  terminal.enter(`clear; echo before; echo ${when}-$(stty -g)-end`);
  const [, mode = ""] = await terminal.waitFor(new RegExp(`^${when}-(.*)-end$`, "m"));
  return [mode, ...STATE.map((variable) => `${variable}=${terminal.ask(variable)}`)].join(" ");
}

/** Starts the program in a shell; the terminal must be as it was when `use` is done. */
async function inTerminal(
  use: (terminal: Tmux, pid: number) => Promise<void>,
  { env = {}, command = program }: { env?: NodeJS.ProcessEnv; command?: string } = {},
): Promise<void> {
  using terminal = new Tmux(env);
  const before = await settings(terminal, "first");
  terminal.enter(`${command}; echo "code-$?"`);
  const [, pid] = await terminal.waitFor(/^view 80x24 pid (\d+)$/m);
  expect(terminal.ask("alternate_on")).toBe("1");
  await use(terminal, Number(pid));
  // What was on the screen before is there again.
  await terminal.waitFor(/^before$/m);
  expect(await settings(terminal, "last")).toBe(before);
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.skipIf(!hasTmux())(`a terminal session${hasTmux() ? "" : " (skipped: no tmux)"}`, () => {
  test("gives the terminal back when the view is left", () =>
    inTerminal(async (terminal) => {
      expect(terminal.ask("cursor_flag")).toBe("0");
      expect(terminal.ask("mouse_sgr_flag")).toBe("1");
      await terminal.waitFor(/^end of row 3 -+\|$/m);
      terminal.type("q");
      await terminal.waitFor(/code-0/);
    }));

  test.each([
    ["an error nobody caught", "t", /unexpected error: Error: thrown on purpose[\s\S]*code-2/],
    ["a rejection nobody caught", "r", /unexpected error: Error: rejected on purpose[\s\S]*code-2/],
    ["the end of the process", "x", /code-7/],
  ])("gives the terminal back after %s, and says what it was", (_, key, shown) =>
    inTerminal(async (terminal) => {
      terminal.type(key);
      await terminal.waitFor(shown);
    }),
  );

  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
  ] as const)("gives the terminal back after %s", (signal, code) =>
    inTerminal(async (terminal, pid) => {
      process.kill(pid, signal);
      await terminal.waitFor(new RegExp(`code-${code}`));
    }),
  );

  test("Ctrl-Z leaves the terminal to the shell, and fg brings the view back", () =>
    inTerminal(
      async (terminal) => {
        for (const round of ["a", "b"]) {
          terminal.type(round);
          terminal.press("C-z");
          await terminal.waitFor(/Stopped.*\n.*$/);
          expect(terminal.ask("alternate_on")).toBe("0");
          expect(terminal.ask("mouse_any_flag")).toBe("0");
          terminal.enter("stty -a | grep -ow -e icanon -e echo");
          await terminal.waitFor(/^icanon\necho$/m);
          terminal.enter("clear; echo before");
          terminal.resize(90, 24);
          terminal.resize(80, round === "a" ? 20 : 24);
          terminal.enter("fg");
          await terminal.waitFor(round === "a" ? /^view 80x20/ : /^view 80x24/);
          await terminal.waitFor(new RegExp(`^keys: .*${round} ctrl\\+z$`, "m"));
        }
        terminal.type("q");
        await terminal.waitFor(/fg/);
      },
      { command: program },
    ));

  test("a stop from outside leaves the terminal to the shell, too", () =>
    inTerminal(async (terminal, pid) => {
      process.kill(pid, "SIGTSTP");
      await terminal.waitFor(/^before[\s\S]*Stopped/);
      terminal.enter("fg");
      await terminal.waitFor(/^view 80x24/);
      terminal.type("jq");
      await terminal.waitFor(/ fg\n.*\n.*$/);
    }));

  test("the view comes back after a stop that it could not be told of", () =>
    inTerminal(async (terminal, pid) => {
      process.kill(pid, "SIGSTOP");
      await terminal.waitFor(/Stopped/);
      // Nobody has made Enter what it is in a shell.
      terminal.type("stty sane; fg");
      terminal.press("C-j");
      await terminal.waitFor(/^view 80x24[\s\S]*end of row 3 -+\|$/m);
      terminal.type("jq");
      await terminal.waitFor(/^before[\s\S]*Stopped|^before/);
    }));

  test("ending a stopped process leaves the terminal alone", () =>
    inTerminal(async (terminal, pid) => {
      terminal.press("C-z");
      await terminal.waitFor(/Stopped/);
      process.kill(pid, "SIGTERM");
      process.kill(pid, "SIGCONT");
      // The shell says so with its next prompt.
      while (!terminal.shown().includes("Done(143)")) {
        await sleep(100);
        terminal.press("Enter");
      }
    }));

  test("where no shell could continue it, Ctrl-Z does nothing for good", async () => {
    using terminal = new Tmux();
    terminal.enter(`exec ${program}`);
    await terminal.waitFor(/^view/);
    terminal.press("C-z");
    await sleep(400);
    terminal.type("j");
    await terminal.waitFor(/^keys: ctrl\+z j$/m);
  });

  test("another program gets all keys while it has the terminal, and Ctrl-C is its own", () =>
    inTerminal(async (terminal) => {
      terminal.type("ah");
      await terminal.waitFor(/^before[\s\S]*child is here/);
      expect(terminal.ask("alternate_on")).toBe("0");
      terminal.enter("typed line");
      await terminal.waitFor(/child got typed line/);
      terminal.press("C-c");
      await terminal.waitFor(/^view 80x24/);
      terminal.type("b");
      await terminal.waitFor(/^keys: a h b$/m);
      terminal.type("q");
      await terminal.waitFor(/code-0/);
    }));

  test("keys come from the terminal when standard input is something else, which stays whole", () =>
    inTerminal(
      async (terminal) => {
        await terminal.waitFor(/^keys: <an image>$/m);
        terminal.type("jh");
        await terminal.waitFor(/child is here/);
        terminal.enter("line");
        await terminal.waitFor(/child got line/);
        terminal.press("Enter");
        await terminal.waitFor(/^keys: <an image> j h$/m);
        terminal.press("Up");
        await terminal.waitFor(/^keys: <an image> j h up$/m);
        terminal.type("q");
        await terminal.waitFor(/code-0/);
      },
      { env: { READ_INPUT: "1" }, command: `(sleep 0.5; echo an image) | ${program}` },
    ));

  test("what is typed before anybody listens is kept, in order", async () => {
    using terminal = new Tmux({ LISTEN_AFTER: "1500" });
    terminal.enter(program);
    await terminal.waitUntil("alternate_on", "1");
    terminal.type("abc");
    terminal.press("Up", "Escape");
    await sleep(200);
    terminal.type("d");
    await terminal.waitFor(/^keys: a b c up esc d$/m);
  });

  test("what is typed before the program is there is kept", async () => {
    using terminal = new Tmux();
    terminal.enter(`sleep 1; ${program}`);
    await sleep(300);
    terminal.type("soon");
    await terminal.waitFor(/^keys: s o o n$/m);
  });

  test("a new size is told and painted", () =>
    inTerminal(async (terminal) => {
      terminal.resize(100, 30);
      await terminal.waitFor(/^view 100x30[\s\S]*end of row 3 -{86}\|$/m);
      terminal.resize(80, 24);
      await terminal.waitFor(/^view 80x24[\s\S]*end of row 3 -{66}\|$/m);
      terminal.type("q");
      await terminal.waitFor(/code-0/);
    }));

  test("the mouse can be switched off", () =>
    inTerminal(async (terminal) => {
      terminal.type("m");
      await terminal.waitUntil("mouse_any_flag", "0");
      terminal.type("q");
      await terminal.waitFor(/code-0/);
    }));

  test("the process ends when its terminal is gone", async () => {
    let pid: number;
    {
      using terminal = new Tmux();
      // A shell would pass SIGHUP on; this leaves only the terminal itself to notice.
      terminal.enter(`exec ${program}`);
      pid = Number((await terminal.waitFor(/^view 80x24 pid (\d+)$/m))[1]);
    }
    await vi.waitUntil(() => !isAlive(pid), { timeout: 30_000 });
  });
});
