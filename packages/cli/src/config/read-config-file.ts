/** The text of a configuration file. */
import { closeSync, openSync, readSync } from "node:fs";
import { LayerscopeError } from "@layerscope/core";

/**
 * Reads a file of at most so many bytes; undefined when there is none.
 * @param shown what errors call it
 * @throws LayerscopeError `unreadable`, or `invalid-config` when it is larger or no UTF-8
 */
export function readConfigFile(path: string, largest: number, shown = path): string | undefined {
  const bytes = Buffer.alloc(largest + 1);
  let length = 0;
  try {
    const file = openSync(path, "r");
    try {
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(file, bytes, length, bytes.length - length, null);
      }
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new LayerscopeError("unreadable", `${shown}: cannot read the configuration: ${message}`, { cause: thrown });
  }
  if (length > largest) {
    throw new LayerscopeError("invalid-config", `${shown}:1:1: a configuration of more than ${largest} bytes`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length));
  } catch (thrown) {
    throw new LayerscopeError("invalid-config", `${shown}:1:1: not UTF-8 text`, { cause: thrown });
  }
}
