/** What a report says of advice, packages, secrets and the like. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { readReport } from "../../src/report/read-report.ts";
import { createReport, stringifyReport } from "../../src/report/report.ts";
import { type Report, reportSchema } from "../../src/report/schema.ts";
import { scanLayers } from "../tree/scan-layers.ts";
import { type Full, fullInspection, LAYERS } from "./full-inspection.ts";
import { reportOf, saved } from "./reopen.ts";
import { reportProblems } from "./schema-files.ts";

let analysis: Analysis;
let full: Full;
let report: Report;
beforeAll(async () => {
  analysis = await scanLayers(...LAYERS);
  full = fullInspection(analysis);
  report = createReport(analysis, full);
});

test("it is the same as an object and as text, and fits the schema", () => {
  const text = [...stringifyReport(analysis, full)].join("");
  expect(JSON.parse(text)).toStrictEqual(JSON.parse(JSON.stringify(report)));
  expect(reportProblems(JSON.parse(text))).toEqual([]);
  expect(reportSchema.parse(report)).toStrictEqual(report);
});

test("its lists have one item a line and are safe to print", () => {
  const text = [...stringifyReport(analysis, full)].join("");
  expect(text.split("\n").filter((line) => line.includes('"pkg:npm/app"'))).toHaveLength(1);
  expect(text).not.toContain("\u001b");
  expect(text).not.toContain("\u202e");
});

test("lists that are very long come in pieces", () => {
  const [duplicate] = full.inspection.duplicates;
  const duplicates = Array.from({ length: 10_000 }, () => duplicate ?? { bytes: 0, inodes: [0, 0] as const });
  const inspection = { ...full.inspection, duplicates };
  const pieces = [...stringifyReport(analysis, { inspection })];
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(100_000);
  expect((JSON.parse(pieces.join("")) as Report).duplicates).toHaveLength(10_000);
});

describe("it says", () => {
  test("what could be done, why, where, and what that saves", () => {
    expect(report.savings).toEqual({ own: 5000, base: 0 });
    expect(report.advice?.[0]).toEqual({
      rule: "some-rule",
      title: "Something is there",
      category: "leavings",
      level: "warn",
      scope: "own",
      what: "It is in /one",
      reason: "It matters.",
      fix: "Do it here.",
      help: expect.stringMatching(/^https:.*\/docs\/rules\.md#some-rule$/),
      bytes: 5000,
      estimate: { bytes: 100, how: "by looking" },
      layers: [0, 1],
      steps: [{ step: 0, layer: 0, command: report.image.history[0]?.command }],
      files: 1,
      paths: [{ path: "/two", bytes: 5000 }],
      snippet: "RUN c",
    });
    expect(report.advice?.[1]?.paths).toEqual([{ path: "/app", directory: true, bytes: 0 }]);
  });

  test("which packages there are, where, since when, and what they weigh", () => {
    expect(report.packages?.[1]).toEqual({
      purl: "pkg:npm/%40scope/a@1.0.0",
      type: "npm",
      namespace: "@scope",
      name: "a",
      version: "1.0.0",
      license: "MIT OR Apache-2.0",
      path: "/app/node_modules/@scope/a/package.json",
      installedIn: 0,
      bytes: 2,
      files: 1,
      bytesByLayer: [{ layer: 0, bytes: 2 }],
      partOf: "pkg:deb/debian/tool@1%3A2.3-4%2Bb1?arch=amd64",
      requires: ["b"],
      requiredBy: ["app", "b"],
      development: true,
    });
    expect(report.packages?.map(({ name, removedIn }) => [name, removedIn])).toEqual([
      ["tool", undefined],
      ["a", undefined],
      ["app", undefined],
      ["b", 1],
    ]);
    expect(report.packageVersions?.[0]?.packages.map(({ version }) => version)).toEqual(["1.0.0", "1.0.0"]);
  });

  test("what no package owns, of which distribution it is, and what could not be read", () => {
    expect(report.unowned).toEqual([
      { path: "/two", bytes: 5000, files: 1 },
      { path: "/app", directory: true, bytes: 2, files: 1 },
    ]);
    expect(report.inspected).toMatchObject({
      distribution: { id: "debian", versionId: "12" },
      unownedBytes: 5002,
      packagedBytes: report.summary.finalBytes - 5002,
      unreadLayers: [1],
    });
  });

  test("which files are equal, each by one path that is there", () => {
    expect(report.duplicates).toEqual([
      {
        bytes: 5000,
        paths: [
          { path: "/one", layer: 0 },
          { path: "/also-two", layer: 1 },
          { path: "/d\ufffd", pathBase64: "L2T/", layer: 1 },
        ],
      },
    ]);
  });

  test("where secrets are, never what they are", () => {
    expect(report.secrets?.map(({ where }) => where)).toEqual([
      { kind: "file", path: "/root/.ssh/id_rsa", layer: 0, hiddenBy: 1 },
      { kind: "environment", name: "TOKEN" },
      { kind: "history", step: 1 },
    ]);
  });

  test("what may be run or written by others", () => {
    expect(report.permissions).toEqual({
      privileged: [
        {
          path: "/usr/bin/tool",
          layer: 0,
          setuid: true,
          capabilities: ["cap_net_raw"],
          capabilitiesEffective: true,
          package: "pkg:deb/debian/tool@1%3A2.3-4%2Bb1?arch=amd64",
        },
      ],
      unknownOwners: [{ path: "/d\ufffd", pathBase64: "L2T/", layer: 1, uid: 4711 }],
      worldWritable: [{ path: "/two", layer: 1 }],
      writableSystemFiles: [],
    });
  });

  test("that nothing is known of owners where the image names nobody", () => {
    const { inspection } = full;
    const permissions = { ...inspection.permissions, unknownOwners: undefined };
    const options = { inspection: { ...inspection, permissions } };
    expect(createReport(analysis, options).permissions?.unknownOwners).toBeNull();
    const text = [...stringifyReport(analysis, options)].join("");
    expect((JSON.parse(text) as Report).permissions?.unknownOwners).toBeNull();
  });

  test("nothing of all that where nobody looked", () => {
    const keys = Object.keys(createReport(analysis));
    expect(Object.keys(report).filter((key) => !keys.includes(key))).toEqual([
      "inspected",
      "savings",
      "advice",
      "packages",
      "unowned",
      "packageVersions",
      "duplicates",
      "secrets",
      "permissions",
    ]);
  });
});

describe("a saved report with all of it", () => {
  test("opens as the image it was made of", async () => {
    const again = analyse(await readReport(saved(analysis, full)));
    expect(reportOf(again)).toEqual(reportOf(analysis));
  });

  test("opens whatever stands in these parts", async () => {
    const text = JSON.stringify({ ...reportOf(analysis), advice: 1, packages: [{}], permissions: null, savings: "" });
    await expect(readReport(Buffer.from(text))).resolves.toBeDefined();
  });
});
