// Writes docs/report.schema.json and docs/check.schema.json from the one definition of the report,
// packages/core/src/report/schema.ts.
//
//   npm run schema    builds, then runs this

import { mkdirSync, writeFileSync } from "node:fs";
import { checkReportJsonSchema, reportJsonSchema } from "@layerscope/core/report-schema";

const docs = new URL("../docs/", import.meta.url);
mkdirSync(docs, { recursive: true });
const schemas = {
  "report.schema.json": reportJsonSchema(),
  "check.schema.json": checkReportJsonSchema("report.schema.json"),
};
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(new URL(name, docs), `${JSON.stringify(schema, undefined, 2)}\n`);
}
