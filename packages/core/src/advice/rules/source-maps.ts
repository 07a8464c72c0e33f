import type { AdviceContext } from "../advice-context.ts";
import { commandWords, environmentValue } from "../image-command.ts";
import { filesEndingWith, nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import type { VisibleFile } from "../visible-files.ts";
import { filesByEnding } from "./file-endings.ts";
import { BASE_WORTH, BUILD_WORTH } from "./leftover-files.ts";

const ENDINGS = [".js.map", ".mjs.map", ".cjs.map", ".css.map", ".d.ts.map"];

export const sourceMaps: Rule = {
  id: "source-maps",
  title: "Source maps are in the image",
  category: "build",
  reason:
    "Debuggers read source maps; programs do not. They are often larger than the code, and with them a browser gets the sources, too.",
  fix: "Build without source maps, or keep them where errors are collected and leave them out of the image.",
  example: {
    bad: "COPY --from=build /app/dist /app/dist",
    good: "RUN npm run build && find dist -name '*.map' -delete",
  },
  counts:
    "Files *.js.map, *.mjs.map, *.cjs.map, *.css.map and *.d.ts.map beside the file that they are about. Nothing in an image that runs with --enable-source-maps or source-map-support.",
  *find(context) {
    if (readsSourceMaps(context)) return;
    const files = filesEndingWith(context, ENDINGS).filter((file) => isBesideCode(context, file));
    yield* filesByEnding(context, {
      files,
      subject: "Source maps are",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
      test: "-name '*.map'",
    });
  },
};

function readsSourceMaps(context: AdviceContext): boolean {
  const words = [...commandWords(context), ...(environmentValue(context, "NODE_OPTIONS") ?? "").split(/\s+/)];
  return words.some((word) => word === "--enable-source-maps" || word.startsWith("source-map-support"));
}

function isBesideCode(context: AdviceContext, { nodes }: VisibleFile): boolean {
  return nodes.every(
    (node) => pathFrom(context, node, "..", nameText(context.paths, node).slice(0, -".map".length)) !== undefined,
  );
}
