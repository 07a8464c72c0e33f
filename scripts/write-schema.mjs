// Writes docs/report.schema.json from the one definition of the report, packages/core/src/report/schema.ts.
//
//   npm run schema    builds, then runs this

import { mkdirSync, writeFileSync } from "node:fs";
import { reportJsonSchema } from "@layerscope/core/report-schema";

const docs = new URL("../docs/", import.meta.url);
mkdirSync(docs, { recursive: true });
writeFileSync(new URL("report.schema.json", docs), `${JSON.stringify(reportJsonSchema(), undefined, 2)}\n`);
