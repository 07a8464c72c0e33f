import type { Rule } from "../rule.ts";
import { buildOutput } from "./build-output.ts";
import { compilersAndBuildTools } from "./compilers-and-build-tools.ts";
import { coreDumps } from "./core-dumps.ts";
import { debugSymbols } from "./debug-symbols.ts";
import { devDependencies } from "./dev-dependencies.ts";
import { developmentPackages } from "./development-packages.ts";
import { documentation } from "./documentation.ts";
import { gitDirectory } from "./git-directory.ts";
import { headers } from "./headers.ts";
import { javaDevelopmentKit } from "./java-development-kit.ts";
import { locales } from "./locales.ts";
import { logs } from "./logs.ts";
import { manPages } from "./man-pages.ts";
import { packageTests } from "./package-tests.ts";
import { pythonBytecode } from "./python-bytecode.ts";
import { sourceMaps } from "./source-maps.ts";
import { staticLibraries } from "./static-libraries.ts";
import { temporaryFiles } from "./temporary-files.ts";
import { toolchains } from "./toolchains.ts";
import { typeDeclarations } from "./type-declarations.ts";
import { unpackedArchives } from "./unpacked-archives.ts";

/** About what only building needs. */
export const BUILD_RULES: readonly Rule[] = [
  gitDirectory,
  coreDumps,
  buildOutput,
  devDependencies,
  compilersAndBuildTools,
  toolchains,
  javaDevelopmentKit,
  developmentPackages,
  headers,
  staticLibraries,
  unpackedArchives,
  packageTests,
  sourceMaps,
  typeDeclarations,
  pythonBytecode,
  documentation,
  manPages,
  locales,
  debugSymbols,
  logs,
  temporaryFiles,
];
