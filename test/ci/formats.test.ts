/** All formats of one run, each read by a parser of its kind: they say the same of every budget. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import ajvFormats from "ajv-formats";
import { lexer, type Tokens } from "marked";
import { beforeAll, describe, expect, test } from "vitest";
import { casesIn, parseJunit, type XmlElement } from "../../packages/cli/test/budgets/junit-structure.ts";
import { parseOpenMetrics } from "../../packages/cli/test/budgets/openmetrics.ts";
import { checkProblems, reportProblems } from "../../packages/core/test/report/schema-files.ts";
import { ROOT } from "../cli/command.ts";
import { workflowCommands } from "./github-runner.ts";
import { publishedSchema } from "./published-schema.ts";
import { APP, type CheckedReport, image, type Repository, repository, sized } from "./repository.ts";

const CONFIG = `images:
  - name: app
    reference: app.tar
    budgets:
      - name: only of app
        maxLayers: 2
  - small.tar
budgets:
  - name: fits | exactly
    maxSize: 20 kB
  - name: too <much> & "wasted"
    maxWastedShare: 5 %
  - name: only a warning
    maxLayerSize: 1
    severity: warn
  - name: cannot be told
    maxCompressedSize: 1 GB
    severity: warn
  - maxGrowth: 0
  - forbidden: [.env]
  - required: [/app/server]
`;

const FILES = {
  markdown: "report.md",
  json: "report.json",
  junit: "junit.xml",
  sarif: "report.sarif",
  github: "commands.txt",
  gitlab: "quality.json",
  metrics: "metrics.txt",
} as const;

/** What people are told. */
const OUTCOMES = {
  "passed error": "passed",
  "failed error": "failed",
  "failed warn": "warned",
  "undecided warn": "undecided",
  "skipped error": "skipped",
} as const;

/** Of a run in SARIF. */
interface Result {
  readonly ruleId: string;
  readonly kind: string;
  readonly level: string;
  readonly properties: { readonly image: string; readonly budget: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
}

let repo: Repository;
let printed: string;
/** By image, and by budget: what became of it, as the report says. */
let truth: Map<string, Map<string, string>>;

const read = (format: keyof typeof FILES): string => repo.read(`out/${FILES[format]}`);

beforeAll(async () => {
  repo = repository({ "layerscope.yaml": CONFIG, "app.tar": image(APP), "small.tar": image([[sized("a", 1000)]]) });
  repo.write("out/.keep", "");
  const formats = Object.entries(FILES).flatMap(([format, file]) => ["--format", `${format}=out/${file}`]);
  const { code, stdout, stderr } = await repo.ci(...formats);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  printed = stdout;
  const { reports } = JSON.parse(read("json")) as { reports: CheckedReport[] };
  truth = new Map(
    reports.map(({ image, budgets }) => [
      image.name ?? image.reference,
      new Map(budgets.map(({ name, status, severity }) => [name, `${status} ${severity}`])),
    ]),
  );
});

/** What a format has to say of each budget, by what the report says; those of which it says nothing left out. */
function expected(words: Readonly<Record<string, string | undefined>>): Map<string, Map<string, string>> {
  return new Map(
    [...truth].map(([name, budgets]) => [
      name,
      new Map([...budgets].flatMap(([budget, status]) => (words[status] ? [[budget, words[status]] as const] : []))),
    ]),
  );
}

/** Words by image and budget, from a list. */
function gathered(
  found: Iterable<readonly [image: string, budget: string, word: string]>,
): Map<string, Map<string, string>> {
  const images = new Map([...truth.keys()].map((name) => [name, new Map<string, string>()]));
  for (const [name, budget, word] of found) {
    expect(images.get(name)?.has(budget), `${name} ${budget}`).toBe(false);
    images.get(name)?.set(budget, word);
  }
  return images;
}

describe("a run with a budget of every outcome", () => {
  test("has them", () => {
    expect(truth.get("app")).toEqual(
      new Map([
        ["fits | exactly", "passed error"],
        ['too <much> & "wasted"', "failed error"],
        ["only a warning", "failed warn"],
        ["cannot be told", "undecided warn"],
        ["growth", "skipped error"],
        ["forbidden paths", "failed error"],
        ["required paths", "passed error"],
        ["only of app", "failed error"],
      ]),
    );
    expect([...(truth.get("small.tar") ?? [])].filter(([, status]) => status === "failed error")).toEqual([
      ["required paths", "failed error"],
    ]);
  });

  test("is printed as a table while the files are written", () => {
    const signs = {
      "✓ ok": "passed",
      "✗ FAILED": "failed",
      "! warning": "warned",
      "? undecided": "undecided",
      "- skipped": "skipped",
    };
    const rows = printed.split(/^(?=\S.* in \d layers?$)/m).flatMap((section) => {
      const [, name = ""] = /^(\S+)/.exec(section) ?? [];
      const [head = ""] = section.split(/\n\n(?=\S)/);
      return [...head.matchAll(/^ {2}(✓ ok|✗ FAILED|! warning|\? undecided|- skipped) +(.*?) {2,}/gm)].map(
        ([, sign = "", budget = ""]) => [name, budget, signs[sign as keyof typeof signs]] as const,
      );
    });
    expect(gathered(rows)).toEqual(expected(OUTCOMES));
    expect(printed).toMatch(/^FAILED: 4 of 15 budgets failed/m);
  });

  test("is a document by the published schema", () => {
    const document = JSON.parse(read("json"));
    expect(checkProblems(document)).toEqual([]);
    expect(document).toMatchObject({ verdict: "failed", errors: [] });
    for (const report of document.reports) expect(reportProblems(report)).toEqual([]);
  });

  test("is the same in JUnit", () => {
    const root = parseJunit(read("junit"));
    const outcome = ({ children }: XmlElement): string =>
      children.find(({ name }) => ["failure", "error", "skipped"].includes(name))?.name ?? "passed";
    const found = root.children.flatMap((suite) =>
      casesIn(suite).map((each) => [suite.attributes.name ?? "", each.attributes.name ?? "", outcome(each)] as const),
    );
    const words = {
      "passed error": "passed",
      "failed error": "failure",
      "failed warn": "passed",
      "undecided warn": "passed",
      "skipped error": "skipped",
    };
    expect(gathered(found)).toEqual(expected(words));
    expect(root.attributes).toMatchObject({ tests: "15", failures: "4", errors: "0" });
  });

  test("is the same in SARIF, by the published schema, with the lines of the configuration", () => {
    const log = JSON.parse(read("sarif"));
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    ajvFormats.default(ajv);
    const validate = ajv.compile(publishedSchema("sarif-2.1.0.json"));
    validate(log);
    expect(validate.errors ?? []).toEqual([]);
    const { results } = log.runs[0] as { results: Result[] };
    // What rules find stands beside the budgets.
    const ofBudgets = results.filter(({ ruleId }) => ruleId.startsWith("budget/"));
    const found = ofBudgets.map(
      ({ kind, level, properties }) => [properties.image, properties.budget, `${kind} ${level}`] as const,
    );
    const words = { "failed error": "fail error", "failed warn": "fail warning", "undecided warn": "open none" };
    expect(gathered(found)).toEqual(expected(words));
    for (const { properties, locations } of ofBudgets) {
      const { artifactLocation, region } = locations[0]?.physicalLocation ?? {};
      expect(artifactLocation?.uri).toBe("layerscope.yaml");
      // A name stands in the first line of its budget, a limit where there is none.
      const line = CONFIG.split("\n")[(region?.startLine ?? 0) - 1];
      expect(line).toMatch(
        properties.budget.endsWith("paths") ? /- (forbidden|required): / : `- name: ${properties.budget}`,
      );
    }
  });

  test("is the same in annotations", () => {
    const found = workflowCommands(read("github")).map(({ name, properties }) => {
      const [image = "", ...budget] = properties.title?.split(": ") ?? [];
      expect(properties.file).toBe("layerscope.yaml");
      return [image, budget.join(": "), name] as const;
    });
    const words = { "failed error": "error", "failed warn": "warning", "undecided warn": "warning" };
    expect(gathered(found)).toEqual(expected(words));
  });

  test("is the same in GitLab's report", () => {
    const issues = JSON.parse(read("gitlab")) as {
      readonly description: string;
      readonly check_name: string;
      readonly fingerprint: string;
      readonly severity: string;
      readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
    }[];
    const found = issues.map(({ description, severity, location }) => {
      const [image = "", budget = ""] = description.split(": ");
      expect(location).toEqual({ path: "layerscope.yaml", lines: { begin: expect.any(Number) } });
      return [image, budget, severity] as const;
    });
    expect(gathered(found)).toEqual(
      expected({ "failed error": "major", "failed warn": "minor", "undecided warn": "info" }),
    );
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  });

  test("is the same in metrics, with the numbers of the report", () => {
    const text = read("metrics");
    expect(text.endsWith("\n# EOF\n")).toBe(true);
    const families = parseOpenMetrics(text);
    const samples = (family: string) =>
      [...(families.get(family)?.samples ?? [])].map(([labels, value]) => ({ ...JSON.parse(labels), value }));
    const found = samples("layerscope_budget_failed").map(
      ({ image, budget, severity, value }) => [image, budget, `${value} ${severity}`] as const,
    );
    expect(gathered(found)).toEqual(
      expected({ "passed error": "0 error", "failed error": "1 error", "failed warn": "1 warn" }),
    );
    expect(samples("layerscope_budget_value")).toContainEqual(
      expect.objectContaining({ image: "app", budget: "fits | exactly", unit: "bytes", value: 20_000 }),
    );
    const sizes = samples("layerscope_stored_bytes").map(({ image, value }) => [image, value]);
    expect(sizes).toEqual([
      ["app", 20_000],
      ["small.tar", 1000],
    ]);
  });

  test("is the same in Markdown: what, size, limit, delta", () => {
    const tokens = lexer(read("markdown"), { gfm: true });
    const tables = tokens.filter((token): token is Tokens.Table => token.type === "table");
    expect(tables).toHaveLength(2);
    const headings = tokens.flatMap((token) =>
      token.type === "heading" && token.depth === 3 ? [String(token.text)] : [],
    );
    const names = headings.flatMap((text) => [...truth.keys()].filter((name) => text.includes(name)));
    const signs: Readonly<Record<string, string>> = {
      "✅": "passed",
      "❌": "failed",
      "⚠️": "warned",
      "❔": "undecided",
      "➖": "skipped",
    };
    const found = tables.flatMap(({ header, rows }, index) => {
      expect(header.map(({ text }) => text)).toEqual(["what", "size", "limit", "delta"]);
      return rows.map((cells) => {
        expect(cells).toHaveLength(4);
        const [sign = "", ...words] = plainText(cells[0]).split(" ");
        return [names[index] ?? "", words.join(" "), signs[sign] ?? sign] as const;
      });
    });
    expect(gathered(found)).toEqual(expected(OUTCOMES));
    const html = tokens.map((token) => (token.type === "html" ? String(token.text) : ""));
    expect(html.join("")).not.toContain("<much>");
  });
});

/** What a cell shows. */
function plainText(cell: Tokens.TableCell | undefined): string {
  return (cell?.tokens ?? [])
    .map((token) => ("text" in token ? String(token.text) : ""))
    .join("")
    .replaceAll("&amp;", "&");
}

describe.concurrent("where formats go", () => {
  const budgets = ["--no-config", "--max-size", "1 kB", "small.tar"];

  test("the first one without a file is printed instead of the table", async () => {
    const { code, stdout } = await repo.ci(...budgets, "--format", "junit", "--format", "sarif=one.sarif");
    expect(code).toBe(0);
    expect(parseJunit(stdout).attributes).toMatchObject({ tests: "1" });
    expect(JSON.parse(repo.read("one.sarif")).runs[0].results).toEqual([]);
  });

  test("what would be printed goes to the file of -o, and - is standard output", async () => {
    const [table, markdown, dash] = await Promise.all([
      repo.ci(...budgets, "-o", "table.txt"),
      repo.ci(...budgets, "--format", "markdown", "-o", "o.md", "--format", "table=beside.txt"),
      repo.ci(...budgets, "--format", "table=copy.txt", "--format", "json=-", "-o", "-"),
    ]);
    expect([table, markdown].map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    for (const file of ["table.txt", "beside.txt", "copy.txt"]) expect(repo.read(file)).toMatch(/✓ ok +total size/);
    expect(repo.read("o.md")).toContain("| what | size | limit | delta |");
    expect(reportProblems(JSON.parse(dash.stdout))).toEqual([]);
  });

  test.each([
    [["--format", "json", "--format", "junit"], /^layerscope: both json and junit would go to standard output/],
    [["--json", "--format", "metrics=-"], /^layerscope: both json and metrics would go to standard output/],
    [["--format", "junit=x", "--format", "sarif=./x"], /^layerscope: two formats would be written to \.\/x/],
    [["--format", "junit=x", "-o", "x"], /^layerscope: two formats would be written to x/],
    [["--format", "junit="], /^layerscope: --format junit= names no file/],
    [["--format", "junti=x"], /^layerscope: there is no format "junti"; did you mean "junit"\?/],
    [["--files"], /^layerscope: --files needs --json/],
  ])("%j is refused before anything is read or written", async (args, message) => {
    const { code, stdout, stderr } = await repo.ci(...budgets, ...args, "not-there.tar");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(repo.has("x")).toBe(false);
  });

  test.each([
    ["junit=no/such/directory.xml", /^layerscope: cannot write no\/such\/directory\.xml: no such directory/m],
    ["junit=out", /^layerscope: cannot write out: /m],
  ])("a file that cannot be written is an error: %s", async (format, message) => {
    const { code, stderr } = await repo.ci(...budgets, "--format", format);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    if (format === "junit=out") expect(repo.has("out/.keep")).toBe(true);
  });

  test("nothing of the documentation's list of formats is missing here", () => {
    const section = /^## Reports\n([\s\S]*?)^## /m.exec(readFileSync(`${ROOT}docs/ci.md`, "utf8"))?.[1] ?? "";
    const names = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(names).toEqual(["table", ...Object.keys(FILES)]);
  });
});
