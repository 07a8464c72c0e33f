import { isBelowName, nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { PACKAGE_DIRECTORIES, unwantedCopies } from "./copied-files.ts";

/** What tells a report from a directory that is just called "coverage". */
const REPORTS = ["lcov.info", "lcov-report", "coverage-final.json", "clover.xml", "cobertura-coverage.xml"];

export const copiedCoverage: Rule = {
  id: "copied-coverage",
  title: "Coverage of tests was copied into the image",
  category: "context",
  reason: "What tests have covered is of no use in a container, and it changes the layer with every run of the tests.",
  fix: "Add the names to .dockerignore.",
  example: { bad: "COPY . .", good: "# .dockerignore\n**/coverage\n**/htmlcov\n# Dockerfile\nCOPY . ." },
  counts:
    "What is in .nyc_output and htmlcov, in a directory coverage that has a report in it, and files .coverage and lcov.info, that a COPY or ADD of the image's own part stores. Those in packages are left alone.",
  *find(context) {
    yield* unwantedCopies(context, {
      names: ["coverage", ".nyc_output", "htmlcov", ".coverage", "lcov.info"],
      subject: "Coverage of tests was copied",
      isMeant: (node) =>
        !isBelowName(context.paths, node, PACKAGE_DIRECTORIES) &&
        (nameText(context.paths, node) !== "coverage" ||
          REPORTS.some((name) => pathFrom(context, node, name) !== undefined)),
    });
  },
};
