/** Files for tests; all are removed when the test file is done. */
import { execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { temporaryFile, temporaryPath } from "../../../test/temporary-directory.ts";
import { OpenFile } from "../src/source/open-file.ts";

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
