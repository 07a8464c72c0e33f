/** `--format junit`: held against what Jenkins' schema allows, and read by a parser of others. */
import { LayerscopeError } from "@layerscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckRun, LocatedVerdict } from "../../src/budgets/check-run.ts";
import { junit } from "../../src/budgets/formats/junit.ts";
import { casesIn, parseJunit, type XmlElement } from "./junit-structure.ts";
import { pythonModule } from "./python.ts";
import {
  budgetOf,
  bytesOf,
  checkedImage,
  demoAnalysis,
  everyKind,
  everyKindRun,
  hostileKinds,
  hostileRun,
  hostileTexts,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

const textOf = (run: CheckRun): string => [...junit(run)].join("");
const read = (run: CheckRun): XmlElement => parseJunit(textOf(run));
const demo = await demoAnalysis();

/** The only case of a run with one verdict. */
function caseOf(verdict: LocatedVerdict): XmlElement {
  const [only, ...others] = casesIn(read(runOf([checkedImage(demo, [verdict])])));
  if (!only || others.length > 0) throw new Error("not one case");
  return only;
}

const failed = (more: Parameters<typeof verdictOf>[0] = {}): LocatedVerdict =>
  verdictOf({ status: "failed", value: 312_000_000, ...more });

describe("a budget that", () => {
  test("passed is a case without anything", () => {
    const { attributes, children } = caseOf(verdictOf());
    expect(attributes).toEqual({ name: "total size", classname: "demo.tar", time: "0" });
    expect(children).toEqual([]);
  });

  test("passed with a note says it", () => {
    const { children } = caseOf(verdictOf({ notes: ["dive does not see 247 kB"] }));
    expect(children.map(({ name }) => name)).toEqual(["system-out"]);
    expect(children[0]?.text).toContain("dive does not see 247 kB");
  });

  test("failed is a failure with its kind, how much, what it is made of, what mends it and where it is written", () => {
    const [failure, ...others] = caseOf(
      failed({ findings: [{ path: bytesOf("usr/share/doc"), isDirectory: true, bytes: 4100, layer: 0 }] }),
    ).children;
    expect(others).toEqual([]);
    expect(failure?.name).toBe("failure");
    expect(failure?.attributes).toEqual({ type: "maxSize", message: "312 MB; expected ≤ 300 MB, 12.0 MB over" });
    const lines = failure?.text.split("\n") ?? [];
    expect(lines[0]).toBe(failure?.attributes.message);
    expect(lines.some((line) => line.startsWith("- /usr/share/doc/: 4.10 kB, mostly layer 0 ("))).toBe(true);
    expect(lines).toContainEqual(expect.stringContaining("Leave out what the container does not need"));
    expect(lines.at(-1)).toBe("Set by layerscope.yaml:4.");
  });

  test("failed says how many more there are than are listed", () => {
    const findings = [{ path: bytesOf("a"), bytes: 1, layer: 0 }];
    expect(caseOf(failed({ findings, findingCount: 1234 })).children[0]?.text).toContain("- and 1,233 more\n");
  });

  test("only warns never fails a build, but says what is wrong", () => {
    for (const verdict of [failed(), unmeasured("undecided", "it cannot be told")]) {
      const { children } = caseOf({ ...verdict, budget: { ...verdict.budget, severity: "warn" } });
      expect(children.map(({ name }) => name)).toEqual(["system-out"]);
    }
    expect(caseOf(failed({ budget: { severity: "warn" } })).children[0]?.text).toMatch(/^Warning: 312 MB; expected/);
  });

  test("could not be decided is an error with the reason", () => {
    const [error] = caseOf(
      unmeasured("undecided", "there is no layer 9", { limit: { kind: "maxFiles", count: 1 } }),
    ).children;
    expect([error?.name, error?.attributes]).toEqual(["error", { type: "maxFiles", message: "there is no layer 9" }]);
    expect(error?.text).toMatch(/^there is no layer 9\n/);
  });

  test("was skipped is a skipped case with the reason", () => {
    const [skipped] = caseOf(unmeasured("skipped", "there is no baseline")).children;
    expect([skipped?.name, skipped?.attributes]).toEqual(["skipped", { message: "there is no baseline" }]);
  });
});

describe("an image that", () => {
  test("could not be read is a suite with one error", () => {
    const [suite] = read(runOf([unreadImage()])).children;
    expect(suite?.attributes).toEqual({
      name: "worker",
      tests: "1",
      failures: "0",
      errors: "1",
      skipped: "0",
      time: "0",
    });
    const [error] = suite?.children[0]?.children ?? [];
    expect([error?.name, error?.attributes.type]).toEqual(["error", "not-found"]);
    expect(error?.attributes.message).toBe(
      "dist/worker.tar: no such file or directory. Build it first, or correct the path.",
    );
  });

  test("could not be read to its end has an error besides its budgets, also when those only warn", () => {
    const errors = [new LayerscopeError("truncated", "the blob ends too early", { where: { layer: 3 } })];
    const partial = { ...demo, image: { ...demo.image, complete: false, errors } };
    const cases = casesIn(read(runOf([checkedImage(partial, [failed({ budget: { severity: "warn" } })])])));
    expect(cases.map(({ children }) => children[0]?.name)).toEqual(["system-out", "error"]);
    expect(cases[1]?.children[0]?.attributes).toEqual({
      type: "truncated",
      message: "layer 3: the blob ends too early.",
    });
  });

  test("has no budgets is an empty suite", () => {
    expect(read(runOf([checkedImage(demo, [])])).children[0]?.attributes.tests).toBe("0");
  });
});

test("a suite names the file that all its budgets are written in", () => {
  const fileOf = (verdicts: LocatedVerdict[]) =>
    read(runOf([checkedImage(demo, verdicts)])).children[0]?.attributes.file;
  const typed = verdictOf({ budget: budgetOf({ origin: { kind: "option", option: "--max-size 300MB" } }) });
  expect(fileOf([verdictOf(), failed()])).toBe("layerscope.yaml");
  expect(fileOf([verdictOf(), typed])).toBeUndefined();
  expect(fileOf([typed])).toBeUndefined();
});

test("a case says which layers and paths were counted, unless it is all of them", () => {
  const textWith = (budget: Partial<ReturnType<typeof budgetOf>>) => caseOf(failed({ budget })).children[0]?.text;
  expect(textWith({})).not.toContain("Counted");
  expect(textWith({ layers: "own", paths: ["/app"] })).toContain("\nCounted: own layers (4 to 9; ");
});

test("equal names are told apart, since GitLab drops the second of two", () => {
  const image = checkedImage(demo, [verdictOf(), verdictOf(), verdictOf()]);
  const cases = casesIn(read(runOf([image, image])));
  expect(cases.slice(0, 3).map(({ attributes }) => attributes.name)).toEqual([
    "total size",
    "total size (2)",
    "total size (3)",
  ]);
  const keys = cases.map(({ attributes }) => `${attributes.classname}\0${attributes.name}`);
  expect(new Set(keys).size).toBe(6);
});

test("every kind in every status is what the schema allows, one case each", async () => {
  const run = await everyKindRun();
  expect(casesIn(read(run))).toHaveLength(everyKind.length + 1);
  expect(textOf(await everyKindRun())).toBe(textOf(run));
});

test("hostile names break out of nothing", async () => {
  const suites = read(await hostileRun()).children;
  expect(suites).toHaveLength(hostileTexts.length * 2);
  expect(suites.slice(0, hostileTexts.length).map(({ children }) => children.length)).toEqual(
    hostileTexts.map(() => hostileKinds().length),
  );
});

test("any name, reason or path stays a text, and names can be told apart", () => {
  const any = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom(...hostileTexts, "\ufffe", "\uffff"),
  );
  fc.assert(
    fc.property(any, any, any, (name, text, path) => {
      const verdicts = [
        failed({ budget: { name }, notes: [text], findings: [{ path: bytesOf(path), layer: 0, bytes: 1 }] }),
        unmeasured("undecided", text, { name }),
        unmeasured("skipped", text, { name: text }),
      ];
      const cases = casesIn(read(runOf([checkedImage(demo, verdicts, { name: text }), unreadImage({ name: text })])));
      expect(cases.map(({ children }) => children[0]?.name)).toEqual(["failure", "error", "skipped", "error"]);
      expect(new Set(cases.slice(0, 3).map(({ attributes }) => attributes.name)).size).toBe(3);
    }),
  );
});

const junitparser = pythonModule("junitparser", "python3-junitparser");

test.skipIf(!junitparser.isThere)(`junitparser reads the same${junitparser.unless}`, async () => {
  const program = `
import json, sys
from junitparser import JUnitXml
suites = JUnitXml.fromstring(sys.stdin.buffer.read())
print(json.dumps([
  [suite.name, suite.tests, suite.failures, suite.errors, suite.skipped,
    [[case.name, case.classname, [type(result).__name__ for result in case.result]] for case in suite]]
  for suite in suites
]))`;
  const outcomes: Readonly<Record<string, string>> = { failure: "Failure", error: "Error", skipped: "Skipped" };
  for (const run of [await everyKindRun(), await hostileRun()]) {
    const ours = read(run).children.map(({ attributes, children }) => [
      attributes.name,
      ...[attributes.tests, attributes.failures, attributes.errors, attributes.skipped].map(Number),
      children.map((each) => [
        each.attributes.name,
        each.attributes.classname,
        each.children.flatMap(({ name }) => outcomes[name] ?? []),
      ]),
    ]);
    expect(JSON.parse(junitparser.run(program, textOf(run)))).toEqual(ours);
  }
});
