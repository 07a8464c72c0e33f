import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Tests run against the TypeScript source of the packages, so there is no build to forget; those in test/cli run the
// built command, and `npm test` builds first.
const conditions = ["@layerscope/source", "node", "import", "module", "default"];

/** Tests that put something else in a module's place, which nothing may have loaded before. */
const REPLACING = [
  "packages/core/test/archive/registry-archive.test.ts",
  "packages/core/test/source/registry/{blob-reader,repository,retry}.test.ts",
  "test/registry/faults.test.ts",
];

/** In the order in which they run: tests that wait for engines, registries and npm must not begin when all others are done. */
const ORDER = [
  /\/test\/ci\/dockerfile/,
  /\/test\/(?:advice\/|docs\/|ci\/action|cli\/references|engines\/|registry\/)/,
  /\/test\/tui\//,
  /./,
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification): number => {
      const at = ORDER.findIndex((pattern) => pattern.test(moduleId));
      return ORDER.length * PROJECTS.findIndex(({ test }) => test.name === project.name) + at;
    };
    // A worker goes on with the next file only if that is of the same project.
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

const project = (name: string, include: readonly string[], rest: { exclude?: string[]; isolate?: boolean } = {}) => ({
  extends: true as const,
  test: { name, include: [...include], ...rest },
});

/** In the order in which they run. */
const PROJECTS = [
  project("replacing", REPLACING, { isolate: true }),
  project("e2e", ["test/**/*.test.ts"], { exclude: REPLACING }),
  project("cli", ["packages/cli/test/**/*.test.ts"]),
  project("core", ["packages/core/test/**/*.test.ts"], { exclude: REPLACING }),
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // A busy machine may be slow; what hangs is told by what waits for it, long before.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // More than there are cores on a small machine: many tests wait for other programs.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Loading the source anew for each file would take as long as half of the tests.
    isolate: false,
    setupFiles: ["test/setup.ts"],
    sequence: { sequencer: LongestFirst },
    projects: PROJECTS,
  },
});
