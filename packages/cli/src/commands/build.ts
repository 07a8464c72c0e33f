/** `layerscope build [ARGS…]`: builds an image with Docker or Podman, and looks at it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { LayerscopeError } from "@layerscope/core";
import { interruption } from "../interruption.ts";
import { type InspectOptions, inspect } from "./inspect.ts";

/** In the order in which they are tried. */
const BUILDERS = ["docker", "podman"] as const;
type Builder = (typeof BUILDERS)[number];

const FORWARDED: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Builds, and opens what was built as `layerscope IMAGE` does. A build that fails leaves its exit code.
 * @param args for the build, none of which is ours
 * @throws LayerscopeError when nothing can be built with, or there is no image in the end
 */
export async function build(args: readonly string[], options: InspectOptions): Promise<void> {
  const { builder, code, id } = await buildImage(args, options);
  if (code !== 0) process.exitCode ||= code;
  if (code !== 0 || interruption.signal.aborted || asksForHelp(args)) return;
  if (id === undefined) throw noImage(builder);
  await lookAt(id, builder, options);
}

interface Ended {
  readonly builder: Builder;
  /** As a shell reports it. */
  readonly code: number;
}

interface Built extends Ended {
  /** Of the image; undefined when there is none. */
  readonly id: string | undefined;
}

async function buildImage(args: readonly string[], options: InspectOptions): Promise<Built> {
  const directory = mkdtempSync(join(tmpdir(), "layerscope-build-"));
  try {
    const own = join(directory, "image-id");
    const theirs = idFileAmong(args);
    const ours = theirs === undefined ? [`--iidfile=${own}`] : [];
    const ended = await run(["build", ...ours, ...args], options);
    return { ...ended, id: readId(theirs ?? own) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Where the user wants the image's ID written to. */
function idFileAmong(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((arg) => arg === "--iidfile" || arg.startsWith("--iidfile="));
  const arg = args[at];
  return arg === "--iidfile" ? args[at + 1] : arg?.slice("--iidfile=".length);
}

function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help");
}

function readId(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

async function lookAt(id: string, builder: Builder, options: InspectOptions): Promise<void> {
  try {
    await inspect(`${builder}:${id}`, options);
  } catch (thrown) {
    if (!(thrown instanceof LayerscopeError) || thrown.code !== "no-such-image") throw thrown;
    throw new LayerscopeError("no-such-image", `${builder} has built ${id}, but its engine does not have it`, {
      cause: thrown,
      choices: thrown.choices,
      hint: "The builder keeps its results to itself. Have it give them to the engine: layerscope build --load …",
    });
  }
}

async function run(args: readonly string[], { json, output }: InspectOptions): Promise<Ended> {
  // What is printed for a script to read must be nothing else.
  const stdout = json && (output === undefined || output === "-") ? process.stderr : "inherit";
  for (const builder of BUILDERS) {
    const child = spawn(builder, args, { stdio: ["inherit", stdout, "inherit"] });
    const code = await ended(child, builder);
    if (code !== undefined) return { builder, code };
  }
  throw new LayerscopeError("no-engine", "neither docker nor podman is installed", {
    hint: "Build elsewhere, and name the image: layerscope IMAGE",
  });
}

/** The exit code; undefined when there is no such program. */
function ended(child: ChildProcess, builder: Builder): Promise<number | undefined> {
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  // Also a second Ctrl-C is for the build, after which we end as well.
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise<number | undefined>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve(undefined);
      else reject(new LayerscopeError("no-engine", `${builder} cannot be run: ${error.message}`, { cause: error }));
    });
    child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  }).finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward);
  });
}

function noImage(builder: Builder): LayerscopeError {
  return new LayerscopeError("no-such-image", `${builder} build has made no image`, {
    hint: "There is one to look at when the result goes to the engine, without -o or --output.",
  });
}
