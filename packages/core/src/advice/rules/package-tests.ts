import type { AdviceContext } from "../advice-context.ts";
import { isSystemPath } from "../package-files.ts";
import { childrenOf, isBelowName, nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

const NODE_NAMES = "{test,tests,__tests__,docs,example,examples,benchmark,benchmarks,.github}";
const PYTHON_NAMES = "{test,tests}";
const PYTHON_TESTS = new Set(["test", "tests", "idle_test"]);
/** Parts of Python's own library that have their tests in them. */
const LIBRARY_TESTS = new Set(["idlelib", "lib2to3", "distutils"]);
const NUMPY = new Set(["numpy"]);
const LIBRARY = "/usr/{lib,local/lib}/python3*";
const PYTHON_PACKAGES = new Set(["site-packages", "dist-packages"]);

export const packageTests: Rule = {
  id: "package-tests",
  title: "Packages have their tests and examples with them",
  category: "build",
  reason:
    "Many packages are published with their tests, examples and documentation. Whoever only uses them runs none of it.",
  fix: "Remove the directories in the RUN that installs, and run the application's own tests afterwards: a few packages use parts of their tests.",
  example: {
    bad: "RUN pip install pandas",
    good: "RUN pip install pandas && find /usr/local/lib/python3.12/site-packages -type d -name tests -prune -exec rm -rf {} +",
  },
  counts:
    "Files in directories test, tests, __tests__, docs, examples, benchmarks and .github right inside an npm package; in test and tests inside a Python package, and of Python's own library. Those of packages of the distribution, of NumPy (its numpy.testing uses them), and packages that have such a name themselves are left alone.",
  *find(context) {
    yield* leftovers(context, {
      patterns: [NODE_NAMES, PYTHON_NAMES, `${LIBRARY}/{test,idlelib/idle_test,lib2to3/tests,distutils/tests}`],
      subject: "Tests, examples or documentation of packages are",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
      isPlace: (place) =>
        (isInNodePackage(context, place) || isInPythonPackage(context, place)) && !isOfSystem(context, place),
    });
  },
};

/** Right inside a package: `node_modules/name/test` or `node_modules/@scope/name/test`. */
function isInNodePackage(context: AdviceContext, place: number): boolean {
  const { paths } = context;
  if (pathFrom(context, place, "..", "package.json") === undefined) return false;
  const above = paths.parentOf(paths.parentOf(place));
  const name = nameText(paths, above);
  return name === "node_modules" || (name.startsWith("@") && nameText(paths, paths.parentOf(above)) === "node_modules");
}

/** Inside a package, not beside others; or in the library itself. */
function isInPythonPackage(context: AdviceContext, place: number): boolean {
  const { paths } = context;
  const name = nameText(paths, place);
  if (!PYTHON_TESTS.has(name) || isBelowName(paths, place, NUMPY)) return false;
  const above = nameText(paths, paths.parentOf(place));
  if (isBelowName(paths, place, PYTHON_PACKAGES)) {
    return !PYTHON_PACKAGES.has(above) && pathFrom(context, place, "__init__.py") !== undefined;
  }
  return /^python3[\d.]{0,4}$/.test(above) || LIBRARY_TESTS.has(above);
}

/** Whether a package of the distribution brought the directory: other files in it are made of its own. */
function isOfSystem(context: AdviceContext, place: number): boolean {
  return childrenOf(context.paths, place).some((child) => isSystemPath(context, child));
}
