/** The published schema of CycloneDX 1.6 as a validator. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

const require = createRequire(import.meta.url);
const directory = join(dirname(require.resolve("@cyclonedx/cyclonedx-library/package.json")), "res/schema");
const read = (name: string): object =>
  JSON.parse(readFileSync(join(directory, `${name}.SNAPSHOT.schema.json`), "utf8")) as object;

/** Of the SPDX license list. */
export const PUBLISHED_LICENSES = new Set((read("spdx") as { enum: string[] }).enum);

const ajv = new Ajv({ strict: false });
for (const name of ["spdx", "jsf-0.82", "cryptography-defs"]) {
  const { $id: _, ...schema } = read(name) as { readonly $id: string };
  // What the schema itself calls it.
  ajv.addSchema(schema, `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
}
addFormats.default(ajv);
// Nothing that we write has these formats.
ajv.addFormat("iri-reference", true);
ajv.addFormat("idn-email", true);
const validate = ajv.compile(read("bom-1.6"));

/** What is wrong with a document; empty when nothing is. */
export function cycloneDxProblems(document: unknown): string[] {
  return validate(document)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
