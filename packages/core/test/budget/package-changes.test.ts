/** What happened to the packages of an image since its baseline, an image or a saved report. */
import { beforeAll, describe, expect, test } from "vitest";
import { file, type Member, whiteout } from "../../../../fixtures/build/tar.ts";
import { type Baseline, baselineOf } from "../../src/budget/baseline.ts";
import { packageChanges } from "../../src/budget/package-changes.ts";
import { inspectImage } from "../../src/inspection/inspect-image.ts";
import type { Inspection } from "../../src/inspection/inspection.ts";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { findBaseLayers } from "../../src/metrics/base-layers.ts";
import { readBaseline } from "../../src/report/read-baseline.ts";
import { createReport, stringifyReport } from "../../src/report/report.ts";
import { type Report, reportSchema } from "../../src/report/schema.ts";
import { plain, saved } from "../report/reopen.ts";
import { pack, withScan } from "../tree/scan-layers.ts";

interface Looked {
  readonly analysis: Analysis;
  readonly inspection: Inspection;
}

const lookInto = (archive: Buffer): Promise<Looked> =>
  withScan(archive, async (image) => {
    const analysis = analyse(image);
    return { analysis, inspection: await inspectImage(analysis) };
  });

const look = (...layers: Member[][]): Promise<Looked> => lookInto(pack(layers, "plain"));

const npm = (name: string, version: string, bytes: number): Member[] => [
  file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version })),
  file(`app/node_modules/${name}/index.js`, "x".repeat(bytes)),
];

const bytesOf = (members: readonly Member[]): number =>
  members.reduce((sum, { content = "" }) => sum + Buffer.byteLength(content), 0);

const baselineFrom = ({ analysis, inspection }: Looked): Baseline =>
  baselineOf(analysis, findBaseLayers(analysis.image.document), "main", inspection);

const gone = npm("gone", "1.0.0", 3000);
const added = npm("@scope/added", "1.0.0", 9000);
let before: Looked;
let after: Looked;
beforeAll(async () => {
  before = await look(
    [...npm("same", "1.0.0", 10), ...npm("up", "1.9.0", 500), ...gone],
    [...npm("removed-before", "1.0.0", 1)],
    [whiteout("app/node_modules/removed-before")],
  );
  after = await look([...npm("same", "1.0.0", 10), ...npm("up", "1.10.0", 700), ...gone], added, [
    whiteout("app/node_modules/gone"),
  ]);
});

const linesOf = (changes: ReturnType<typeof packageChanges>): string[] | undefined =>
  changes?.map(
    ({ kind, namespace = "", name, before, after, bytes }) =>
      `${kind} ${namespace}/${name} ${before?.version ?? "-"}>${after?.version ?? "-"} ${bytes}`,
  );

const CHANGES = () => [
  `added @scope/added ->1.0.0 ${bytesOf(added)}`,
  `removed /gone 1.0.0>- -${bytesOf(gone)}`,
  "upgraded /up 1.9.0>1.10.0 201",
];

test("an image that was looked into tells them; what a layer removed is none of its packages", () => {
  expect(linesOf(packageChanges(after.analysis, after.inspection, baselineFrom(before)))).toEqual(CHANGES());
  expect(packageChanges(before.analysis, before.inspection, baselineFrom(before))).toEqual([]);
});

describe("a saved report tells the same", () => {
  test.each([true, false])("with lists of files: %s", async (files) => {
    const { analysis, inspection } = before;
    const baseline = await readBaseline(saved(analysis, { files, inspection }));
    expect(baseline.packages).toEqual(baselineFrom(before).packages);
    expect(linesOf(packageChanges(after.analysis, after.inspection, baseline))).toEqual(CHANGES());
  });

  test("not when it was saved without packages, as older ones were", async () => {
    const { analysis } = before;
    for (const files of [true, false]) {
      const baseline = await readBaseline(saved(analysis, { files }));
      expect(baseline.packages).toBeUndefined();
      expect(packageChanges(after.analysis, after.inspection, baseline)).toBeUndefined();
    }
  });

  test("nothing of it when what it says of packages cannot be understood", async () => {
    const { analysis, inspection } = before;
    const report = plain(createReport(analysis, { inspection }));
    const [one] = report.packages ?? [];
    for (const packages of [1, null, {}, [null], [{}], [{ ...one, bytes: -1 }], [one, { ...one, name: 7 }]]) {
      const baseline = await readBaseline(Buffer.from(JSON.stringify({ ...report, packages })));
      expect(baseline.packages).toBeUndefined();
    }
    const newer = { ...report, packages: report.packages?.map((known) => ({ ...known, more: 1 })) };
    expect((await readBaseline(Buffer.from(JSON.stringify(newer)))).packages).toHaveLength(3);
  });
});

describe("it is not told", () => {
  test("where there are layers that nobody could look into", async () => {
    const unread = (of: Looked): Looked => ({ ...of, inspection: { ...of.inspection, unread: [0] } });
    expect(packageChanges(after.analysis, unread(after).inspection, baselineFrom(before))).toBeUndefined();
    expect(packageChanges(after.analysis, after.inspection, baselineFrom(unread(before)))).toBeUndefined();
    const report = saved(before.analysis, { inspection: unread(before).inspection });
    expect((await readBaseline(report)).packages).toBeUndefined();
  });

  test("where one of the two was not read to its end", async () => {
    const { analysis, inspection } = await lookInto(pack([added, gone], "plain", { broken: { missing: [1] } }));
    const part = { analysis, inspection: { ...inspection, unread: [] } };
    expect(packageChanges(analysis, part.inspection, baselineFrom(before))).toBeUndefined();
    expect(packageChanges(after.analysis, after.inspection, baselineFrom(part))).toBeUndefined();
  });
});

test("a report has them, as an object and as text", () => {
  const { analysis, inspection } = after;
  const options = { inspection, packageChanges: packageChanges(analysis, inspection, baselineFrom(before)) };
  const report = createReport(analysis, options);
  expect(JSON.parse([...stringifyReport(analysis, options)].join(""))).toStrictEqual(
    JSON.parse(JSON.stringify(report)),
  );
  expect(reportSchema.parse(report)).toStrictEqual(report);
  expect(report.packageChanges).toEqual([
    {
      kind: "added",
      type: "npm",
      namespace: "@scope",
      name: "added",
      after: { version: "1.0.0", bytes: bytesOf(added) },
      bytes: bytesOf(added),
    },
    {
      kind: "removed",
      type: "npm",
      name: "gone",
      before: { version: "1.0.0", bytes: bytesOf(gone) },
      bytes: -bytesOf(gone),
    },
    {
      kind: "upgraded",
      type: "npm",
      name: "up",
      before: { version: "1.9.0", bytes: bytesOf(npm("up", "1.9.0", 500)) },
      after: { version: "1.10.0", bytes: bytesOf(npm("up", "1.10.0", 700)) },
      bytes: 201,
    },
  ] satisfies Report["packageChanges"]);
  expect(createReport(analysis, { inspection }).packageChanges).toBeUndefined();
});
