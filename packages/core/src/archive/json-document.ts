/** JSON documents of an archive: bounded in size, and read field by field, since anyone may have written them. */
import { isUtf8 } from "node:buffer";
import { LayerscopeError, type Where } from "../model/errors.ts";

export type JsonObject = { readonly [key: string]: unknown };

/** @throws LayerscopeError `invalid-document` */
export function parseJson(bytes: Uint8Array, where: Where): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isUtf8(text)) throw invalidDocument(where, "it is not UTF-8 text");
  try {
    return JSON.parse(text.toString("utf8").replace(/^\ufeff/, ""));
  } catch (thrown) {
    throw new LayerscopeError("invalid-document", `${where.member ?? "the document"} is not JSON`, {
      where,
      cause: thrown,
    });
  }
}

export function invalidDocument(where: Where, problem: string): LayerscopeError {
  return new LayerscopeError("invalid-document", `${where.member ?? "the document"}: ${problem}`, { where });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or an error that names `what` was expected to be one. */
export function asObject(value: unknown, what: string, where: Where): JsonObject {
  if (!isObject(value)) throw invalidDocument(where, `${what} is not an object`);
  return value;
}

/** A field that may be missing or null, and is an array otherwise. */
export function optionalArray(object: JsonObject, key: string, where: Where): readonly unknown[] | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw invalidDocument(where, `"${key}" is not an array`);
  return value;
}

/** A field that may be missing or null, and is text otherwise. */
export function optionalString(object: JsonObject, key: string, where: Where): string | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalidDocument(where, `"${key}" is not a string`);
  return value;
}

/** A field that may be missing, and is a size in bytes otherwise. */
export function optionalSize(object: JsonObject, key: string, where: Where): number | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw invalidDocument(where, `"${key}" is not a size`);
  return value as number;
}

/** An array of strings; null and missing are empty. */
export function stringArray(object: JsonObject, key: string, where: Where): readonly string[] {
  const values = optionalArray(object, key, where) ?? [];
  for (const value of values) {
    if (typeof value !== "string") throw invalidDocument(where, `"${key}" has something in it that is not a string`);
  }
  return values as readonly string[];
}
