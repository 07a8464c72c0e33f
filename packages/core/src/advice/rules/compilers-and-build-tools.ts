import type { Rule } from "../rule.ts";
import { isBuildTool, isForBuilding } from "./build-tools.ts";
import { packageWeight } from "./package-weight.ts";

export const compilersAndBuildTools: Rule = {
  id: "compilers-and-build-tools",
  title: "Compilers and build tools are in the image",
  category: "build",
  reason:
    "A program that is built needs no compiler. Compilers are hundreds of megabytes that every scanner looks through, and a help for whoever gets into the container.",
  fix: "Build in a stage of its own and copy what was built, or remove the tools in the RUN that installs them.",
  example: {
    bad: "FROM debian:12\nRUN apt-get update && apt-get install -y build-essential && make install",
    good: "FROM debian:12 AS build\nRUN apt-get update && apt-get install -y build-essential && make install DESTDIR=/out\nFROM debian:12-slim\nCOPY --from=build /out /",
  },
  counts:
    "The files of the distribution's packages of compilers, linkers, assemblers, debuggers, make and its relatives, Rust, Go, development kits of Java and build tools for it. Libraries that came with them, Git, and interpreters are left alone. Nothing in an image whose command is such a tool, or an environment to develop in.",
  *find(context) {
    if (isForBuilding(context)) return;
    yield* packageWeight(context, "Compilers and build tools", isBuildTool);
  },
};
