/** Running a program that is asked one question, and that ends when nobody waits for it any more. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { LayerscopeError, throwIfAborted } from "../../../model/errors.ts";
import { CredentialProblem } from "./credential-problem.ts";

/** How long a helper may take, in milliseconds: some ask a server, or wait for a device to be touched. */
const LONGEST_ANSWER = 30_000;
/** The most that a helper may say, in bytes. */
const LARGEST_OUTPUT = 2 ** 20;

export interface HelperOutput {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly text: string;
}

/**
 * What it prints to its standard output for a line on its standard input. It is started without a shell, and killed
 * with all that it started when it takes or says too much, or the signal fires.
 * @throws CredentialProblem without a subject; LayerscopeError `aborted`
 */
export async function runHelper(
  path: string,
  input: string,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined },
): Promise<HelperOutput> {
  throwIfAborted(signal);
  const child = start(path, env);
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;

    const fail = (error: Error) => {
      settle();
      killWithChildren(child);
      reject(error);
    };
    const onAbort = () => fail(new LayerscopeError("aborted", "stopped on request", { cause: signal?.reason }));
    const timer = setTimeout(
      () => fail(new CredentialProblem(`gave no answer within ${LONGEST_ANSWER / 1000} s`)),
      LONGEST_ANSWER,
    );
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };

    child.on("error", (error) => fail(noStart(error)));
    child.on("close", (exitCode) => {
      settle();
      resolve({ exitCode: exitCode ?? undefined, text: Buffer.concat(chunks).toString("utf8") });
    });
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_OUTPUT) fail(new CredentialProblem("said more than 1 MiB"));
      else chunks.push(chunk);
    });
    // A helper need not read its input, nor all of it, before it ends.
    child.stdin.on("error", () => {});
    child.stdin.end(`${input}\n`);
    signal?.addEventListener("abort", onAbort);
  });
}

type Helper = ChildProcessByStdio<Writable, Readable, null>;

// A helper that is a script waits for the programs it runs; killing only the shell would leave those behind.
const HAS_PROCESS_GROUPS = process.platform !== "win32";

function start(path: string, env: NodeJS.ProcessEnv): Helper {
  try {
    return spawn(path, ["get"], {
      env,
      stdio: ["pipe", "pipe", "ignore"],
      detached: HAS_PROCESS_GROUPS,
      windowsHide: true,
    });
  } catch (thrown) {
    // Some failures come as an event, others at once.
    throw noStart(thrown);
  }
}

function noStart(thrown: unknown): CredentialProblem {
  return new CredentialProblem(`cannot be started (${(thrown as NodeJS.ErrnoException).code})`);
}

function killWithChildren(child: Helper): void {
  child.stdin.destroy();
  child.stdout.destroy();
  if (child.pid === undefined || !HAS_PROCESS_GROUPS) {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}
