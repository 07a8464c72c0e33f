/** Gives a file's content to the user's pager or editor. */
import { spawn } from "node:child_process";
import { closeSync, createWriteStream, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isatty } from "node:tty";
import { LayerscopeError, readFile, type ScannedImage } from "@layerscope/core";

export interface HandOff {
  readonly image: ScannedImage;
  readonly node: number;
  readonly layer: number;
  readonly env: NodeJS.ProcessEnv;
  /** Gives the terminal away for as long as `run` takes. Not called before the file is written. */
  readonly handOver: <T>(run: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

/**
 * Shows the whole content in `$PAGER`, or in less or more, and waits until the user has left it.
 * @throws LayerscopeError `not-found` when there is no such program, `unwritable`, and as readFile
 */
export function openInPager(handOff: HandOff): Promise<undefined> {
  const { PAGER } = handOff.env;
  // Without a choice of the user's none that would let the content steer the terminal, as less -R would.
  return openWith(programs(PAGER, ["less", "more"]), "PAGER", handOff);
}

/**
 * Opens a copy of the whole content in `$VISUAL` or `$EDITOR`, or in vi, and waits. What is changed in it is lost.
 * @throws LayerscopeError as {@link openInPager}
 */
export function openInEditor(handOff: HandOff): Promise<undefined> {
  const { VISUAL, EDITOR } = handOff.env;
  return openWith(programs(VISUAL?.trim() ? VISUAL : EDITOR, ["vi"]), "EDITOR", handOff);
}

function programs(chosen: string | undefined, otherwise: readonly string[]): readonly string[] {
  return chosen?.trim() ? [chosen] : otherwise;
}

async function openWith(commands: readonly string[], variable: string, handOff: HandOff): Promise<undefined> {
  const { image, node, layer, env, handOver, signal } = handOff;
  // Nobody else can look into what mkdtemp makes.
  const directory = await mkdtemp(join(tmpdir(), "layerscope-")).catch((thrown: Error) => {
    throw unwritable(tmpdir(), thrown);
  });
  try {
    const path = join(directory, harmlessName(image.tree.paths.nameOf(node)));
    await writeContent(path, readFile(image, node, layer, signal));
    await handOver(() => runFirst(commands, path, variable, env));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeContent(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    // Not for writing, so that an editor says that this is no place to change anything.
    await pipeline(chunks, createWriteStream(path, { flags: "wx", mode: 0o400 }));
  } catch (thrown) {
    throw thrown instanceof LayerscopeError ? thrown : unwritable(path, thrown as Error);
  }
}

function unwritable(path: string, cause: Error): LayerscopeError {
  return new LayerscopeError("unwritable", `${path} cannot be written: ${cause.message}`, { cause });
}

/** The status by which a shell says that it found no such program. */
const NOT_FOUND = 127;

async function runFirst(
  commands: readonly string[],
  path: string,
  variable: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  for (const command of commands) {
    if ((await run(command, path, env)) !== NOT_FOUND) return;
  }
  throw new LayerscopeError("not-found", `there is no program ${commands.join(" or ")}`, {
    hint: `Set ${variable} to one that you have.`,
  });
}

/** The command may have arguments and is the shell's to read; the file is an argument of its own. */
function run(command: string, path: string, env: NodeJS.ProcessEnv): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const keys = openKeys();
    const child = spawn("/bin/sh", ["-c", `${command} "$@"`, command, path], {
      stdio: [keys ?? "inherit", "inherit", "inherit"],
      env,
    });
    if (keys !== undefined) closeSync(keys);
    child.once("error", (cause) => {
      reject(new LayerscopeError("unreadable", `the shell cannot be started: ${cause.message}`, { cause }));
    });
    child.once("exit", resolve);
  });
}

/** An image may come in by standard input: then the keys come from the terminal itself, where there is one. */
function openKeys(): number | undefined {
  if (isatty(0)) return undefined;
  try {
    return openSync("/dev/tty", "r");
  } catch {
    return undefined;
  }
}

const LONGEST_NAME = 80;

/** The end of the name is kept: by it programs know what kind of file it is. */
function harmlessName(name: Uint8Array): string {
  const harmless = Buffer.from(name)
    .toString("latin1")
    .replace(/[^A-Za-z0-9._-]+/g, "_")
    .slice(-LONGEST_NAME)
    .replace(/^[.-]+/, "");
  return harmless === "" ? "file" : harmless;
}
