/** Programs that are asked for something: started without a shell, and ended when nobody waits for them any more. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { LayerscopeError, throwIfAborted } from "../../model/errors.ts";

/** How long a program may say nothing, in milliseconds. */
const LONGEST_SILENCE = 60_000;
/** How long it may take to end when it is asked to, in milliseconds. */
const LONGEST_END = 2_000;
/** How long its standard error may stay open when it has ended, in milliseconds. */
const LAST_WORDS = 500;
/** The most that is taken of what it prints, in bytes: an answer may not be longer, of errors the end is kept. */
const LARGEST_ANSWER = 16 * 2 ** 20;
const LARGEST_COMPLAINT = 4096;

export interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Other than {@link LONGEST_SILENCE}. */
  readonly longestSilence?: number | undefined;
}

/** How a program ended. */
export interface ProgramEnd {
  /** Undefined when a signal ended it. */
  readonly status: number | undefined;
  /** The last that it printed to its standard error, at most 4 KiB. */
  readonly complaint: string;
}

/**
 * What a program prints, as it comes, and then how it ended. It is ended when the receiver stops before that.
 * @param path as findProgram gives it
 * @throws LayerscopeError `no-engine` when it cannot be started, `unreachable` when it says nothing for too long, `aborted`
 */
export async function* programOutput(
  path: string,
  args: readonly string[],
  { env, signal, longestSilence = LONGEST_SILENCE }: ProgramOptions,
): AsyncGenerator<Uint8Array, ProgramEnd> {
  throwIfAborted(signal);
  const child = spawn(path, args, { env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const end = endOf(child, path);
  const complaint = lastOf(child.stderr);
  const stop = (): void => {
    child.stdout.destroy();
  };
  signal?.addEventListener("abort", stop, { once: true });
  let isSilent = false;
  const throwIfStopped = (): void => {
    throwIfAborted(signal);
    if (isSilent) throw silent(path, longestSilence);
  };
  try {
    const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    for (;;) {
      const timer = setTimeout(() => {
        isSilent = true;
        stop();
      }, longestSilence);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) break;
      yield next.value;
    }
    throwIfStopped();
    return { status: await end, complaint: complaint() };
  } catch (thrown) {
    throwIfStopped();
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", stop);
    await endNow(child, end);
  }
}

/** Runs a program to its end. @throws LayerscopeError as {@link programOutput}, and `limit-exceeded` */
export async function runProgram(
  path: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramEnd & { readonly text: string }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const output = programOutput(path, args, options);
  try {
    for (;;) {
      const { done, value } = await output.next();
      if (done) return { ...value, text: Buffer.concat(chunks).toString() };
      size += value.length;
      if (size > LARGEST_ANSWER) {
        throw new LayerscopeError("limit-exceeded", `${path} printed more than ${LARGEST_ANSWER} bytes`);
      }
      chunks.push(value);
    }
  } finally {
    await output.return({ status: undefined, complaint: "" });
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function endOf(child: Child, path: string): Promise<number | undefined> {
  const end = new Promise<number | undefined>((resolve, reject) => {
    child.once("exit", (status) => {
      // The last of its complaint may still be on the way; what it started may keep the pipe open for ever.
      const timer = setTimeout(() => resolve(status ?? undefined), LAST_WORDS);
      child.once("close", () => {
        clearTimeout(timer);
        resolve(status ?? undefined);
      });
    });
    child.once("error", (cause: NodeJS.ErrnoException) => {
      reject(new LayerscopeError("no-engine", `${path} cannot be started (${cause.code})`, { cause }));
    });
  });
  // Whoever reads the output hears of it when it awaits this.
  end.catch(() => {});
  return end;
}

async function endNow(child: Child, end: Promise<unknown>): Promise<void> {
  child.stdout.destroy();
  child.stderr.destroy();
  const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  if (!isRunning) return;
  child.kill();
  const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_END);
  await end.catch(() => {});
  clearTimeout(timer);
}

function lastOf(stream: Readable): () => string {
  let last = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    last = Buffer.concat([last, chunk]).subarray(-LARGEST_COMPLAINT);
  });
  return () => last.toString();
}

function silent(path: string, milliseconds: number): LayerscopeError {
  return new LayerscopeError("unreachable", `${path} printed nothing for ${milliseconds / 1000} seconds`, {
    hint: "Look whether containerd hangs.",
  });
}
