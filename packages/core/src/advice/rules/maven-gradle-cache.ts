import { runsProgram } from "../image-command.ts";
import type { Rule } from "../rule.ts";
import { caches } from "./cache-places.ts";

const USERS = new Set([
  "mvn",
  "mvnw",
  "mvnd",
  "gradle",
  "gradlew",
  "sbt",
  "ivy",
  "ant",
  "jbang",
  "lein",
  "clojure",
  "clj",
]);

export const mavenGradleCache: Rule = {
  id: "maven-gradle-cache",
  title: "The repository of Maven, Gradle, Ivy or sbt is still there",
  category: "leavings",
  reason:
    "The build tools of Java keep every library and plugin they fetch. The application that they built has its libraries packed in or beside it.",
  fix: "Build in a stage of its own and copy the application, or keep the repository in a cache mount.",
  example: {
    bad: "RUN mvn package",
    good: "RUN --mount=type=cache,target=/root/.m2 mvn package",
  },
  counts:
    "Files in .m2/repository, in the caches, wrappers and daemons of .gradle, in .ivy2/cache, and in .sbt/boot, of any home directory. Nothing in an image that runs one of these tools. What Coursier keeps is left alone, since programs that it starts run from there.",
  *find(context) {
    if (runsProgram(context, USERS)) return;
    yield* caches(context, {
      patterns: [
        "**/.m2/repository",
        "**/.m2/wrapper/dists",
        "**/.gradle/{caches,wrapper/dists,daemon,native}",
        "**/.ivy2/{cache,local}",
        "**/.sbt/boot",
      ],
      subject: "What the build tool has fetched is still",
    });
  },
};
