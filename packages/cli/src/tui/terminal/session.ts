/** The terminal while the view is up: taken over, handed to other programs for a while, and given back as it was. */
import { writeSync } from "node:fs";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { printError } from "../../output/messages.ts";
import type { InputEvent } from "./input.ts";
import { InputReader } from "./input-reader.ts";
import { Keyboard } from "./keyboard.ts";
import { ASK_BACKGROUND, ENTER, LEAVE, MOUSE_OFF, MOUSE_ON, mayAskBackground } from "./modes.ts";
import type { ScreenOutput } from "./screen.ts";
import { ignoreSignals } from "./signals.ts";

/** An answer that is later than this, in milliseconds, would change the colours while somebody reads. */
const ANSWER_TIME = 1000;
/** How long, in milliseconds, leaving waits for an answer, which else the shell would take for keys. */
const LAST_ANSWER_TIME = 150;
/** Milliseconds in which a stop takes effect. A process that no shell could continue is not stopped at all. */
const STOP_TIME = 200;
/** Milliseconds after which a signal that was sent along with one that was seen, or with a program's end, was seen, too. */
const SIGNAL_TIME = 30;
/** Milliseconds that are left to end in after a signal. */
const END_TIME = 500;
/** As a shell reports a command that a signal ended: 128 and the signal's number. */
const EXIT_SIGNALLED: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
};
const ENDINGS = Object.keys(EXIT_SIGNALLED) as NodeJS.Signals[];
const EXIT_ERROR = 2;

export interface TerminalOptions {
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  readonly env: NodeJS.ProcessEnv;
  readonly mouse: boolean;
}

export interface TerminalListener {
  /** In the order in which it was typed, from the start of the session on. */
  input(event: InputEvent): void;
  resized(): void;
  /** Another program, or the shell, has the terminal from now on. */
  left(): void;
  /** The terminal is ours again, and nothing is known of what it shows. */
  entered(): void;
  /**
   * The process was told to end, or the terminal is gone. It ends with the right code as soon as nothing is left to do,
   * and in half a second anyway.
   */
  closed(): void;
}

/**
 * Takes over the process's terminal. From now on, however the process ends, the terminal is given back as it was. Keys
 * come from standard input, or where an image comes in there, from the controlling terminal.
 * @returns undefined when there is no keyboard
 */
export function openTerminal(options: TerminalOptions): TerminalSession | undefined {
  const session = new TerminalSession(options);
  return session.open() ? session : undefined;
}

export class TerminalSession {
  /** For a screen. What is written while the terminal is not ours is dropped. */
  readonly output: ScreenOutput;
  readonly #stdout: TerminalOptions["stdout"];
  readonly #env: NodeJS.ProcessEnv;
  readonly #reader = new InputReader((event) => this.#deliver(event));
  readonly #keyboard = new Keyboard({ data: this.#reader.push, end: () => this.#hangUp() });
  #listener: TerminalListener | undefined;
  /** What came before anybody listened. */
  #early: InputEvent[] = [];
  /** `away`: another program, or the shell, has the terminal. */
  #state: "closed" | "ours" | "away" = "closed";
  #mouse: boolean;
  #askedAt = Number.NEGATIVE_INFINITY;
  #onAnswer: (() => void) | undefined;
  #onContinued: (() => void) | undefined;

  constructor({ stdout, env, mouse }: TerminalOptions) {
    this.#stdout = stdout;
    this.#env = env;
    this.#mouse = mouse;
    this.output = {
      get columns() {
        return stdout.columns;
      },
      get rows() {
        return stdout.rows;
      },
      write: (text) => this.#state !== "ours" || stdout.write(text),
      once: (event, listener) => stdout.once(event, listener),
    };
  }

  /** @returns whether there is a keyboard; else nothing was done */
  open(): boolean {
    if (!this.#keyboard.open()) return false;
    for (const signal of ENDINGS) process.on(signal, this.#endBySignal);
    process.on("SIGTSTP", this.#stopBySignal);
    process.on("SIGCONT", this.#continue);
    process.on("uncaughtException", this.#crash);
    process.on("exit", this.restore);
    this.#stdout.on("resize", this.#resized);
    this.#stdout.on("error", this.#hangUp);
    this.#enter();
    if (mayAskBackground(this.#env)) {
      this.#askedAt = performance.now();
      this.output.write(ASK_BACKGROUND);
    }
    return true;
  }

  /** Sends everything to the listener, first what has come already. */
  listen(listener: TerminalListener): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const event of early) listener.input(event);
  }

  setMouse(on: boolean): void {
    this.#mouse = on;
    this.output.write(on ? MOUSE_ON : MOUSE_OFF);
  }

  /** Stops the process, and those it is in a pipe with, as Ctrl-Z does elsewhere. Settles when it goes on. */
  async suspend(): Promise<void> {
    if (this.#state !== "ours") return;
    await this.#leave();
    const continued = new Promise<void>((resolve) => {
      this.#onContinued = resolve;
      setTimeout(resolve, STOP_TIME);
    });
    process.off("SIGTSTP", this.#stopBySignal);
    process.kill(0, "SIGTSTP");
    await continued;
    this.#onContinued = undefined;
    // A process that is told to end is continued for it, and what it is told may be seen a little later. Who comes back
    // to a terminal that the shell has would be stopped again, for good.
    await sleep(SIGNAL_TIME);
    this.#comeBack();
  }

  /**
   * Leaves the terminal to a program, such as a pager, for as long as it runs.
   * @throws what `run` throws
   */
  async handOver<T>(run: () => Promise<T>): Promise<T> {
    if (this.#state !== "ours") return run();
    await this.#leave();
    // Ctrl-C and Ctrl-\ go to all programs in the foreground, but are meant for that one.
    const giveBackSignals = ignoreSignals(["SIGINT", "SIGQUIT"]);
    process.off("SIGTSTP", this.#stopBySignal);
    try {
      return await run();
    } finally {
      // Ctrl-C may end the program before this process sees the same Ctrl-C.
      await sleep(SIGNAL_TIME);
      giveBackSignals();
      this.#comeBack();
    }
  }

  /** Gives the terminal back, after what it may still have to answer. */
  async close(): Promise<void> {
    if (this.#state === "ours" && performance.now() - this.#askedAt < ANSWER_TIME) {
      await new Promise<void>((resolve) => {
        this.#onAnswer = resolve;
        setTimeout(resolve, LAST_ANSWER_TIME);
      });
    }
    this.restore();
  }

  /** Gives the terminal back at once. Can be called at any time, more than once. */
  readonly restore = (): void => {
    if (this.#state === "ours") this.#giveBack();
    this.#state = "closed";
    this.#reader.stop();
    for (const signal of ENDINGS) process.off(signal, this.#endBySignal);
    process.off("SIGTSTP", this.#stopBySignal);
    process.off("SIGCONT", this.#continue);
    process.off("uncaughtException", this.#crash);
    process.off("exit", this.restore);
    this.#stdout.off("resize", this.#resized);
  };

  #enter(): void {
    // The mode first: this is where a process in the background is stopped until it is in the foreground.
    this.#keyboard.start();
    this.#state = "ours";
    this.output.write(ENTER + (this.#mouse ? MOUSE_ON : ""));
  }

  /** Unless the process was told to end in the meantime. */
  #comeBack(): void {
    if (this.#state !== "away") return;
    process.on("SIGTSTP", this.#stopBySignal);
    this.#enter();
    // A stopped process is not told of a new size. Node looks at it again when it thinks it was.
    process.kill(process.pid, "SIGWINCH");
    this.#listener?.entered();
  }

  /** Settles when nothing is read any more. */
  async #leave(): Promise<void> {
    this.#state = "away";
    this.#giveBack();
    this.#listener?.left();
    await nextTurn();
  }

  #giveBack(): void {
    writeNow(this.#stdout.fd, LEAVE);
    this.#keyboard.stop();
  }

  #deliver(event: InputEvent): void {
    if (event.type === "background") {
      const isLate = performance.now() - this.#askedAt > ANSWER_TIME;
      this.#askedAt = Number.NEGATIVE_INFINITY;
      this.#onAnswer?.();
      if (isLate) return;
    }
    if (this.#listener === undefined) this.#early.push(event);
    else this.#listener.input(event);
  }

  readonly #resized = (): void => {
    if (this.#state === "ours") this.#listener?.resized();
  };

  readonly #endBySignal = (signal: NodeJS.Signals): void => this.#end(signal);

  readonly #hangUp = (): void => this.#end("SIGHUP");

  #end(signal: NodeJS.Signals): void {
    if (this.#state === "closed") return;
    process.exitCode = EXIT_SIGNALLED[signal] ?? EXIT_ERROR;
    this.restore();
    setTimeout(() => process.exit(), END_TIME).unref();
    this.#listener?.closed();
  }

  readonly #crash = (thrown: unknown): void => {
    this.restore();
    printError(thrown);
    process.exit(EXIT_ERROR);
  };

  readonly #stopBySignal = (): void => {
    void this.suspend();
  };

  readonly #continue = (): void => {
    if (this.#onContinued !== undefined) this.#onContinued();
    else if (this.#state === "ours") {
      // It was stopped in a way that nobody is told of, and the shell has had the terminal since.
      process.off("SIGTSTP", this.#stopBySignal);
      this.#keyboard.stop();
      this.#state = "away";
      this.#comeBack();
    }
  };
}

/** Past the stream, which need not get to write any more. */
function writeNow(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0, tries = 0; done < bytes.length && tries < 100; tries++) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (thrown) {
      // Full for the moment; anything else means that nobody sees it anyway.
      if ((thrown as NodeJS.ErrnoException).code !== "EAGAIN") return;
    }
  }
}
