/** `--format gitlab`: what GitLab documents for Code Quality reports, since it publishes no schema. */
import { LayerscopeError } from "@layerscope/core";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckRun, LocatedVerdict } from "../../src/budgets/check-run.ts";
import { gitlab } from "../../src/budgets/formats/gitlab.ts";
import {
  budgetOf,
  checkedImage,
  demoAnalysis,
  everyKind,
  everyKindRun,
  hostileRun,
  hostileTexts,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** Keys, types and values as the documentation has them. Paths are relative to the repository. */
const isReport = new Ajv().compile<Issue[]>({
  type: "array",
  items: {
    type: "object",
    required: ["description", "check_name", "fingerprint", "severity", "location"],
    additionalProperties: false,
    properties: {
      description: { type: "string", minLength: 1 },
      check_name: { type: "string", pattern: "^(?:[a-z]+/)?[a-z-]+$" },
      fingerprint: { type: "string", pattern: "^[0-9a-f]{32}$" },
      severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
      location: {
        type: "object",
        required: ["path", "lines"],
        additionalProperties: false,
        properties: {
          path: { type: "string", pattern: "^(?!/)(?!.*(^|/)\\.{0,2}(/|$)).+$" },
          lines: {
            type: "object",
            required: ["begin"],
            additionalProperties: false,
            properties: { begin: { type: "integer", minimum: 1 } },
          },
        },
      },
    },
  },
});

function read(run: CheckRun): Issue[] {
  const report: unknown = JSON.parse([...gitlab(run)].join(""));
  if (!isReport(report)) throw new Error(JSON.stringify(isReport.errors));
  // Of two issues with one fingerprint GitLab drops one.
  expect(new Set(report.map(({ fingerprint }) => fingerprint)).size).toBe(report.length);
  return report;
}

const demo = await demoAnalysis();
const issuesOf = (...verdicts: LocatedVerdict[]): Issue[] => read(runOf([checkedImage(demo, verdicts)]));
const failed = (more: Parameters<typeof verdictOf>[0] = {}): LocatedVerdict =>
  verdictOf({ status: "failed", value: 312_000_000, ...more });

describe("the severity of a budget that", () => {
  test.each([
    ["failed", failed(), ["major"]],
    ["failed and only warns", failed({ budget: { severity: "warn" } }), ["minor"]],
    ["could not be decided", unmeasured("undecided", "it cannot be told"), ["info"]],
    ["passed: it is not listed", verdictOf(), []],
    ["was skipped: it is not listed", unmeasured("skipped", "there is no baseline"), []],
  ])("%s", (_, verdict, severities) => {
    expect(issuesOf(verdict).map(({ severity }) => severity)).toEqual(severities);
  });
});

test("an issue says of which image and budget it is, how much, and what mends it", () => {
  const [issue] = issuesOf(failed());
  expect(issue?.check_name).toBe("budget/max-size");
  expect(issue?.description).toMatch(
    /^demo\.tar: total size: 312 MB; expected ≤ 300 MB, 12\.0 MB over\. Leave out what the container does not need/,
  );
  expect(issuesOf(unmeasured("undecided", "there is no layer 9"))[0]?.description).toBe(
    "demo.tar: total size: there is no layer 9",
  );
});

describe("an issue points to", () => {
  const placeOf = (origin: LocatedVerdict["budget"]["origin"], reference = "dist/app.tar") => {
    const image = checkedImage(demo, [failed({ budget: budgetOf({ origin }) })], { reference });
    const { path, lines } = read(runOf([image]))[0]?.location ?? { path: "", lines: { begin: 0 } };
    return `${path}:${lines.begin}`;
  };
  const typed = { kind: "option", option: "--max-size 300MB" } as const;

  test("where its budget is written, from the top of the repository", () => {
    expect(placeOf({ kind: "file", file: "ci/layerscope.yaml", line: 7 })).toBe("ci/layerscope.yaml:7");
    expect(placeOf({ kind: "file", file: "../../layerscope.yaml", line: 7 })).toBe("layerscope.yaml:7");
  });

  test("the image, when its budget is written on the command line", () => {
    expect(placeOf(typed)).toBe("dist/app.tar:1");
    expect(placeOf(typed, "./out/../app.tar")).toBe("out/app.tar:1");
    expect(placeOf(typed, "/srv/images/app.tar")).toBe("srv/images/app.tar:1");
    expect(placeOf(typed, "dist\\app.tar")).toBe("dist/app.tar:1");
    expect(placeOf(typed, "docker-archive://app.tar")).toBe("docker-archive:/app.tar:1");
    expect(placeOf(typed, "../..")).toBe("image:1");
  });
});

test("an image that could not be read, or not to its end, is a blocker: nothing to list is no good news", () => {
  const errors = [new LayerscopeError("truncated", "the blob ends too early", { where: { layer: 3 } })];
  const partial = { ...demo, image: { ...demo.image, complete: false, errors } };
  const issues = read(runOf([unreadImage(), checkedImage(partial, [verdictOf()], { name: "partial" })]));
  expect(issues.map(({ description, severity, check_name }) => [description, severity, check_name])).toEqual([
    [
      "worker: dist/worker.tar: no such file or directory. Build it first, or correct the path.",
      "blocker",
      "image/unread",
    ],
    ["partial: layer 3: the blob ends too early.", "blocker", "image/unread"],
  ]);
});

describe("a fingerprint", () => {
  const fingerprintOf = (verdict: LocatedVerdict, name = "demo.tar") =>
    read(runOf([checkedImage(demo, [verdict], { name })]))[0]?.fingerprint;

  test("stays the same while the value, the limit, the severity and the place change", () => {
    const before = fingerprintOf(failed());
    const budget = budgetOf({
      limit: { kind: "maxSize", bytes: 1 },
      severity: "warn",
      origin: { kind: "file", file: "other.yaml", line: 99 },
    });
    expect(fingerprintOf(failed({ budget, value: 999_000_000, limit: 1 }))).toBe(before);
  });

  test("is another one for another image, budget or kind", () => {
    const files = budgetOf({ limit: { kind: "maxFiles", count: 1 } });
    const all = [
      fingerprintOf(failed()),
      fingerprintOf(failed(), "other.tar"),
      fingerprintOf(failed({ budget: { name: "another" } })),
      fingerprintOf(failed({ budget: files })),
    ];
    expect(new Set(all).size).toBe(4);
  });

  test("does not depend on what passed before", () => {
    const [first, second] = issuesOf(failed(), failed());
    expect(issuesOf(verdictOf(), failed())[0]?.fingerprint).toBe(second?.fingerprint);
    expect(issuesOf(failed(), verdictOf())[0]?.fingerprint).toBe(first?.fingerprint);
  });
});

test("every kind in every status is what GitLab reads", async () => {
  const run = await everyKindRun();
  const bad = everyKind.filter(({ status }) => status === "failed" || status === "undecided");
  expect(read(run)).toHaveLength(bad.length + 1);
  expect([...gitlab(await everyKindRun())]).toEqual([...gitlab(run)]);
});

test("hostile names are text on one line", async () => {
  for (const { description, location } of read(await hostileRun())) {
    expect(`${description}${location.path}`).not.toMatch(/[\p{Cc}\p{Surrogate}\u202e\u200b]/u);
  }
});

test("any name and any reference make a report", () => {
  const any = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom("..", "/", ".//..", ...hostileTexts),
  );
  fc.assert(
    fc.property(any, any, (name, reference) => {
      const typed = budgetOf({ name, origin: { kind: "option", option: name } });
      const written = budgetOf({ name, origin: { kind: "file", file: reference, line: 1 } });
      const verdicts = [failed({ budget: typed }), failed({ budget: written })];
      const images = [checkedImage(demo, verdicts, { name, reference }), unreadImage({ name, reference })];
      expect(read(runOf(images))).toHaveLength(3);
    }),
  );
});
