// Builds, since the tests of the command run what is built, runs vitest and ends with one line a machine can read: `N passed, N failed, N skipped`.
//
//   npm test                           everything
//   npm test -- walk --project core    arguments go to vitest
//   LAYERSCOPE_NO_SKIP=1 npm test      a skipped test fails the run: where every tool is installed, nothing may hide

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseCLI, startVitest } from "vitest/node";

async function runVitest() {
  const { filter, options } = parseCLI(["vitest", "run", ...process.argv.slice(2)]);
  return await startVitest("test", filter, { ...options, run: true, watch: false });
}

const root = fileURLToPath(new URL("..", import.meta.url));
const built = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit", shell: true });
// Tests run all the same: most need no build, and what has a type error is built nevertheless.
if (built.status !== 0) console.error("the build failed, which fails this run");

const vitest = await runVitest().catch((error) => {
  // An unknown option, or settings that do not load: no test ran, and that is a failure.
  console.error(error);
  console.log("0 passed, 1 failed, 0 skipped");
  process.exit(1);
});

const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const inState = (state) => tests.filter((test) => test.result().state === state);

const passed = inState("passed").length;
const skipped = inState("skipped");
let failed = inState("failed").length;

// A file that does not load, or a hook that throws, leaves its tests "skipped" or unknown. Each such file or suite counts.
for (const module of modules) {
  for (const suite of [module, ...module.children.allSuites()]) failed += suite.errors().length > 0 ? 1 : 0;
}
// What belongs to no test (an unhandled rejection, a setup file, no test found) must not read as "0 failed" either.
if (process.exitCode && failed === 0) failed = 1;
if (built.status !== 0) failed += 1;
if (failed > 0) process.exitCode = 1;

if (process.env.LAYERSCOPE_NO_SKIP === "1" && skipped.length > 0) {
  const names = skipped.map((test) => `${test.module.relativeModuleId} > ${test.fullName}`);
  console.log(`skipped, which LAYERSCOPE_NO_SKIP=1 forbids: ${names.join("; ")}`);
  process.exitCode = 1;
}
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
