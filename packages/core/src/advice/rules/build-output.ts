import type { AdviceContext } from "../advice-context.ts";
import { nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { isForBuilding } from "./build-tools.ts";
import { BUILD_WORTH, leftovers } from "./leftover-files.ts";

const CARGO = "{deps,build,incremental,.fingerprint}";
const GRADLE_FILES = ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"];

export const buildOutput: Rule = {
  id: "build-output",
  title: "Caches and intermediate results of a build are in the image",
  category: "build",
  reason:
    "Build tools, bundlers and test runners keep what makes their next run quicker. In an image there is no next run.",
  fix: "Build in a stage of its own and copy the result, or keep the caches in cache mounts.",
  example: {
    bad: "RUN npm run build",
    good: "RUN --mount=type=cache,target=/app/.next/cache npm run build",
  },
  counts:
    "Files in node_modules/.cache, .next/cache, .angular/cache, .turbo, .parcel-cache, .tox, .nox, .pytest_cache, .mypy_cache, .ruff_cache, .ccache, CMakeFiles, obj.target of node-gyp, in the intermediate directories of target of Cargo and Maven, and in .gradle and build of a Gradle project. Files that have another name, such as a program that Cargo links out of deps, are left alone. Nothing in an image whose command is a build tool.",
  *find(context) {
    if (isForBuilding(context)) return;
    yield* leftovers(context, {
      patterns: [
        "**/node_modules/.cache",
        "**/.next/cache",
        "**/.angular/cache",
        ...[".turbo", ".parcel-cache", ".tox", ".nox", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"],
        ...[".ccache", "CMakeFiles", "**/.cache/{ccache,sccache,bazel}", "**/build/Release/obj.target"],
        `**/target/{debug,release}/${CARGO}`,
        `**/target/*/{debug,release}/${CARGO}`,
        "**/target/{test-classes,maven-status,maven-archiver,surefire-reports}",
        "**/build/{tmp,reports,test-results,kotlin}",
        ".gradle",
      ],
      subject: "Caches and intermediate results of a build are",
      worth: BUILD_WORTH,
      unlessLinked: true,
      isPlace: (place) => isOfBuild(context, place),
    });
  },
};

/** Gradle's names are those of other things, too: only a project of it counts. */
function isOfBuild(context: AdviceContext, place: number): boolean {
  const { paths } = context;
  const isGradleHome = nameText(paths, place) === ".gradle";
  if (!isGradleHome && nameText(paths, paths.parentOf(place)) !== "build") return true;
  const project = isGradleHome ? [".."] : ["..", ".."];
  return GRADLE_FILES.some((name) => pathFrom(context, place, ...project, name) !== undefined);
}
