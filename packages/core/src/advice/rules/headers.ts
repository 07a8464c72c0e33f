import { isSystemFile } from "../package-files.ts";
import type { Rule } from "../rule.ts";
import { isForBuilding } from "./build-tools.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

export const headers: Rule = {
  id: "headers",
  title: "Headers for compiling are in the image",
  category: "build",
  reason: "Headers tell a compiler how to use a library. Programs that are compiled do not read them.",
  fix: "Build in a stage of its own, and copy libraries without their headers.",
  example: {
    bad: "COPY --from=build /usr/local /usr/local",
    good: "COPY --from=build /usr/local/bin /usr/local/bin\nCOPY --from=build /usr/local/lib /usr/local/lib",
  },
  counts:
    "Files in /usr/include and /usr/local/include that no package of the distribution owns; those of packages are said by development-packages. Nothing in an image whose command is a build tool.",
  *find(context) {
    if (isForBuilding(context)) return;
    yield* leftovers(context, {
      patterns: ["/usr/include", "/usr/local/include"],
      subject: "Headers are",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
      isMeant: (file) => !isSystemFile(context, file),
      snippet: () => undefined,
    });
  },
};
