import { runsProgram } from "../image-command.ts";
import { filesEndingWith, isBelowName } from "../places.ts";
import type { Rule } from "../rule.ts";
import { filesByEnding } from "./file-endings.ts";
import { BASE_WORTH } from "./leftover-files.ts";

const CHECKERS = new Set(["ts-node", "ts-node-dev", "tsc", "tsserver", "vue-tsc", "jest", "ts-node-esm"]);
const PACKAGES = new Set(["node_modules"]);
/** It reads its own when a program compiles with it. */
const TYPESCRIPT = new Set(["typescript"]);

export const typeDeclarations: Rule = {
  id: "type-declarations",
  title: "Type declarations of packages are in the image",
  category: "build",
  reason: "Only the TypeScript compiler and editors read type declarations. JavaScript that runs does not.",
  fix: "Remove the declarations in the RUN that installs the packages of the last stage.",
  example: {
    bad: "RUN npm ci --omit=dev",
    good: "RUN npm ci --omit=dev && find node_modules -name '*.d.ts' -delete",
  },
  counts:
    "Files *.d.ts, *.d.mts and *.d.cts in node_modules, but not those of TypeScript itself; from one megabyte on. Nothing in an image whose command compiles TypeScript.",
  *find(context) {
    if (runsProgram(context, CHECKERS)) return;
    const files = filesEndingWith(context, [".d.ts", ".d.mts", ".d.cts"]).filter(({ nodes }) =>
      nodes.every(
        (node) => isBelowName(context.paths, node, PACKAGES) && !isBelowName(context.paths, node, TYPESCRIPT),
      ),
    );
    yield* filesByEnding(context, {
      files,
      subject: "Type declarations are",
      worth: BASE_WORTH,
      baseWorth: BASE_WORTH,
      test: "'(' -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' ')' ! -path '*/typescript/*'",
    });
  },
};
