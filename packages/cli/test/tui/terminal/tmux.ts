/** A shell in a real terminal, which tmux makes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How long anything may take on a busy machine, in milliseconds. */
const PATIENCE = 30_000;

/** Whether there is a tmux to test with. */
export function hasTmux(): boolean {
  try {
    execFileSync("tmux", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export class Tmux implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));

  constructor(env: NodeJS.ProcessEnv = {}) {
    this.#run(["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "sh"], {
      ...process.env,
      LANG: "C.UTF-8",
      PS1: "$ ",
      ENV: "",
      ...env,
    });
  }

  /** Types text, without Enter. */
  type(text: string): void {
    this.#run(["send-keys", "-l", text]);
  }

  /** Presses keys by tmux's names for them. */
  press(...keys: string[]): void {
    this.#run(["send-keys", ...keys]);
  }

  enter(command: string): void {
    this.type(command);
    this.press("Enter");
  }

  resize(columns: number, rows: number): void {
    this.#run(["resize-window", "-x", String(columns), "-y", String(rows)]);
  }

  /** What is on the screen. */
  shown(): string {
    // Lines that were wrapped are one.
    return this.#run(["capture-pane", "-p", "-J"]).replace(/ +$/gm, "").trimEnd();
  }

  /** What tmux knows of the terminal, such as `alternate_on`. */
  ask(variable: string): string {
    return this.#run(["display-message", "-p", `#{${variable}}`]).trim();
  }

  /** Waits until the screen shows it. @returns what was found */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    const end = performance.now() + PATIENCE;
    for (;;) {
      const shown = this.shown();
      const found = pattern.exec(shown);
      if (found) return found;
      if (performance.now() > end) throw new Error(`${pattern} is not on the screen:\n${shown}`);
      await sleep(30);
    }
  }

  /** Waits until tmux knows this of the terminal. */
  async waitUntil(variable: string, value: string): Promise<void> {
    for (const end = performance.now() + PATIENCE; this.ask(variable) !== value; await sleep(20)) {
      if (performance.now() > end) throw new Error(`${variable} is not ${value}`);
    }
  }

  [Symbol.dispose](): void {
    try {
      this.#run(["kill-server"]);
    } finally {
      rmSync(this.#directory, { recursive: true });
    }
  }

  #run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
    return execFileSync("tmux", ["-S", join(this.#directory, "socket"), ...args], { encoding: "utf8", env });
  }
}
