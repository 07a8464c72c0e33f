import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Tests run against the TypeScript source of the packages, so there is no build to forget; those in test/cli run the
// built command, and `npm test` builds first.
const conditions = ["@layerscope/source", "node", "import", "module", "default"];

const project = (name: string, include: string) => ({
  extends: true as const,
  test: { name, include: [`${include}/**/*.test.ts`] },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // More than there are cores on a small machine: many tests wait for other programs.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [project("core", "packages/core/test"), project("cli", "packages/cli/test"), project("e2e", "test")],
  },
});
