/** Configurations: which one is found, what its paths mean, and what is said of mistakes in it. */
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UNSAFE } from "../cli/hostile-image.ts";
import { APP, type Checked, image, type Repository, repository, sized } from "./repository.ts";

const app = image(APP);
const small = image([[sized("a", 1000)]]);

/** A budget that everything is within; its name tells where it was found. */
const yaml = (name: string): string => `images: [app.tar]\nbudgets:\n  - name: ${name}\n    maxSize: 1 MB\n`;
const json = (name: string): string =>
  JSON.stringify({ images: ["app.tar"], budgets: [{ name, maxSize: "1 MB" }] }, null, 2);

/** What a configuration may be called, the first that counts first. */
const FILES: readonly (readonly [name: string, content: string])[] = [
  ["layerscope.yaml", yaml("a")],
  ["layerscope.yml", yaml("b")],
  ["layerscope.json", json("c")],
  [".layerscoperc", yaml("d")],
  ["package.json", JSON.stringify({ name: "app", layerscope: JSON.parse(json("e")) }, null, 2)],
];

const found = ({ report }: Checked): (string | undefined)[] =>
  report.budgets.map(({ name, origin }) => (origin && "file" in origin ? `${name} ${origin.file}` : name));

describe.concurrent("a configuration is found", () => {
  test("in this order, and those that are not read are said not to be", async () => {
    const all = [...FILES, [".dive-ci", "rules: { lowestEfficiency: 0.1, highestUserWastedPercent: off }"] as const];
    const runs = all.map(async ([first], index) => {
      const rest = all.slice(index);
      const repo = repository({ "app.tar": app, ...Object.fromEntries(rest) });
      // dive's rules name no image.
      const { code, report, stderr } = await repo.check(...(rest.length > 1 ? [] : ["app.tar"]));
      expect(code).toBe(0);
      expect(report.budgets[0]?.origin).toMatchObject({ file: first });
      const [, ...others] = rest;
      expect(stderr.split("\n").slice(0, -1)).toEqual(
        others.map(([name]) => `layerscope: warning: ${name} is not read: ${first} comes before it`),
      );
    });
    await Promise.all(runs);
  });

  test("from directories below, the nearest one", async () => {
    const repo = repository({ "app.tar": app, "layerscope.yml": yaml("top"), "a/b/.keep": "" });
    repo.write("near/.layerscoperc", yaml("near"));
    repo.write("near/app.tar", small);
    // Somebody else's.
    repo.write("a/b/package.json", '{ "name": "b" }');
    repo.write("a/b/layerscope.yaml/readme", "a directory");
    const [below, near, named, none] = await Promise.all([
      repo.run(["ci", "--json"], { cwd: "a/b" }),
      repo.run(["ci", "--json"], { cwd: "near" }),
      repo.run(["ci", "--json", "--config", "../layerscope.yml"], { cwd: "near" }),
      repo.run(["ci", "--json", "--no-config", "app.tar"], { cwd: "near" }),
    ]);
    const budgetsIn = (stdout: string): string[] => found({ report: JSON.parse(stdout) } as Checked) as string[];
    expect(budgetsIn(below.stdout)).toEqual(["top ../../layerscope.yml"]);
    expect(budgetsIn(near.stdout)).toEqual(["near .layerscoperc"]);
    expect(budgetsIn(named.stdout)).toEqual(["top ../layerscope.yml"]);
    expect(none).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("no budget to check app.tar") });
  });

  test("or there is none, and nothing to check", async () => {
    const repo = repository({ "app.tar": app });
    const [neither, image, budget] = await Promise.all([repo.ci(), repo.ci("app.tar"), repo.ci("--max-size", "1 GB")]);
    expect(neither).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("no image to check") });
    expect(image).toMatchObject({ code: 2, stdout: "" });
    expect(image.stderr).toMatch(
      /no budget to check app\.tar against: no configuration was found\n {2}.*layerscope init/,
    );
    expect(budget).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("no image to check") });
  });
});

describe.concurrent("paths in a configuration", () => {
  const config = [
    "images:",
    "  - name: app",
    "    reference: dist/app.tar",
    "    baseline: main.tar",
    "    base: dist/base.tar",
    "budgets:",
    "  - maxGrowth: 1 kB",
    "  - maxSize: 13 kB",
    "    layers: own",
    "",
  ].join("\n");

  function withImages(): Repository {
    const repo = repository({ "conf/layerscope.yaml": config, "conf/dist/app.tar": app, "conf/sub/.keep": "" });
    repo.write("conf/dist/base.tar", image(APP.slice(0, 1)));
    repo.write("conf/main.tar", app);
    return repo;
  }

  test("are taken from its directory, wherever one is", async () => {
    const repo = withImages();
    const [above, beside, below] = await Promise.all([
      repo.run(["ci", "--json", "--config", "conf/layerscope.yaml"]),
      repo.run(["ci", "--json"], { cwd: "conf" }),
      repo.run(["ci", "--json", "app"], { cwd: "conf/sub" }),
    ]);
    const references = [above, beside, below].map(({ code, stdout, stderr }) => {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const { image, base, budgets } = JSON.parse(stdout) as Checked["report"];
      expect(image.name).toBe("app");
      expect(base).toMatchObject({ layers: 1, certainty: "certain" });
      expect(budgets.map(({ value }) => value)).toEqual([0, 13_000]);
      return image.reference;
    });
    expect(references).toEqual(["conf/dist/app.tar", "dist/app.tar", "../dist/app.tar"]);
  });

  test("are what is written where nothing is there", async () => {
    const repo = repository({ "conf/layerscope.yaml": yaml("a"), "app.tar": small });
    const { code, report } = await repo.check("--config", "conf/layerscope.yaml");
    expect(code).toBe(0);
    expect(report.image.reference).toBe("app.tar");
  });

  test("are not needed for an image that is named on the command line", async () => {
    const repo = repository({ "layerscope.yaml": yaml("a"), "other.tar": small });
    const { code, report } = await repo.check("other.tar");
    expect(code).toBe(0);
    expect(report.summary.storedBytes).toBe(1000);
  });
});

describe.concurrent("a mistake in a configuration", () => {
  /** What is said of a file; nothing is checked, and nothing else is said. */
  async function said(name: string, content: string, ...args: string[]): Promise<string[]> {
    const repo = repository({ "app.tar": app, [name]: content });
    const { code, stdout, stderr } = await repo.ci(...args, "app.tar");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    const [first = "", ...others] = stderr.split("\n").slice(0, -1);
    expect(first).toMatch(/^layerscope: /);
    return [first.slice("layerscope: ".length), ...others.map((line) => line.trim())];
  }

  test("is told with its place, the key and the nearest right one, and so are all others", async () => {
    /** What is written, where in it the mistake is, and what is said of it. */
    const mistakes: readonly (readonly [line: string, at: string, message: RegExp])[] = [
      ["  - maxSiz: 3 MB", "maxSiz", /no setting "maxSiz"; did you mean "maxSize"/],
      ["  - maxSize: 300 M", "300", /maxSize: "300 M" is unclear: write 300 MB .*1000.* or 300 MiB .*1024/],
      ["  - { maxSize: 3 MB, maxLayers: 3 }", "maxLayers", /maxLayers: a budget sets one limit.* maxSize too/],
      ["  - name: nothing", "name", /no limit; a budget sets one of maxSize, /],
      ["  - { maxSize: 3 MB, layers: owm }", "owm", /layers: "owm" is none of image, own, base.*did you mean "own"/],
      ["  - { maxSize: 3 MB, severity: warning }", "warning", /severity: "warning" is none of error, warn/],
      ["  - { maxSize: 3 MB, cause: deleted }", "cause", /cause: only maxWastedBytes and maxWastedShare know causes/],
      ["  - { maxWastedBytes: 3 MB, cause: delted }", "delted", /"delted" is none of .*did you mean "deleted"/],
      ["  - { maxLayers: 3, paths: /a }", "paths", /paths: maxLayers knows no paths/],
      ["  - { maxSize: 3 MB, butAtLeast: 1 }", "butAtLeast", /butAtLeast: maxSize is no share/],
      ["  - nonRoot: false", "false", /nonRoot: "false" is not true/],
      ["  - forbidden: []", "[]", /forbidden: an empty list/],
      ["  - maxLayers: -1", "-1", /maxLayers: -1 is negative/],
      ["  - maxFiles: 1.5", "1.5", /maxFiles: 1.5 is not a whole number/],
      ["  - maxWastedShare: 10", "10", /maxWastedShare: 10 is above 1: write 10 % or 0\.1/],
      ["  - minEfficiency: 101 %", "101", /minEfficiency: "101 %" is above 100 %/],
      ["  - maxGrowth: 0.03", "0.03", /maxGrowth: 0.03 is less than a byte: write 3 %/],
      ["  - { maxGrowth: 3 %, layers: 2 }", "2", /layers: maxGrowth knows only image, own and base/],
      ['  - { maxSize: 1, paths: "/" }', '"/"', /paths: "\/" is everything/],
    ];
    const text = ["budgets:", ...mistakes.map(([line]) => line)].join("\n");
    const lines = await said("layerscope.yaml", text);
    expect(lines.pop()).toBe("docs/ci.md has every setting.");
    expect(lines).toHaveLength(mistakes.length);
    for (const [index, [line, at, message]] of mistakes.entries()) {
      const place = `layerscope.yaml:${index + 2}:${line.lastIndexOf(at) + 1}: `;
      expect(lines[index]?.slice(0, place.length)).toBe(place);
      expect(lines[index]?.slice(place.length)).toMatch(message);
    }
  });

  test.each([
    ["layerscope.yaml", "budget:\n  - maxSize: 3\n", /^layerscope\.yaml:1:1: .*"budget"; did you mean "budgets"\?$/],
    ["layerscope.yaml", "budgets: []\nmaxSize: 3 MB\n", /^layerscope\.yaml:2:1: .*"maxSize" here; .*list of budgets$/],
    ["layerscope.yml", "rules:\n  lowestEfficiency: 0.9\n", /^layerscope\.yml:2:3: .*"lowestEfficiency"; .*\.dive-ci$/],
    ["layerscope.yml", "budgets:\n  - maxSize: [1\n", /^layerscope\.yml:3:1: /],
    [
      "layerscope.yml",
      "budgets:\n  - maxSize: 1\n    maxSize: 2\n",
      /^layerscope\.yml:3:5: .*"maxSize" is there already$/,
    ],
    ["layerscope.yml", "", /^layerscope\.yml:1:1: the configuration is empty/],
    [
      "layerscope.json",
      '{\n "images": [{ "name": "x" }] }',
      /^layerscope\.json:2:13: images\.0\.reference: it must be set/,
    ],
    [".layerscoperc", '{ "budgets": [\n { "maxSize": "1 M" } ] }', /^\.layerscoperc:2:15: budgets\.0\.maxSize: "1 M"/],
    [
      "package.json",
      '{\n  "layerscope": {\n    "budgets": [{ "maxSiz": 1 }] } }',
      /^package\.json:3:19: .*"maxSize"\?$/,
    ],
    ["package.json", '{\n  "layerscope": {},\n}', /^package\.json:3:1: not JSON: /],
    [
      ".dive-ci",
      "rules:\n  lowestEfficiency: 95\n",
      /^\.dive-ci:2:21: rules\.lowestEfficiency: "95" is not from 0 to 1$/,
    ],
  ])("is told of %s", async (name, content, message) => {
    expect((await said(name, content))[0]).toMatch(message);
  });

  test("stops everything, although options set budgets and images that pass", async () => {
    const [first] = await said("layerscope.yaml", "budgets: 3", "--max-size", "1GB");
    expect(first).toMatch(/^layerscope\.yaml:1:10: budgets: /);
  });

  test("is that a configuration is not there, or sets nothing", async () => {
    expect((await said("x.yaml", "budgets: []", "--config", "y.yaml"))[0]).toBe("y.yaml: no such configuration");
    expect((await said("x.yaml", "budgets: []", "--config", "x.yaml"))[0]).toBe(
      "no budget to check app.tar against: x.yaml sets none",
    );
    expect((await said("x/y", "", "--config", "x"))[0]).toMatch(/^x: cannot read the configuration: /);
  });
});

describe.concurrent("a configuration is only data", () => {
  const refused = async (content: string | Uint8Array, name = "layerscope.yaml"): Promise<string> => {
    const repo = repository({ "app.tar": app, [name]: content });
    const { code, stdout, stderr } = await repo.ci("app.tar");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toContain("unexpected error");
    expect(repo.has("run")).toBe(false);
    return stderr;
  };

  test.each([
    ["a function of JavaScript", 'budgets: !!js/function "function () { require(`fs`).writeFileSync(`run`, ``) }"'],
    ["an object of Python", 'budgets: [{ maxSize: !!python/object/apply:os.system ["touch run"] }]'],
    ["a prototype, or merged", "__proto__: { budgets: [{ maxSize: 1 GB }] }\n<<: { budgets: [{ maxSize: 1 GB }] }\n"],
    ["several documents", "--- { budgets: [{ maxSize: 1 GB }] }\n--- { budgets: [{ maxSize: 1 GB }] }\n"],
    ["a script", "module.exports = require('fs').writeFileSync('run', '')"],
  ])("that is not %s", async (_, content) => {
    expect(await refused(content)).toMatch(/^layerscope: layerscope\.yaml:\d+:\d+: /);
  });

  test("and no file beside it is run", async () => {
    const script = "require('fs').writeFileSync('run', ''); module.exports = { budgets: [{ maxSize: 1 }] };";
    const names = ["layerscope.js", "layerscope.cjs", "layerscope.config.js", "layerscope.ts", ".layerscoperc.js"];
    const repo = repository({ "app.tar": app, ...Object.fromEntries(names.map((name) => [name, script])) });
    expect(await repo.ci("app.tar", "--max-size", "1GB")).toMatchObject({ code: 0 });
    expect((await repo.ci("app.tar", "--config", "layerscope.js")).code).toBe(2);
    expect(repo.has("run")).toBe(false);
  });

  test.each([
    ["as large as anything", `#${"x".repeat(1 << 20)}`],
    ["as deep as anything", `budgets: ${"[".repeat(20_000)}${"]".repeat(20_000)}`],
    ["deep in blocks", Array.from({ length: 1400 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
    ["of aliases for aliases", `${aliases(12)}budgets: *a12\n`],
    ["of very many unknown keys", Array.from({ length: 5000 }, (_, index) => `k${index}: 1\n`).join("")],
    ["of very many wrong budgets", `budgets:\n${"- maxSiz: 1\n".repeat(5000)}`],
    ["of no text", Buffer.from([0xff, 0xfe, 0x00, 0x62])],
  ])("refused when it is %s", async (_, content) => {
    const stderr = await refused(content);
    expect(stderr).toMatch(/^layerscope: layerscope\.yaml:\d+:\d+: /);
    expect(stderr.length).toBeLessThan(10_000);
  });

  test("and not a device", async () => {
    const repo = repository({ "app.tar": app });
    symlinkSync("/dev/zero", join(repo.directory, "layerscope.yaml"));
    const [found, named] = await Promise.all([repo.ci("app.tar"), repo.ci("app.tar", "--config", "layerscope.yaml")]);
    expect(found.stderr).toContain("no configuration was found");
    expect(named).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/more than \d+ bytes/) });
  });

  test("whose names do nothing to a terminal", async () => {
    const evil = "\u001b]0;owned\u0007\u001b[31m\r\u202e";
    const repo = repository({ "app.tar": app });
    const named = { budgets: [{ name: evil, maxSize: 1 }], images: [{ name: evil, reference: "app.tar" }] };
    writeFileSync(join(repo.directory, "layerscope.json"), JSON.stringify(named));
    const table = await repo.ci();
    expect(table.code).toBe(1);
    writeFileSync(join(repo.directory, "layerscope.json"), JSON.stringify({ [evil]: 1 }));
    const wrong = await repo.ci();
    expect(wrong.code).toBe(2);
    for (const text of [table.stdout, wrong.stderr]) expect(text).not.toMatch(UNSAFE);
  });
});

/** Lists of lists of lists: a few lines that mean more than there is memory for. */
function aliases(depth: number): string {
  const first = `a0: &a0 [${"x, ".repeat(10)}]\n`;
  const more = Array.from({ length: depth }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(10)}]\n`);
  return first + more.join("");
}
