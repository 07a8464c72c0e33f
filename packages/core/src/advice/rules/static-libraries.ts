import { isSystemFile } from "../package-files.ts";
import { filesEndingWith } from "../places.ts";
import type { Rule } from "../rule.ts";
import { isForBuilding } from "./build-tools.ts";
import {
  BASE_WORTH,
  BUILD_WORTH,
  listPaths,
  namesOf,
  removeInSameRun,
  shellPaths,
  tellByLayer,
} from "./leftover-files.ts";

export const staticLibraries: Rule = {
  id: "static-libraries",
  title: "Static libraries and object files are in the image",
  category: "build",
  reason: "Static libraries and object files are what a linker makes programs of. A program that runs reads neither.",
  fix: "Build in a stage of its own, configure with --disable-static, or remove them in the RUN that builds.",
  example: {
    bad: "RUN ./configure && make install",
    good: "RUN ./configure --disable-static && make install",
  },
  counts:
    "Files *.a, *.la and *.o that no package of the distribution owns. Nothing in an image whose command is a build tool.",
  *find(context) {
    if (isForBuilding(context)) return;
    const files = filesEndingWith(context, [".a", ".la", ".o"]).filter((file) => !isSystemFile(context, file));
    yield* tellByLayer(context, files, ({ files: found, step, isOwn }) => {
      const nodes = namesOf(context, found);
      return {
        what: `Static libraries or object files: ${listPaths(context, nodes)}`,
        worth: isOwn ? BUILD_WORTH : BASE_WORTH,
        snippet: removeInSameRun(step, shellPaths(context, nodes)),
      };
    });
  },
};
