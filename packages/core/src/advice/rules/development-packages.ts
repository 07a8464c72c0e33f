import type { Rule } from "../rule.ts";
import { isBuildTool, isDevelopmentPackage, isForBuilding } from "./build-tools.ts";
import { packageWeight } from "./package-weight.ts";

export const developmentPackages: Rule = {
  id: "development-packages",
  title: "Development packages of libraries are in the image",
  category: "build",
  reason:
    "Packages that end with -dev or -devel hold headers, static libraries and documentation for compiling against a library. To run with it, the library's own package is enough.",
  fix: "Compile in a stage of its own, or remove them in the RUN that installs them and keep the libraries.",
  example: {
    bad: "RUN apt-get update && apt-get install -y libpq-dev && pip install psycopg2",
    good: "RUN apt-get update && apt-get install -y libpq5 libpq-dev gcc && pip install psycopg2 && apt-get purge -y --auto-remove libpq-dev gcc",
  },
  counts:
    "The files of packages of dpkg and apk that end with -dev (apk: also -static), and of rpm that end with -devel, -headers or -static. Nothing in an image whose command is a build tool.",
  *find(context) {
    if (isForBuilding(context)) return;
    yield* packageWeight(
      context,
      "Development packages",
      (installed) => isDevelopmentPackage(installed) && !isBuildTool(installed),
    );
  },
};
