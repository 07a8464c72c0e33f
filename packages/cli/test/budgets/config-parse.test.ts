import { LayerscopeError, RULES } from "@layerscope/core";
import { describe, expect, it, test } from "vitest";
import type { LocatedBudget } from "../../src/budgets/check-run.ts";
import { parseBudgets } from "../../src/budgets/config/parse-budgets.ts";

const FILE = "layerscope.yaml";

/** The messages of a configuration that is refused, the first problem first. */
function problems(text: string, within?: string): readonly string[] {
  try {
    parseBudgets(text, { file: FILE, within });
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(LayerscopeError);
    const { code, message, choices, hint } = thrown as LayerscopeError;
    expect(code).toBe("invalid-config");
    expect(hint).toContain("docs/ci.md");
    expect([message, ...choices].join("")).not.toContain("\n");
    return [message, ...choices];
  }
  throw new Error("nothing was wrong");
}

function budgetsOf(text: string): readonly LocatedBudget[] {
  return parseBudgets(text, { file: FILE }).budgets;
}

/** The only budget, written on its own line. */
function budget(settings: string): LocatedBudget {
  const [one, ...others] = budgetsOf(`budgets:\n  - ${settings}\n`);
  expect(others).toEqual([]);
  if (one === undefined) throw new Error("no budget");
  return one;
}

describe("a configuration", () => {
  it("sets what the documentation says", () => {
    const text = `# yaml-language-server: $schema=./node_modules/layerscope/config.schema.json
$schema: ./node_modules/layerscope/config.schema.json
images:
  - dist/app.tar
  - name: worker
    reference: dist/worker.tar
    platform: linux/arm64
    baseline: main-worker.json
    baseLayers: 2
    budgets: [ { maxSize: 90 MB } ]
base: base.tar
baseline: main.json
units: iec
ignore: ["/var/lib/dpkg/**"]
budgets:
  - name: everything
    maxSize: 300 MB
  - maxSize: 5 MB
    paths: /usr/share/doc
    layers: own
    severity: warn
    ignore: "*.pyc"
  - nonRoot: true
`;
    expect(parseBudgets(text, { file: "../layerscope.yaml" })).toStrictEqual({
      file: "../layerscope.yaml",
      images: [
        { name: "dist/app.tar", reference: "dist/app.tar", budgets: [] },
        {
          name: "worker",
          reference: "dist/worker.tar",
          platform: "linux/arm64",
          baseline: "main-worker.json",
          baseLayers: 2,
          budgets: [
            {
              name: "total size",
              limit: { kind: "maxSize", bytes: 90_000_000 },
              layers: "image",
              ignore: ["/var/lib/dpkg/**"],
              severity: "error",
              origin: { kind: "file", file: "../layerscope.yaml", line: 10 },
            },
          ],
        },
      ],
      base: "base.tar",
      baseline: "main.json",
      units: "iec",
      rules: [],
      ignore: ["/var/lib/dpkg/**"],
      budgets: [
        {
          name: "everything",
          limit: { kind: "maxSize", bytes: 300_000_000 },
          layers: "image",
          ignore: ["/var/lib/dpkg/**"],
          severity: "error",
          origin: { kind: "file", file: "../layerscope.yaml", line: 16 },
        },
        {
          name: "size of /usr/share/doc in own layers",
          limit: { kind: "maxSize", bytes: 5_000_000 },
          layers: "own",
          paths: ["/usr/share/doc"],
          ignore: ["*.pyc", "/var/lib/dpkg/**"],
          severity: "warn",
          origin: { kind: "file", file: "../layerscope.yaml", line: 18 },
        },
        {
          name: "user is not root",
          limit: { kind: "nonRoot" },
          layers: "image",
          severity: "error",
          origin: { kind: "file", file: "../layerscope.yaml", line: 23 },
        },
      ],
      warnings: [],
    });
  });

  test.each<readonly [string, object]>([
    ["maxSize: 300 MB", { kind: "maxSize", bytes: 300_000_000 }],
    ["maxSize: 1234", { kind: "maxSize", bytes: 1234 }],
    ["maxCompressedSize: 120 MiB", { kind: "maxCompressedSize", bytes: 120 * 1024 * 1024 }],
    ["maxLayers: 20", { kind: "maxLayers", count: 20 }],
    ["maxLayerSize: 100 MB", { kind: "maxLayerSize", bytes: 100_000_000 }],
    ["{ maxWastedBytes: 0, cause: deleted }", { kind: "maxWastedBytes", bytes: 0, cause: "deleted" }],
    [
      "{ maxWastedShare: 10 %, butAtLeast: 20 MB, cause: duplicate-member }",
      { kind: "maxWastedShare", share: 0.1, butAtLeast: 20_000_000, cause: "duplicate-member" },
    ],
    ["maxWastedShare: 0.07", { kind: "maxWastedShare", share: 0.07 }],
    ["{ minEfficiency: 95 %, butAtLeast: 1 kB }", { kind: "minEfficiency", share: 0.95, butAtLeast: 1000 }],
    ["maxFiles: 20000", { kind: "maxFiles", count: 20_000 }],
    ["maxFileSize: 50 MB", { kind: "maxFileSize", bytes: 50_000_000 }],
    ["maxGrowth: 5 MB", { kind: "maxGrowth", bytes: 5_000_000 }],
    ["{ maxGrowth: 3 %, butAtLeast: 1 MB }", { kind: "maxGrowth", share: 0.03, butAtLeast: 1_000_000 }],
    ["forbidden: ['**/.git/**', id_rsa]", { kind: "forbidden", patterns: ["**/.git/**", "id_rsa"] }],
    ["required: /app/server", { kind: "required", patterns: ["/app/server"] }],
    ["allowedSetuid: []", { kind: "allowedSetuid", patterns: [] }],
    ["nonRoot: true", { kind: "nonRoot" }],
  ])("has the limit %s", (settings, limit) => {
    expect(budget(settings).limit).toEqual(limit);
  });

  test("a budget may be about one layer", () => {
    expect(budget("{ maxSize: 1 MB, layers: 3 }")).toMatchObject({ layers: 3, name: "size of layer 3" });
  });

  test("what no budget counts says nothing to limits that know no paths", () => {
    const [compressed, required] = budgetsOf(
      "ignore: /var\nbudgets: [{ maxCompressedSize: 1 MB }, { required: /var/lib/dpkg/status }]",
    );
    expect(compressed).not.toHaveProperty("ignore");
    expect(required).not.toHaveProperty("ignore");
  });

  test("references are looked up by whoever knows the directories", () => {
    const text = "base: b\nbaseline: c\nimages: [i, { name: n, reference: j, base: d, baseline: e }]";
    expect(parseBudgets(text, { file: FILE, resolve: (reference) => `../${reference}` })).toMatchObject({
      base: "../b",
      baseline: "../c",
      images: [
        { name: "i", reference: "../i" },
        { name: "n", reference: "../j", base: "../d", baseline: "../e" },
      ],
    });
  });

  test("anchors and aliases are fine, and the alias is where the budget is", () => {
    const budgets = budgetsOf("budgets:\n  - &size\n    maxSize: 1 MB\n  - *size\n");
    expect(budgets.map(({ origin }) => origin)).toMatchObject([{ line: 3 }, { line: 4 }]);
  });

  test("several images of one name are worth a warning", () => {
    const text = "images: [{ name: app, reference: a.tar }, { name: app, reference: b.tar }, c.tar]";
    expect(parseBudgets(text, { file: FILE }).warnings).toEqual([
      "layerscope.yaml: several images are called app; give each a name of its own",
    ]);
  });

  test("JSON is YAML, whatever it is indented with", () => {
    expect(budgetsOf('{\n\t"budgets": [\n\t\t{ "maxSize": "1 MB" }\n\t]\n}\n')).toMatchObject([
      { limit: { bytes: 1_000_000 }, origin: { line: 3 } },
    ]);
  });
});

const LIMITS =
  "maxSize, maxCompressedSize, maxLayers, maxLayerSize, maxWastedBytes, maxWastedShare, minEfficiency, maxFiles, maxFileSize, maxGrowth, forbidden, required, allowedSetuid, nonRoot";

describe("rules", () => {
  const rulesOf = (text: string) => parseBudgets(text, { file: FILE }).rules ?? [];
  const origin = (line: number) => ({ kind: "file", file: FILE, line });

  it("have a level as a word, or a table of settings, with the line where they stand", () => {
    const text = `rules:
  runs-as-root: warn
  large-base:
    level: error
    layers: image
    ignore: /usr/share/doc
    ignoreLayers: [0, 2]
    butAtLeast: 1 MB
  secret-in-file: off
`;
    expect(rulesOf(text).toSorted((one, other) => one.rule.localeCompare(other.rule))).toStrictEqual([
      {
        rule: "large-base",
        level: "error",
        layers: "image",
        ignore: ["/usr/share/doc"],
        ignoreLayers: [0, 2],
        butAtLeast: 1_000_000,
        origin: origin(3),
      },
      { rule: "runs-as-root", level: "warn", layers: "own", origin: origin(2) },
      { rule: "secret-in-file", level: "off", layers: "own", origin: origin(9) },
    ]);
  });

  it("may be set for all that are not named", () => {
    const rules = rulesOf('rules: { "*": warn, runs-as-root: error }\n');
    expect(new Set(rules.map(({ rule }) => rule))).toEqual(new Set(RULES.map(({ id }) => id)));
    expect(rules.filter(({ level }) => level === "error").map(({ rule }) => rule)).toEqual(["runs-as-root"]);
  });

  it("say what is known not to be a secret", () => {
    const text = 'secrets: { allow: { paths: "*.example", fingerprints: ["0123456789abcdef"], kinds: [jwt] } }\n';
    expect(parseBudgets(text, { file: FILE }).allowedSecrets).toStrictEqual({
      paths: ["*.example"],
      fingerprints: ["0123456789abcdef"],
      kinds: ["jwt"],
    });
    expect(parseBudgets("secrets: { allow: {} }\n", { file: FILE }).allowedSecrets).toStrictEqual({ paths: [] });
  });
});

describe("a mistake is told with its place", () => {
  test.each<readonly [string, string, string]>([
    ["a misspelt limit", "maxSzie: 1 MB", '5: there is no setting "maxSzie"; did you mean "maxSize"?'],
    ["a misspelt key", "maxSize: 1 MB\n    path: /a", '3:5: there is no setting "path"; did you mean "paths"?'],
    ["another spelling", "max-files: 3", '5: there is no setting "max-files"; did you mean "maxFiles"?'],
    [
      "an unknown unit",
      "maxSize: 300 M",
      '14: budgets.0.maxSize: "300 M" is unclear: write 300 MB (powers of 1000) or 300 MiB (powers of 1024)',
    ],
    [
      "no size",
      "maxSize: large",
      '14: budgets.0.maxSize: "large" is not a size: write, for example, 300 MB or 300 MiB',
    ],
    ["a negative size", "maxSize: -1", "14: budgets.0.maxSize: -1 is negative"],
    ["a negative size with a unit", "maxSize: -1 MB", '14: budgets.0.maxSize: "-1 MB" is negative'],
    ["half a byte", "maxSize: 1.5", "14: budgets.0.maxSize: 1.5 is not a whole number of bytes"],
    ["no number", "maxSize: .nan", "14: budgets.0.maxSize: not a number"],
    ["no end", "maxSize: .inf", "14: budgets.0.maxSize: Infinity is too large"],
    ["what nobody can count", "maxSize: 10000 TB", '14: budgets.0.maxSize: "10000 TB" is too large'],
    ["a size that is a list", "maxSize: [1 MB]", "14: budgets.0.maxSize: a list is not a size such as 300 MB"],
    ["a size that is not there", "maxSize:", "13: budgets.0.maxSize: nothing is not a size such as 300 MB"],
    ["a size that is true", "maxSize: true", '14: budgets.0.maxSize: "true" is not a size such as 300 MB'],
    ["a share above 1", "minEfficiency: 95", "20: budgets.0.minEfficiency: 95 is above 1: write 95 % or 0.95"],
    ["a negative share", "maxWastedShare: -0.1", "21: budgets.0.maxWastedShare: -0.1 is negative"],
    [
      "a share that is a size",
      "maxWastedShare: 1 MB",
      '21: budgets.0.maxWastedShare: "1 MB" is not a share: write, for example, 10 % or 0.1',
    ],
    ["half a layer", "maxLayers: 2.5", "16: budgets.0.maxLayers: 2.5 is not a whole number"],
    [
      "growth without a sign",
      "maxGrowth: 0.03",
      "16: budgets.0.maxGrowth: 0.03 is less than a byte: write 3 %, or a size such as 5 MB",
    ],
    [
      "growth that is a table",
      "maxGrowth: {}",
      "16: budgets.0.maxGrowth: a table is not a size such as 5 MB or a share such as 3 %",
    ],
    ["no limit", "name: nothing", `5: budgets.0: no limit; a budget sets one of ${LIMITS}`],
    [
      "two limits",
      "maxSize: 1 MB\n    maxFiles: 3",
      "3:5: budgets.0.maxFiles: a budget sets one limit, and this one sets maxSize too; write two budgets",
    ],
    ["paths of what has none", "maxLayers: 3\n    paths: /a", "3:5: budgets.0.paths: maxLayers knows no paths"],
    [
      "ignored paths of what has none",
      "nonRoot: true\n    ignore: /a",
      "3:5: budgets.0.ignore: nonRoot knows no paths",
    ],
    [
      "layers of the user",
      "nonRoot: true\n    layers: own",
      "3:5: budgets.0.layers: nonRoot is about the image as a whole",
    ],
    [
      "growth of one layer",
      "maxGrowth: 3 %\n    layers: 3",
      "3:13: budgets.0.layers: maxGrowth knows only image, own and base; a layer of that number may be another one in the baseline",
    ],
    [
      "a floor without a share",
      "maxSize: 1 MB\n    butAtLeast: 1 MB",
      "3:5: budgets.0.butAtLeast: maxSize is no share; only maxWastedShare, minEfficiency and maxGrowth know it",
    ],
    [
      "a floor of a size",
      "maxGrowth: 1 MB\n    butAtLeast: 1 MB",
      "3:5: budgets.0.butAtLeast: it stands beside a share, and maxGrowth is a size here",
    ],
    [
      "a cause of no waste",
      "maxSize: 1 MB\n    cause: deleted",
      "3:5: budgets.0.cause: only maxWastedBytes and maxWastedShare know causes, not maxSize",
    ],
    [
      "an unknown cause",
      "maxWastedBytes: 0\n    cause: delted",
      '3:12: budgets.0.cause: "delted" is none of deleted, hidden, rewritten, metadata, identical, duplicate-member; did you mean "deleted"?',
    ],
    [
      "unknown layers",
      "maxSize: 1 MB\n    layers: onw",
      '3:13: budgets.0.layers: "onw" is none of image, own, base, nor the number of a layer; did you mean "own"?',
    ],
    [
      "a layer before the first",
      "maxSize: 1 MB\n    layers: -1",
      "3:13: budgets.0.layers: -1 is no layer; they are counted from 0",
    ],
    [
      "an unknown severity",
      "maxSize: 1 MB\n    severity: warning",
      '3:15: budgets.0.severity: "warning" is none of error, warn',
    ],
    ["nothing forbidden", "forbidden: []", "16: budgets.0.forbidden: an empty list"],
    ["nothing required", "required: ['']", "16: budgets.0.required.0: an empty pattern matches nothing"],
    ["no paths", "maxSize: 1 MB\n    paths: []", "3:12: budgets.0.paths: an empty list"],
    [
      "all paths",
      "maxSize: 1 MB\n    paths: /",
      '3:12: budgets.0.paths: "/" is everything: say which part, for example /usr/share',
    ],
    [
      "a path from here",
      "required: [/a, ./server]",
      '20: budgets.0.required.1: "./server" is in no image: paths begin at its root, for example /usr/share',
    ],
    [
      "a path that is a number",
      "forbidden: [5]",
      '17: budgets.0.forbidden.0: "5" is neither a pattern nor a list of them',
    ],
    [
      "root that is welcome",
      "nonRoot: false",
      '14: budgets.0.nonRoot: "false" is not true; leave the budget out if it is not wanted',
    ],
    ["a name that is a number", "maxSize: 1 MB\n    name: 5", '3:11: budgets.0.name: "5" is not text'],
    ["an empty name", "maxSize: 1 MB\n    name: ''", "3:11: budgets.0.name: nothing is written there"],
    [
      "one key twice",
      "maxSize: 1 MB\n    maxSize: 2 MB",
      '3:5: the keys of a table must be unique, and "maxSize" is there already',
    ],
    ["a tag", "maxSize: !!js/function 'x'", "14: Unresolved tag: tag:yaml.org,2002:js/function"],
    ["a budget that is none", "maxSize", '5: budgets.0: "maxSize" is not a table of settings'],
  ])("%s", (_, settings, problem) => {
    const place = /^\d+:\d+: /.test(problem) ? "layerscope.yaml:" : "layerscope.yaml:2:";
    expect(problems(`budgets:\n  - ${settings}\n`)).toEqual([`${place}${problem}`]);
  });

  test.each<readonly [string, string, string]>([
    ["an empty file", "", "1:1: the configuration is empty; it needs a list of budgets"],
    ["only a comment", "# soon\n", "1:1: the configuration is empty; it needs a list of budgets"],
    ["a list", "- maxSize: 1 MB\n", "1:1: the configuration: a list is not a table of settings"],
    ["a text", "maxSize\n", '1:1: the configuration: "maxSize" is not a table of settings'],
    ["a misspelt list", "budget: []\n", '1:1: there is no setting "budget"; did you mean "budgets"?'],
    [
      "a limit outside of the list",
      "maxSize: 1 MB\n",
      '1:1: there is no setting "maxSize" here; it is one for the list of budgets',
    ],
    [
      "dive's rules",
      "rules:\n  lowestEfficiency: 0.9\n",
      '2:3: there is no setting "lowestEfficiency"; a file of dive\'s rules is called .dive-ci',
    ],
    [
      "a misspelt rule",
      "rules:\n  secret-in-fil: error\n",
      '2:3: there is no setting "secret-in-fil"; did you mean "secret-in-file"?',
    ],
    ["no rule at all", "rules:\n  a-b: error\n", '2:3: there is no setting "a-b"; docs/rules.md has every rule'],
    [
      "a misspelt level",
      "rules:\n  runs-as-root: eror\n",
      '2:17: rules.runs-as-root: "eror" is none of off, warn, error; did you mean "error"?',
    ],
    [
      "a level that is a number",
      "rules:\n  runs-as-root: 1\n",
      '2:17: rules.runs-as-root: "1" is neither one of off, warn, error nor a table of settings',
    ],
    [
      "a misspelt level in a table",
      "rules:\n  runs-as-root:\n    level: eror\n",
      '3:12: rules.runs-as-root.level: "eror" is none of off, warn, error; did you mean "error"?',
    ],
    [
      "a misspelt key of a rule",
      "rules:\n  runs-as-root: { levle: warn }\n",
      '2:19: there is no setting "levle"; did you mean "level"?',
    ],
    [
      "unknown layers of a rule",
      "rules:\n  runs-as-root: { layers: onw }\n",
      '2:27: rules.runs-as-root.layers: "onw" is none of image, own, base; did you mean "own"?',
    ],
    [
      "no size of a rule",
      "rules:\n  large-base: { butAtLeast: 5 XB }\n",
      '2:29: rules.large-base.butAtLeast: "5 XB" is not a size: the units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB',
    ],
    [
      "more of a rule than anybody can count",
      "rules:\n  large-base: { butAtLeast: 99999999999 TB }\n",
      '2:29: rules.large-base.butAtLeast: "99999999999 TB" is too large',
    ],
    [
      "layers that are words",
      "rules:\n  runs-as-root: { ignoreLayers: [first] }\n",
      '2:34: rules.runs-as-root.ignoreLayers.0: "first" is not a whole number',
    ],
    ["a list of rules", "rules: [runs-as-root]\n", "1:8: rules: a list is not a table of settings"],
    ["secrets without a list", "secrets:\n  alow: {}\n", '2:3: there is no setting "alow"; did you mean "allow"?'],
    [
      "no fingerprint",
      "secrets:\n  allow:\n    fingerprints: [abc]\n",
      '3:20: secrets.allow.fingerprints.0: "abc" is no fingerprint: those are 16 hexadecimal digits, as reports give them',
    ],
    [
      "a fingerprint that YAML takes for a number",
      "secrets:\n  allow:\n    fingerprints: [1234567890123456]\n",
      '3:20: secrets.allow.fingerprints.0: "1234567890123456" is read as a number; put it in quotes',
    ],
    [
      "an allowed path from here",
      "secrets:\n  allow:\n    paths: [../a]\n",
      '3:13: secrets.allow.paths.0: "../a" is in no image: paths begin at its root, for example /usr/share',
    ],
    ["no list of budgets", "budgets:\n", "1:9: budgets: nothing is not a list"],
    ["one image without a list", "images: app.tar\n", '1:9: images: "app.tar" is not a list'],
    ["an image that is a number", "images: [5]\n", '1:10: images.0: "5" is neither text nor a table of settings'],
    ["an image without a reference", "images:\n  - name: app\n", "2:5: images.0.reference: it must be set, to text"],
    [
      "an image with an unknown key",
      "images:\n  - reference: a\n    platfrom: x\n",
      '3:5: there is no setting "platfrom"; did you mean "platform"?',
    ],
    [
      "an image with two bases",
      "images:\n  - reference: a\n    base: x\n    baseLayers: 3\n",
      "4:5: images.0.baseLayers: base says it already; leave one of them out",
    ],
    [
      "a budget of an image",
      "images:\n  - reference: a\n    budgets:\n      - maxSize: 3 M\n",
      '4:18: images.0.budgets.0.maxSize: "3 M" is unclear: write 3 MB (powers of 1000) or 3 MiB (powers of 1024)',
    ],
    ["two bases", "base: x\nbaseLayers: 3\n", "2:1: baseLayers: base says it already; leave one of them out"],
    ["half a base layer", "baseLayers: 1.5\n", "1:13: baseLayers: 1.5 is not a whole number"],
    ["an unknown unit", "units: metric\n", '1:8: units: "metric" is none of si, iec'],
    ["an ignored nothing", "ignore: [a, '']\n", "1:13: ignore.1: an empty pattern matches nothing"],
    [
      "two documents",
      "budgets: []\n---\nbudgets: []\n",
      "2:1: Source contains multiple documents; please use YAML.parseAllDocuments()",
    ],
  ])("%s", (_, text, problem) => {
    expect(problems(text)).toEqual([`layerscope.yaml:${problem}`]);
  });

  test("all mistakes are told, in the order in which they stand", () => {
    const text = "budgets:\n  - maxFiles: -1\n  - name: x\nunits: xx\nimages:\n  - a: b\n    reference: r\n";
    expect(problems(text).map((problem) => problem.replace(/^layerscope\.yaml:(\d+).*/, "$1"))).toEqual([
      "2",
      "3",
      "4",
      "6",
    ]);
  });

  test("of very many mistakes the first are told, in a moment", () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`);
    expect(problems(keys.join("\n"))).toHaveLength(20);
    const budgets = Array.from({ length: 1000 }, () => "- maxSize: x");
    expect(problems(`budgets:\n${budgets.join("\n")}`)[0]).toMatch(/^layerscope\.yaml:2:12: /);
  });

  test("more budgets than anybody keeps an eye on are refused", () => {
    const budgets = Array.from({ length: 1001 }, () => "- maxSize: 1 MB");
    expect(problems(`budgets:\n${budgets.join("\n")}`)).toEqual([
      "layerscope.yaml:2:1: budgets: more than 1000 are too many",
    ]);
  });

  test("what is nested without end is refused in a word", () => {
    expect(problems("[".repeat(100_000))).toEqual([
      expect.stringMatching(/^layerscope\.yaml:1:\d+: not a configuration: it is nested too deeply$/),
    ]);
  });

  test("aliases that stand for billions of values are refused", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level++) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]`);
    }
    expect(problems(lines.join("\n"))[0]).toMatch(/alias/i);
  });

  test.each(["[", "{a: ", "- "])("nesting without end in %j is refused", (opening) => {
    expect(problems(opening.repeat(20_000)).length).toBeGreaterThan(0);
  });

  test("what every object has is no setting", () => {
    expect(problems("__proto__: { budgets: [] }\nconstructor: 1\ntoString: 1\n")).toHaveLength(3);
    expect(problems("budgets:\n  - maxGrowth: { toString: 1 }\n    butAtLeast: 1\n")).toHaveLength(1);
    expect(problems("units: { toString: 1 }\n")).toHaveLength(1);
  });
});

describe("the key of a package.json", () => {
  const packageOf = (value: string): string => `{\n\t"name": "x",\n\t"layerscope": ${value}\n}\n`;

  test("is a configuration, with the lines of the package.json", () => {
    const text = packageOf('{\n\t\t"budgets": [\n\t\t\t{ "maxSize": "1 MB" }\n\t\t]\n\t}');
    expect(parseBudgets(text, { file: "package.json", within: "layerscope" }).budgets).toMatchObject([
      { limit: { bytes: 1_000_000 }, origin: { kind: "file", file: "package.json", line: 5 } },
    ]);
  });

  test.each<readonly [string, string, string]>([
    [
      "a mistake",
      packageOf('{\n\t\t"budgets": [{ "maxSize": "1 M" }]}'),
      '4:28: budgets.0.maxSize: "1 M" is unclear: write 1 MB (powers of 1000) or 1 MiB (powers of 1024)',
    ],
    ["an unknown key", packageOf('{ "budget": [] }'), '3:18: there is no setting "budget"; did you mean "budgets"?'],
    ["another kind of value", packageOf("[]"), "3:16: the configuration: a list is not a table of settings"],
    ["nothing", packageOf("null"), "3:16: the configuration is empty; it needs a list of budgets"],
    [
      "one key twice",
      packageOf('{ "units": "si", "units": "iec" }'),
      '3:33: the keys of a table must be unique, and "units" is there already',
    ],
  ])("has its places there, too: %s", (_, text, problem) => {
    expect(problems(text, "layerscope")).toEqual([`layerscope.yaml:${problem}`]);
  });

  test("must be in JSON", () => {
    expect(problems('{\n  "layerscope": {},\n}', "layerscope")[0]).toMatch(/^layerscope\.yaml:3:1: not JSON: /);
  });

  test("may be missing", () => {
    const missing = ['layerscope.yaml:1:1: it has no key "layerscope"'];
    expect(problems('{"name": "x"}', "layerscope")).toEqual(missing);
    for (const text of ["[]", "1", "null", '"layerscope"']) expect(problems(text, "layerscope")).toEqual(missing);
  });

  test("has nothing to do with what else is there", () => {
    const text = `{"a": 1, "a": 2, "${"k".repeat(2000)}": ${"[".repeat(3000)}${"]".repeat(3000)}, "layerscope": {"units": "si"}}`;
    expect(parseBudgets(text, { file: "package.json", within: "layerscope" }).units).toBe("si");
  });
});
