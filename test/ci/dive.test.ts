/** A `.dive-ci` keeps its verdicts: the numbers are those of a plain reading of dive's formulas, and those dive printed. */
import { beforeAll, describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, whiteout } from "../../fixtures/build/tar.ts";
import { naiveDive } from "../../packages/core/test/metrics/naive-dive.ts";
import { type CheckedReport, image, type Repository, repository, sized } from "./repository.ts";

const f = sized("f", 1000);
const tree = [dir("a"), sized("a/1", 1000), sized("a/2", 2000)];
const lists = Array.from({ length: 10 }, (_, index) => sized(`var/lib/apt/lists/${index}`, 10_000));
const apt = [sized("bin", 8000), dir("var"), dir("var/lib"), dir("var/lib/apt"), dir("var/lib/apt/lists"), ...lists];

interface Case {
  readonly layers: readonly (readonly Member[])[];
  /** What dive printed: three digits of the efficiency, and wasted bytes. */
  readonly printed: readonly [efficiency: string, wastedBytes: number];
  /** What it leaves out, or counts too much. */
  readonly note?: RegExp;
}

const CASES: Readonly<Record<string, Case>> = {
  "a directory that is removed": {
    layers: [[...tree, sized("k", 500)], [whiteout("a")]],
    printed: ["1.000", 0],
    note: /^dive misses 3,000 wasted bytes/,
  },
  "package lists removed with their directory": {
    layers: [apt, [whiteout("var/lib/apt/lists")]],
    printed: ["1.000", 0],
    note: /^dive misses 100,000 wasted bytes/,
  },
  "package lists removed one by one": {
    layers: [apt, lists.map(({ path }) => whiteout(path))],
    printed: ["0.074", 100_000],
  },
  "an empty directory that is filled and then removed": {
    layers: [[dir("a")], [dir("a"), sized("a/f", 1000)], [whiteout("a"), sized("k", 500)]],
    printed: ["0.600", 1000],
  },
  "a file that is removed": { layers: [[f, sized("k", 1000)], [whiteout("f")]], printed: ["0.500", 1000] },
  "an opaque directory": {
    layers: [tree, [dir("a"), opaque("a"), sized("a/new", 10)]],
    printed: ["1.000", 0],
    note: /^dive misses 3,000 wasted bytes/,
  },
  "a file and its second name in two layers": {
    layers: [
      [f, hardlink("g", "f")],
      [f, hardlink("g", "f")],
    ],
    printed: ["0.500", 2000],
    note: /of its 2,000 bytes 1,000 are wasted/,
  },
  "a marker for nothing": {
    layers: [[f], [whiteout("absent"), sized("f", 1000, {}, "y")]],
    printed: ["0.999", 0],
    note: /^dive misses 1,000 wasted bytes/,
  },
  "a file that is the same in two layers": {
    layers: [[f], [f]],
    printed: ["0.500", 2000],
    note: /of its 2,000 bytes 1,000 are wasted/,
  },
  "a marker and a new file of its name": {
    layers: [[f], [whiteout("f"), sized("f", 500)]],
    printed: ["0.000", 1500],
    note: /of its 1,500 bytes 1,000 are wasted/,
  },
  "a directory of which a file is rewritten, then removed": {
    layers: [[dir("a"), sized("a/f", 1000), sized("k", 100)], [dir("a"), sized("a/f", 2000)], [whiteout("a")]],
    printed: ["0.608", 3000],
  },
  "a directory removed and brought again": {
    layers: [
      [dir("a"), sized("a/old", 1000)],
      [whiteout("a"), dir("a"), sized("a/new", 300)],
    ],
    printed: ["1.000", 0],
    note: /^dive misses 1,000 wasted bytes/,
  },
  "a file of which the mode is changed": {
    layers: [[sized("f", 100_000)], [sized("f", 100_000, { mode: 0o755 })]],
    printed: ["0.500", 200_000],
    note: /of its 200,000 bytes 100,000 are wasted/,
  },
  "a single layer": { layers: [[f]], printed: ["1.000", 0] },
  "layers without anything": { layers: [[], []], printed: ["1.000", 0] },
};

const names = Object.keys(CASES);
const RULES = ["lowestEfficiency", "highestWastedBytes", "highestUserWastedPercent"] as const;

const archive = (name: string): string => `${name.replaceAll(" ", "-")}.tar`;
const numbersOf = (name: string) => naiveDive(CASES[name]?.layers ?? []).numbers;

let repo: Repository;
let count = 0;

beforeAll(() => {
  repo = repository();
  for (const [name, { layers }] of Object.entries(CASES)) repo.write(archive(name), image(layers));
});

interface Checked {
  readonly code: number | null;
  readonly stderr: string;
  readonly reports: readonly CheckedReport[];
}

/** A check with this `.dive-ci`. */
async function check(rules: string, ...images: string[]): Promise<Checked> {
  const directory = `rules-${count++}`;
  repo.write(`${directory}/.dive-ci`, rules);
  const { code, stdout, stderr } = await repo.run(["ci", "--json", ...images.map((name) => `../${archive(name)}`)], {
    cwd: directory,
  });
  if (stdout === "") return { code, stderr, reports: [] };
  const document = JSON.parse(stdout);
  return { code, stderr, reports: document.reports ?? [document] };
}

const rulesOf = (values: Readonly<Partial<Record<(typeof RULES)[number], unknown>>>): string =>
  `rules:\n${Object.entries(values)
    .map(([rule, value]) => `  ${rule}: ${value}\n`)
    .join("")}`;

const statuses = ({ reports }: Checked): string[] =>
  reports.flatMap(({ budgets }) => budgets.map(({ name, status }) => `${name} ${status}`));

describe("numbers", () => {
  test("are dive's, and so are the verdicts by its defaults", async () => {
    const { code, reports } = await check(rulesOf({ highestWastedBytes: 1000 }), ...names);
    expect(code).toBe(1);
    expect(reports).toHaveLength(names.length);
    for (const [index, name] of names.entries()) {
      const { efficiency, wastedBytes, userWastedShare } = numbersOf(name);
      const { printed, note } = CASES[name] as Case;
      expect([efficiency.toFixed(3), wastedBytes], name).toEqual(printed);
      const budgets = reports[index]?.budgets ?? [];
      const expected = [
        { name: RULES[0], value: efficiency, status: efficiency < 0.9 ? "failed" : "passed" },
        { name: RULES[1], value: wastedBytes, status: wastedBytes > 1000 ? "failed" : "passed" },
        {
          name: RULES[2],
          // What is no number decides as it does for dive, and is none in the report.
          value: Number.isFinite(userWastedShare) ? userWastedShare : null,
          status: userWastedShare > 0.1 ? "failed" : "passed",
        },
      ];
      expect(
        budgets.map(({ name, value, status }) => ({ name, value, status })),
        name,
      ).toEqual(expected);
      const notes = budgets[1]?.notes ?? [];
      expect(notes, name).toEqual(note === undefined ? [] : [expect.stringMatching(note)]);
    }
  });

  test("that are not finite pass as NaN and fail as infinity, whatever the limit is", async () => {
    expect(numbersOf("a single layer").userWastedShare).toBeNaN();
    expect(numbersOf("a file that is removed").userWastedShare).toBe(Number.POSITIVE_INFINITY);
    const rules = (limit: number): string => rulesOf({ lowestEfficiency: "off", highestUserWastedPercent: limit });
    const [none, all] = await Promise.all([
      check(rules(0), "a single layer"),
      check(rules(1), "a file that is removed"),
    ]);
    expect([none.code, statuses(none)]).toEqual([0, ["highestUserWastedPercent passed"]]);
    expect([all.code, statuses(all)]).toEqual([1, ["highestUserWastedPercent failed"]]);
    expect(none.reports[0]?.budgets[0]?.notes).toEqual([expect.stringContaining("0 by 0")]);
    expect(all.reports[0]?.budgets[0]?.notes).toEqual([expect.stringContaining("divides by 0")]);
  });

  describe.concurrent("at the limit pass, and fail beyond it", () => {
    test.each(["package lists removed one by one", "a directory of which a file is rewritten, then removed"])(
      "%s",
      async (name) => {
        const { efficiency, wastedBytes } = numbersOf(name);
        const [at, beyond] = await Promise.all([
          check(rulesOf({ [RULES[0]]: efficiency, [RULES[1]]: wastedBytes, [RULES[2]]: "off" }), name),
          check(rulesOf({ [RULES[0]]: efficiency + 1e-12, [RULES[1]]: wastedBytes - 1, [RULES[2]]: "off" }), name),
        ]);
        expect([at.code, statuses(at)]).toEqual([0, [`${RULES[0]} passed`, `${RULES[1]} passed`]]);
        expect([beyond.code, statuses(beyond)]).toEqual([1, [`${RULES[0]} failed`, `${RULES[1]} failed`]]);
      },
    );

    test("of what users waste", async () => {
      // 100 bytes come twice, beside 700 others: 200 of 800.
      repo.write("quarter.tar", image([[sized("f", 100)], [sized("f", 100), sized("k", 700)]]));
      const rules = (limit: number): string => rulesOf({ lowestEfficiency: "off", [RULES[2]]: limit });
      const [at, beyond] = await Promise.all([check(rules(0.25), "quarter"), check(rules(0.2499999), "quarter")]);
      expect([at.code, statuses(at)]).toEqual([0, [`${RULES[2]} passed`]]);
      expect([beyond.code, statuses(beyond)]).toEqual([1, [`${RULES[2]} failed`]]);
    });
  });
});

describe.concurrent("rules", () => {
  const limits = ({ reports }: Checked): (readonly [string, number | null])[] =>
    (reports[0]?.budgets ?? []).map(({ name, limit }) => [name, limit] as const);

  test.each([
    ["nothing", ""],
    ["no rules", "rules:\n"],
    ["rules that say nothing", "rules:\n  lowestEfficiency:\n  highest-wasted-bytes: ~\n"],
  ])("of a file with %s are dive's defaults", async (_, rules) => {
    const checked = await check(rules, "a file that is the same in two layers");
    expect(limits(checked)).toEqual([
      ["lowestEfficiency", 0.9],
      ["highestUserWastedPercent", 0.1],
    ]);
    expect(checked).toMatchObject({ code: 1, stderr: "" });
  });

  test.each([
    "rules: { lowestEfficiency: disabled, highestUserWastedPercent: off, highestWastedBytes: 5kB }",
    'rules: { lowest-efficiency: "", highest-user-wasted-percent: false, highest-wasted-bytes: 5000 }',
    'rules: { lowestEfficiency: OFF, highest-user-wasted-percent: "Disabled", highestWastedBytes: "5,000" }',
  ])("are switched off, in both spellings: %s", async (rules) => {
    const checked = await check(rules, "a file that is the same in two layers");
    expect(limits(checked)).toEqual([["highestWastedBytes", 5000]]);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
  });

  test("all switched off leave nothing to check", async () => {
    const rules = "rules: { lowestEfficiency: off, highestUserWastedPercent: off, highestWastedBytes: off }";
    const { code, stderr } = await check(rules, "a single layer");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^layerscope: no budget to check /);
  });

  test.each([
    ["20MB", 20_000_000],
    ["20 MiB", 20_971_520],
    ["20Mb", 20_000_000],
    ["1.5 kB", 1500],
  ])("know sizes as %s", async (written, limit) => {
    const checked = await check(rulesOf({ highestWastedBytes: written }), "a single layer");
    expect(limits(checked)[1]).toEqual(["highestWastedBytes", limit]);
  });

  test.each([
    ["lowestEfficiency: 95", '"95" is not from 0 to 1'],
    ["lowestEfficiency: 95%", '"95%" is no number from 0 to 1, which is what dive wants: write 0.95'],
    ["highestUserWastedPercent: -0.1", '"-0.1" is not from 0 to 1'],
    ["highestUserWastedPercent: .nan", '"NaN" is no number from 0 to 1, which is what dive wants'],
    ["highestWastedBytes: lots", '"lots" is not a size such as 20MB'],
    ["lowest-efficiency: [0.9]", "a list is not a limit"],
  ])("that are wrong are refused: %s", async (rule, problem) => {
    const { code, stderr, reports } = await check(`rules:\n  ${rule}\n`, "a single layer");
    const [key = ""] = rule.split(":");
    expect(stderr.split("\n")[0]).toBe(`layerscope: .dive-ci:2:${key.length + 5}: rules.${key}: ${problem}`);
    expect([code, reports]).toEqual([2, []]);
  });

  test("that dive does not know are warned about", async () => {
    const rules = "rules:\n  lowestEfficency: 0.99\n  plugin1/rule1: 3\nplugins: []\nhighestWastedBytes: 1\n";
    const { code, stderr } = await check(rules, "a single layer");
    expect(code).toBe(0);
    expect(stderr.split("\n").slice(0, -1)).toEqual([
      expect.stringMatching(/^layerscope: warning: \.dive-ci:4: .*"plugins"/),
      expect.stringMatching(/^layerscope: warning: \.dive-ci:5: .*"highestWastedBytes".*below rules$/),
      expect.stringMatching(
        /^layerscope: warning: \.dive-ci:2: .*"lowestEfficency".*did you mean "lowestEfficiency"\?$/,
      ),
      expect.stringMatching(/^layerscope: warning: \.dive-ci:3: .*"plugin1\/rule1"/),
    ]);
  });

  test("that are there in both spellings count as dive's options spell them", async () => {
    const rules = "rules: { lowest-efficiency: 0.2, lowestEfficiency: 0.3 }";
    const checked = await check(rules, "a single layer");
    expect(limits(checked)[0]).toEqual(["lowestEfficiency", 0.3]);
    expect(checked.stderr).toMatch(/warning: .*lowest-efficiency has no effect/);
  });
});

describe.concurrent("a .dive-ci", () => {
  test("is not read beside a configuration, which is said, unless it is named", async () => {
    const both = repository({
      "app.tar": image([[f], [f]]),
      "layerscope.yaml": "budgets: [{ maxSize: 1 MB }]",
      ".dive-ci": "rules: { lowestEfficiency: 0.99 }",
    });
    const [beside, named] = await Promise.all([both.check("app.tar"), both.check("--config", ".dive-ci", "app.tar")]);
    expect(beside.report.budgets.map(({ name }) => name)).toEqual(["total size"]);
    expect(beside).toMatchObject({ code: 0, stderr: expect.stringContaining(".dive-ci is not read") });
    expect(named.report.budgets.map(({ name }) => name)).toEqual(["lowestEfficiency", "highestUserWastedPercent"]);
    expect(named).toMatchObject({ code: 1, stderr: "" });
  });

  test("is checked beside what options set, with dive's numbers in the report", async () => {
    const one = repository({ "app.tar": image([[f], [f]]), ".dive-ci": "rules: { lowestEfficiency: 0.5 }" });
    const { code, report } = await one.check("app.tar", "--min-efficiency", "0.5", "--max-wasted-bytes", "1000");
    expect(report.budgets.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "lowestEfficiency passed",
      "highestUserWastedPercent failed",
      "wasted bytes passed",
      "efficiency passed",
    ]);
    expect(report.compat?.dive).toMatchObject({ efficiency: 0.5, wastedBytes: 2000 });
    expect(code).toBe(1);
  });

  test("cannot be decided on a saved report, which is no pass", async () => {
    const one = repository({ "app.tar": image([[f], [file("g")]]), ".dive-ci": "" });
    await one.run(["--json", "--files", "-o", "report.json", "app.tar"]);
    const { code, report } = await one.check("report.json");
    expect([code, report.verdict]).toEqual([2, "undecided"]);
  });

  test("says in the table what its numbers hide", async () => {
    const one = repository({
      "app.tar": image([
        [...tree, sized("k", 500)],
        [whiteout("a"), sized("l", 9)],
      ]),
      ".dive-ci": "",
    });
    const { code, stdout } = await one.ci("app.tar");
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "Note: dive misses 3,000 wasted bytes: 3,000 removed with a directory",
    );
  });
});
