/** Small files in which people and tools say where things are. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { LayerscopeError, toLayerscopeError } from "../model/errors.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";

const CHUNK_BYTES = 64 * 1024;

/**
 * What is in a file, or undefined when there is none. What is no regular file may be named too: `/dev/null` turns a configuration off.
 * @throws LayerscopeError `unreadable`, `limit-exceeded`
 */
export async function readConfigFile(path: string): Promise<Buffer | undefined> {
  try {
    // Opening a FIFO that nobody writes to would wait for ever. Windows does not have the flag.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const chunks: Buffer[] = [];
    for (let size = 0; ; ) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
      if (size > DEFAULT_LIMITS.jsonBytes) {
        const message = `${path} has more than ${DEFAULT_LIMITS.jsonBytes} bytes, the limit for a configuration file`;
        throw new LayerscopeError("limit-exceeded", message, { where: { source: path } });
      }
    }
  } catch (thrown) {
    const error = toLayerscopeError(thrown, { source: path });
    if (error.code === "not-found") return undefined;
    throw error;
  }
}

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The JSON object in a file; an empty one when the file is empty, undefined when there is none.
 * @throws LayerscopeError `invalid-config`, and those of {@link readConfigFile}
 */
export async function readJsonConfig(path: string): Promise<JsonObject | undefined> {
  const text = (await readConfigFile(path))?.toString("utf8").replace(/^\ufeff/, "");
  if (text === undefined) return undefined;
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the file, in which there may be passwords.
    throw invalidConfig(path, "is not JSON");
  }
  if (!isObject(value)) throw invalidConfig(path, "is not a JSON object");
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A member that is an object, undefined when it is left out.
 * @throws LayerscopeError `invalid-config`
 */
export function objectIn(object: JsonObject | undefined, key: string, path: string): JsonObject | undefined {
  const value = memberOf(object, key);
  if (value === undefined || isObject(value)) return value;
  throw invalidConfig(path, `has something other than an object in "${key}"`);
}

/**
 * A member that is a string, undefined when it is left out or empty.
 * @throws LayerscopeError `invalid-config`
 */
export function textIn(object: JsonObject | undefined, key: string, path: string): string | undefined {
  const value = memberOf(object, key);
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string") return value;
  throw invalidConfig(path, `has something other than text in "${key}"`);
}

/** Go's JSON reader, for which these files are made, takes null for a member that is left out. */
function memberOf(object: JsonObject | undefined, key: string): unknown {
  return object && Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

export function invalidConfig(path: string, problem: string): LayerscopeError {
  return new LayerscopeError("invalid-config", `${path} ${problem}`, {
    where: { source: path },
    hint: "Repair the file, or name the place in the environment.",
  });
}
