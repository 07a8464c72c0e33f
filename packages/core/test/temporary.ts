/** Temporary files for tests; all are removed when the test file is done. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { OpenFile } from "../src/source/open-file.ts";

let directory: string | undefined;
let count = 0;

afterAll(() => {
  if (directory) rmSync(directory, { recursive: true, force: true });
});

/** A path that nothing exists at yet, and whose name says nothing. */
export function temporaryPath(): string {
  directory ??= mkdtempSync(join(tmpdir(), "layerscope-test-"));
  return join(directory, `thing-${count++}`);
}

export function temporaryFile(content: Uint8Array | string): string {
  const path = temporaryPath();
  writeFileSync(path, content);
  return path;
}

/** A FIFO that another process writes the content into. */
export function fifoOf(content: Uint8Array): string {
  const fifo = temporaryPath();
  execFileSync("sh", ["-c", 'mkfifo "$0"', fifo]);
  spawn("sh", ["-c", 'cat "$0" > "$1"', temporaryFile(content), fifo], { stdio: "ignore" });
  return fifo;
}

/** Opens the content as a file, for as long as `use` takes. */
export async function onFile<T>(content: Uint8Array, use: (file: OpenFile) => Promise<T> | T): Promise<T> {
  const path = temporaryFile(content);
  const file = OpenFile.open(path);
  try {
    return await use(file);
  } finally {
    file.close();
    rmSync(path);
  }
}
