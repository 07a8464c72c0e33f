// Writes docs/rules.md from the catalogue of rules, packages/core/src/advice/catalogue.ts.
//
//   npm run rules    builds, then runs this

import { writeFileSync } from "node:fs";
import { rulesPage } from "../packages/core/dist/advice/rules-page.js";
import { RULES } from "../packages/core/dist/index.js";

writeFileSync(new URL("../docs/rules.md", import.meta.url), rulesPage(RULES));
