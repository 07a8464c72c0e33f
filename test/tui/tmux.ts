/** Runs a program in a real terminal, which tmux is: keys in, screen out. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { plainEnvironment, ROOT } from "../cli/command.ts";
import { type MouseAction, mouseSequence } from "./mouse.ts";

const run = promisify(execFile);

export const HAS_TMUX = spawnSync("tmux", ["-V"]).status === 0;
/** A part of a test's name that says why it is skipped. */
export const WITHOUT_TMUX = HAS_TMUX ? "" : " (skipped: no tmux)";

export interface StartOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Added to the environment; `undefined` takes a variable out of it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** What waiting is for: a part of one row, a pattern of the whole screen (rows end with line feeds), or a question. */
export type Expectation = string | RegExp | ((screen: readonly string[]) => boolean);

/** What a program must put back before it ends. */
export interface TerminalState {
  readonly alternateScreen: boolean;
  readonly cursorVisible: boolean;
  readonly mouse: boolean;
  readonly cursorKeysOfApplications: boolean;
  /** All of `stty -a`. */
  readonly line: string;
}

/** How long anything may take on a busy machine; what is there sooner is seen sooner. */
const PATIENCE = 30_000;
const POLL = 25;
const CONFIG = `
set -g status off
set -s escape-time 0
set -g remain-on-exit on
set -g default-terminal tmux-256color
set -s set-clipboard off
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const running = new Set<string>();

process.on("exit", () => {
  for (const socket of running) spawnSync("tmux", ["-S", socket, "kill-server"], { stdio: "ignore" });
});

export class Terminal {
  readonly #folder: string;
  readonly #socket: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#socket = join(folder, "socket");
  }

  /**
   * Starts a program on a terminal of its own, which goes with the test.
   * @param command program and arguments; what it is told by the shell is in `exitStatus`
   */
  static async start(command: readonly string[], options: StartOptions = {}): Promise<Terminal> {
    const terminal = new Terminal(mkdtempSync(join(tmpdir(), "layerscope-tui-")));
    onTestFinished(() => terminal.#close());
    await terminal.#launch(command, options);
    return terminal;
  }

  async #launch(command: readonly string[], { columns = 120, rows = 30, env = {}, cwd = ROOT }: StartOptions) {
    const file = (name: string): string => quoted(join(this.#folder, name));
    const tmux = `tmux -S ${quoted(this.#socket)}`;
    const variables = Object.entries({ TERM: "xterm-256color", TMUX: undefined, TMUX_PANE: undefined, ...env });
    // The program waits until all it writes is recorded, and the terminal stays when it has ended.
    const script = [
      `stty -a > ${file("line-before")}`,
      `${tmux} wait-for begin`,
      ...variables.map(([name, value]) => (value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`)),
      `sh -c 'echo $$ > "$0"; exec "$@"' ${file("pid")} ${command.map(quoted).join(" ")}`,
      `echo $? > ${file("status.new")}`,
      `mv ${file("status.new")} ${file("status")}`,
      `${tmux} wait-for never`,
    ];
    writeFileSync(join(this.#folder, "launch"), script.join("\n"));
    writeFileSync(join(this.#folder, "config"), CONFIG);
    running.add(this.#socket);
    const size = ["-x", String(columns), "-y", String(rows)];
    const launch = ["sh", join(this.#folder, "launch")];
    await run(
      "tmux",
      ["-S", this.#socket, "-f", join(this.#folder, "config"), "new-session", "-d", ...size, ...launch],
      {
        cwd,
        // Without a locale tmux takes no character for wide.
        env: plainEnvironment({ LC_ALL: "C.UTF-8", TMUX: undefined }),
      },
    );
    await this.#tmux("pipe-pane", "-O", `exec cat >> ${file("bytes")}`);
    await this.#tmux("wait-for", "-S", "begin");
  }

  /** Presses keys: single characters, or tmux's names for the others (`Enter`, `Escape`, `BTab`, `C-c`, `PPage`). */
  async keys(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      if (key.length === 1) await this.text(key);
      else await this.#tmux("send-keys", key);
    }
  }

  /** Types text as it is. */
  async text(text: string): Promise<void> {
    await this.#tmux("send-keys", "-H", ...Array.from(Buffer.from(text), (byte) => byte.toString(16)));
  }

  /** Does something with the mouse at a cell, counted from 0, as a terminal tells programs that asked for it. */
  async mouse(action: MouseAction, x: number, y: number): Promise<void> {
    await this.text(mouseSequence(action, x, y));
  }

  /** The rows of the screen, without the blanks at their ends. */
  async screen(): Promise<string[]> {
    return (await this.#tmux("capture-pane", "-p")).split("\n").slice(0, -1);
  }

  /** The same with the sequences for colours and attributes in it. */
  async paintedScreen(): Promise<string[]> {
    return (await this.#tmux("capture-pane", "-p", "-e")).split("\n").slice(0, -1);
  }

  /** Waits until the screen is as expected, and gives it. */
  async waitFor(expected: Expectation, patience = PATIENCE): Promise<string[]> {
    const end = performance.now() + patience;
    for (;;) {
      const over = performance.now() > end || this.#hasEnded();
      const screen = await this.screen();
      if (matches(screen, expected)) return screen;
      if (over) throw new Error(`${await this.#stateOfThings()}, no ${expected} on the screen:\n${framed(screen)}`);
      await sleep(POLL);
    }
  }

  /** Waits until a row has the text, and gives the row's number and the column at which the text begins. */
  async find(text: string): Promise<{ x: number; y: number }> {
    const screen = await this.waitFor(text);
    const y = screen.findIndex((row) => row.includes(text));
    return { x: screen[y]?.indexOf(text) ?? 0, y };
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** The process id of the program. */
  async pid(): Promise<number> {
    const path = join(this.#folder, "pid");
    await until(() => existsSync(path) && readFileSync(path, "utf8").endsWith("\n"), "the program did not start");
    return Number(readFileSync(path, "utf8"));
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    process.kill(await this.pid(), signal);
  }

  /** Closes the terminal under the program, as when a connection is lost. */
  async hangUp(): Promise<void> {
    await this.#tmux("kill-server");
  }

  /** Waits for the end of the program; what a shell says of how it ended (128 and the number of a signal). */
  async exitStatus(): Promise<number> {
    try {
      await until(() => this.#hasEnded(), "the program did not end");
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}:\n${framed(await this.screen())}`);
    }
    return Number(readFileSync(join(this.#folder, "status"), "utf8"));
  }

  /** The state of the terminal before the program ran. */
  stateBefore(): TerminalState {
    const line = readFileSync(join(this.#folder, "line-before"), "utf8");
    return { alternateScreen: false, cursorVisible: true, mouse: false, cursorKeysOfApplications: false, line };
  }

  /** The state of the terminal now. */
  async state(): Promise<TerminalState> {
    const flags = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag} #{pane_tty}";
    const [alternate, cursor, mouse, keys, tty = ""] = (await this.#tmux("display-message", "-p", flags))
      .trim()
      .split(" ");
    return {
      alternateScreen: alternate === "1",
      cursorVisible: cursor === "1",
      mouse: mouse === "1",
      cursorKeysOfApplications: keys === "1",
      line: execFileSync("sh", ["-c", `stty -a < ${quoted(tty)}`], { encoding: "utf8" }),
    };
  }

  /** Every byte that was written to the terminal so far, one character a byte. */
  bytes(): string {
    const path = join(this.#folder, "bytes");
    return existsSync(path) ? readFileSync(path, "latin1") : "";
  }

  #hasEnded(): boolean {
    return existsSync(join(this.#folder, "status"));
  }

  async #stateOfThings(): Promise<string> {
    return this.#hasEnded() ? `the program ended with ${await this.exitStatus()}` : "the program runs";
  }

  async #tmux(...args: string[]): Promise<string> {
    return (await run("tmux", ["-u", "-S", this.#socket, ...args], { maxBuffer: 1 << 24 })).stdout;
  }

  #close(): void {
    spawnSync("tmux", ["-S", this.#socket, "kill-server"], { stdio: "ignore" });
    running.delete(this.#socket);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function matches(screen: readonly string[], expected: Expectation): boolean {
  if (typeof expected === "string") return screen.some((row) => row.includes(expected));
  return expected instanceof RegExp ? expected.test(screen.join("\n")) : expected(screen);
}

function framed(screen: readonly string[]): string {
  const bottom = screen.findLastIndex((row) => row !== "") + 1;
  return screen
    .slice(0, bottom)
    .map((row) => `  | ${row}`)
    .join("\n");
}

/** Asks again and again until the answer is yes. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  otherwise: string | (() => string),
  patience = PATIENCE,
): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(typeof otherwise === "string" ? otherwise : otherwise());
    await sleep(POLL);
  }
}
