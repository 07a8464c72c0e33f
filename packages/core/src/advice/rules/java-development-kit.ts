import { nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { isForBuilding } from "./build-tools.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

const HOMES = [
  "/opt/java/*",
  "/opt/*",
  "/usr/lib/jvm/*",
  "/usr/java/*",
  "/usr/local/*",
  "**/.sdkman/candidates/java/*",
];
const PARTS = "{jmods,include,demo,sample,src.zip,lib/src.zip,lib/ct.sym}";

export const javaDevelopmentKit: Rule = {
  id: "java-development-kit",
  title: "A development kit of Java is in the image",
  category: "build",
  reason:
    "To run a program a JRE is enough. A JDK holds besides the modules that jlink makes runtimes of, the sources of the library and what the compiler needs.",
  fix: "Use a JRE as the base of the last stage, or make a runtime of the modules that the program uses with jlink.",
  example: { bad: "FROM eclipse-temurin:21-jdk", good: "FROM eclipse-temurin:21-jre" },
  counts:
    "Of a directory with bin/javac: jmods, include, demo, sample, src.zip and lib/ct.sym. A JRE saves more, which depends on its modules. Nothing in an image whose command is a build tool.",
  *find(context) {
    if (isForBuilding(context)) return;
    yield* leftovers(context, {
      patterns: HOMES.map((home) => `${home}/${PARTS}`),
      subject: "What only building needs of Java is",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
      isPlace: (place) => {
        const isInLib = nameText(context.paths, context.paths.parentOf(place)) === "lib";
        return pathFrom(context, place, "..", ...(isInLib ? [".."] : []), "bin", "javac") !== undefined;
      },
      snippet: () => undefined,
    });
  },
};
