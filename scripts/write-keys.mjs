// Writes docs/keys.md from the one table of commands, packages/cli/src/tui/keymap/commands.ts.
//
//   npm run keys    builds, then runs this

import { writeFileSync } from "node:fs";
import { keysPage } from "../packages/cli/dist/tui/keymap/keys-page.js";

writeFileSync(new URL("../docs/keys.md", import.meta.url), keysPage());
