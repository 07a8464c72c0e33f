// Writes docs/report.schema.json and docs/check.schema.json from the one definition of the report,
// packages/core/src/report/schema.ts, and packages/cli/config.schema.json from that of the configuration,
// packages/cli/src/budgets/config/config-schema.ts.
//
//   npm run schema    builds, then runs this

import { mkdirSync, writeFileSync } from "node:fs";
import { checkReportJsonSchema, reportJsonSchema } from "@layerscope/core/report-schema";
import { configJsonSchema } from "../packages/cli/dist/budgets/config/config-schema.js";

const root = new URL("../", import.meta.url);
const schemas = {
  "docs/report.schema.json": reportJsonSchema(),
  "docs/check.schema.json": checkReportJsonSchema("report.schema.json"),
  "packages/cli/config.schema.json": configJsonSchema(),
};
mkdirSync(new URL("docs", root), { recursive: true });
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(new URL(name, root), `${JSON.stringify(schema, undefined, 2)}\n`);
}
