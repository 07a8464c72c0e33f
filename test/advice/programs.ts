/** Other programs, run to their end. */
import { spawn } from "node:child_process";
import { once } from "node:events";

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function output(program: string, args: readonly string[], input?: string): Promise<Output> {
  const child = spawn(program, args);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // Not every program reads all of it.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** What the program prints. @throws Error with what it complains of, unless it succeeds */
export async function run(program: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await output(program, args, input);
  if (code !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}
