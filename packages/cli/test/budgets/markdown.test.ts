import { type Analysis, baselineOf, escapeText } from "@layerscope/core";
import fc from "fast-check";
import { lexer, type Token, type Tokens } from "marked";
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { file, type Member, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { scanArchive } from "../../../core/test/tree/scan-layers.ts";
import { type CheckRun, isChecked } from "../../src/budgets/check-run.ts";
import { markdown } from "../../src/budgets/formats/markdown.ts";
import { cellMarkdown, codeMarkdown, plainMarkdown } from "../../src/budgets/formats/markdown-text.ts";
import {
  checkedImage,
  DEMO_BASE,
  demoAnalysis,
  everyKind,
  everyKindRun,
  findingOf,
  foundOf,
  hostileKinds,
  hostileRun,
  hostileTexts,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

const analysis = await demoAnalysis();
const text = (run: CheckRun): string => [...markdown(run)].join("");

/** All tokens, those inside others too. */
function* tokensOf(tokens: readonly Token[]): Generator<Token> {
  for (const token of tokens) {
    yield token;
    if (token.type === "table") {
      const { header, rows } = token as Tokens.Table;
      for (const cell of [header, ...rows].flat()) yield* tokensOf(cell.tokens);
    } else if (token.type === "list") {
      for (const item of (token as Tokens.List).items) yield* tokensOf(item.tokens);
    } else if ("tokens" in token && token.tokens) {
      yield* tokensOf(token.tokens);
    }
  }
}

const tablesOf = (source: string): Tokens.Table[] =>
  lexer(source).filter((token): token is Tokens.Table => token.type === "table");

test("one small run", () => {
  const failed = verdictOf({
    budget: { name: "size of /usr/share/doc", limit: { kind: "maxSize", bytes: 5000 }, paths: ["/usr/share/doc"] },
    status: "failed",
    value: 6100,
    limit: 5000,
    findings: [
      { path: Buffer.from("usr/share/doc"), isDirectory: true, bytes: 4100, layer: 5 },
      { path: Buffer.from("usr/share/doc/a|b"), bytes: 2000, layer: 6, hiddenBy: 7 },
    ],
    findingCount: 5,
  });
  expect(text(runOf([checkedImage(analysis, [verdictOf(), failed])]))).toBe(`<!-- layerscope -->

## ❌ demo.tar: 1 of 2 budgets failed

1.28 MB in 10 layers

| what | size | limit | delta |
| --- | ---: | ---: | ---: |
| ✅ total size | 280 MB | ≤ 300 MB | – |
| ❌ size of \`/usr/share/doc\` | 6.10 kB | ≤ 5 kB | – |

<details>
<summary>Details</summary>

#### ❌ size of \`/usr/share/doc\`

6.10 kB, limit ≤ 5 kB, 1.10 kB over. Counted: all layers, only \`/usr/share/doc\`.

- 4.10 kB \`/usr/share/doc/\`, mostly layer 5 \`RUN npm ci\`
- 2.00 kB \`/usr/share/doc/a|b\`, layer 6 \`COPY . .\`, still stored though layer 7 removed or replaced it
- and 3 more

**To mend it:** What a later step removes or replaces is still stored: remove it in the step that makes it. Do not install it, or remove it in the step that brings it. Build in one stage and copy only the result into the next.

Set by \`layerscope.yaml:4\`

</details>
`);
});

test("a run that passes has nothing to fold", () => {
  const source = text(runOf([checkedImage(analysis, [verdictOf()])]));
  expect(source).toContain("## ✅ demo.tar: 1 budget passed");
  expect(source).not.toContain("<details>");
});

test("several images have a title for all, and a table each", async () => {
  const source = text(await everyKindRun());
  const headings = lexer(source).filter((token): token is Tokens.Heading => token.type === "heading");
  expect(headings.filter(({ depth }) => depth < 4).map((heading) => heading.text)).toEqual([
    "❌ 2 images: 12 of 21 budgets failed, 1 undecided, 2 warnings, 1 skipped, 1 image could not be read",
    "❌ demo.tar: 12 of 21 budgets failed, 1 undecided, 2 warnings, 1 skipped",
    "❔ worker: could not be read",
  ]);
  const [table, ...others] = tablesOf(source);
  expect(others).toEqual([]);
  expect(table?.header.map((cell) => cell.text)).toEqual(["what", "size", "limit", "delta"]);
  expect(table?.rows.map(([what]) => what?.text.split(" ")[0])).toEqual(
    everyKind.map(({ status, budget }) =>
      status === "failed"
        ? budget.severity === "warn"
          ? "⚠️"
          : "❌"
        : { passed: "✅", undecided: "❔", skipped: "➖" }[status],
    ),
  );
  expect(source).toContain("`dist/worker.tar`: no such file or directory. Build it first, or correct the path.");
});

describe("with a baseline", () => {
  const scan = (...layers: Member[][]): Promise<Analysis> =>
    scanArchive(dockerSaveNew({ layers: layers.map((members) => tar(members)) }));
  const kb = (count: number): Buffer => Buffer.alloc(count * 1000, "x");

  test("sizes say how much they grew, and which paths did, also when every budget passed", async () => {
    const before = await scan([file("usr/a", kb(10)), file("app/b", kb(4))]);
    const after = await scan(
      [file("usr/a", kb(25)), file("app/b", kb(4))],
      [file("app/new", kb(20)), whiteout("usr/a")],
    );
    const baseline = baselineOf(before, { ...DEMO_BASE, layers: 0 }, "main.json");
    const verdicts = [
      verdictOf(),
      verdictOf({ budget: { name: "app", paths: ["/app"] } }),
      verdictOf({ budget: { name: "gone", paths: ["/nowhere"] } }),
      verdictOf({ budget: { limit: { kind: "maxLayers", count: 10 } }, unit: "count", value: 2, limit: 10 }),
      verdictOf({ budget: { limit: { kind: "maxFiles", count: 10 } }, unit: "count", value: 2, limit: 10 }),
    ];
    const base = { ...DEMO_BASE, layers: 0 };
    const source = text(runOf([checkedImage(after, verdicts, { base, baseline })]));
    expect(tablesOf(source)[0]?.rows.map((row) => row[3]?.text)).toEqual([
      "+35.0 kB (+250.0 %)",
      "+20.0 kB (+500.0 %)",
      "0 B",
      "+1",
      "–",
    ]);
    expect(source).toContain("49.0 kB in 2 layers · +35.0 kB (+250.0 %) against main.json");
    const grown = source.slice(source.indexOf("<summary>What grew</summary>"));
    expect(grown).toMatch(/`\/app\/new`.*0 B → 20\.0 kB.*\n.*`\/usr\/a`.*10\.0 kB → 25\.0 kB/);
  });

  test("an image that shrank says so", async () => {
    const baseline = baselineOf(await scan([file("a", kb(10))]), DEMO_BASE, "main.json");
    const source = text(runOf([checkedImage(await scan([file("a", kb(9))]), [verdictOf()], { baseline })]));
    expect(source).toContain("| -1.00 kB (-10.0 %) |");
    expect(source).not.toContain("What grew");
  });

  test("a baseline without lists of files still says how much all of it grew", async () => {
    const source = text(await everyKindRun());
    expect(source).toContain("| ✅ total size | 280 MB | ≤ 300 MB | +133 kB (+11.6 %) |");
    expect(source).toContain("| ❌ growth | +132 kB | ≤ 100 kB | +132 kB (+11.5 %) |");
  });
});

describe("hostile text", () => {
  /** Markdown characters, what GitHub links, and harmless things between them. */
  const ACTIVE = [..."|`*_~[]()<>#@!&\\:;$^={}-+.1a ", "://", "www.", "&#64;", "-->", "``", "\\|", "GH-1", "漢", "–"];
  const active = fc.array(fc.constantFrom(...ACTIVE), { maxLength: 25 }).map((parts) => parts.join("").trim());
  const squeezed = (shown: string): string => shown.replace(/\s+/g, " ").trim();
  /** What a reader sees, if it is text and code only. */
  const shown = (tokens: readonly Token[]): string =>
    tokens
      .map((token) => {
        if (token.type === "codespan") return (token as Tokens.Codespan).text;
        if (token.type !== "text") throw new Error(`there is ${token.type} in ${token.raw}`);
        if (/[@#<>&*_`[\]\\]|:\/\/|www\.|GH-/.test(token.raw)) throw new Error(`${token.raw} means something`);
        return token.raw;
      })
      .join("");
  const paragraph = (source: string): readonly Token[] => {
    const [first, ...others] = lexer(source);
    if (first?.type !== "paragraph" || others.length > 0) throw new Error(`${source} is no paragraph`);
    return (first as Tokens.Paragraph).tokens;
  };

  test("is shown as it is in a sentence, as text or code and nothing else", () => {
    fc.assert(
      fc.property(active, (name) => {
        expect(squeezed(shown(paragraph(`Name: ${plainMarkdown(name)} end`)))).toBe(squeezed(`Name: ${name} end`));
      }),
      { numRuns: 3000 },
    );
  });

  test("fills one cell of a table; only a backslash before a line is doubled", () => {
    fc.assert(
      fc.property(active, active, (name, code) => {
        const row = [plainMarkdown(name), codeMarkdown(code), "x"].map(cellMarkdown).join(" | ");
        const [table] = tablesOf(`| a | b | c |\n| --- | --- | --- |\n| ${row} |\n`);
        const cells = (table?.rows ?? []).map((cells) => cells.map(({ tokens }) => squeezed(shown(tokens))));
        const doubled = (text: string): string => squeezed(text.replace(/(\\+)\|/g, "$1$1|"));
        expect(cells).toEqual([[doubled(name), doubled(code), "x"]]);
      }),
      { numRuns: 3000 },
    );
  });

  test.each(hostileTexts.map((one) => [escapeText(one).slice(0, 40), one]))("%s breaks nothing", async (_, hostile) => {
    const run = await hostileRun();
    const images = run.images.filter(({ name }) => name === hostile);
    const source = text(runOf(images));
    expect(images).toHaveLength(2);
    // The longest one leaves no room for all details.
    const [table, ...others] = tablesOf(source);
    expect(others).toEqual([]);
    expect(table?.rows).toHaveLength(hostileKinds().length);
    for (const row of table?.rows ?? []) expect(row).toHaveLength(4);
    const ours = /^(<!-- layerscope -->|<details>\n<summary>(Details|What grew|Advice)<\/summary>|<\/details>)\s*$/;
    for (const token of tokensOf(lexer(source))) {
      if (token.type === "link") {
        expect(token.href).toMatch(new RegExp(`^https://[^ ]+/docs/rules\\.md#${token.text}$`));
        continue;
      }
      expect(["image", "code", "em", "del", "hr", "blockquote", "def", "br", "checkbox"]).not.toContain(token.type);
      if (token.type === "html") expect(token.raw).toMatch(ours);
      if (token.type === "strong") expect((token as Tokens.Strong).text).toMatch(/^(?:To mend it:|incomplete|~7 B)$/);
      if (token.type === "text" && !("tokens" in token && token.tokens)) {
        expect(token.raw).not.toMatch(/[@#<>&*_`[\]]|:\/\/|www\.|GH-|[0-9a-f]{7}/);
      }
    }
    expect(source.match(/<details>/g)).toHaveLength((source.match(/^<\/details>$/gm) ?? []).length);
  });
});

describe("a long report", () => {
  test("stays short enough for a comment and says what it left out", async () => {
    const run = await hostileRun();
    const many = runOf(Array.from({ length: 20 }, () => run.images).flat());
    const source = text(many);
    expect(source.length).toBeLessThanOrEqual(60_000);
    expect(source.length).toBeGreaterThan(50_000);
    expect(source).toMatch(/Left out, as this would be too long: \d+ images\.\n$/);
    expect(source.startsWith("<!-- layerscope -->\n\n## ❌ 720 images: ")).toBe(true);
  });

  test("keeps what failed rather than what passed, and rows rather than details", () => {
    const failed = verdictOf({ status: "failed", value: 400_000_000, budget: { name: `bad ${"y".repeat(80)}` } });
    const verdicts = Array.from({ length: 400 }, (_, index) => [
      verdictOf(),
      index < 300 ? failed : verdictOf(),
    ]).flat();
    const source = text(runOf([checkedImage(analysis, verdicts)]));
    expect(source.length).toBeLessThanOrEqual(60_000);
    const rows = tablesOf(source)[0]?.rows ?? [];
    expect(rows.filter(([what]) => what?.text.startsWith("❌"))).toHaveLength(300);
    expect(source).toMatch(/Left out, as this would be too long: \d+ rows and details\./);
  });

  test("of one image with reasons only is complete", () => {
    const source = text(runOf([checkedImage(analysis, [unmeasured("undecided", "why it is so")]), unreadImage()]));
    expect(source).toContain("Why: why it is so");
    expect(source).not.toContain("Left out");
  });
});

test("every checked image of the hostile run has a table where there is room", async () => {
  const run = await hostileRun();
  expect(tablesOf(text(run)).length).toBe(run.images.filter(isChecked).length);
});

describe("what rules of advice find", () => {
  const advice = (findings: Parameters<typeof foundOf>[0], unread: readonly number[] = []): string =>
    text(runOf([checkedImage(analysis, [verdictOf()], { found: foundOf(findings, unread) })]));

  test("is a folded list with bytes, rule, layers and what to do", () => {
    const [size, root] = [
      findingOf({
        id: "apt-lists",
        what: "lists of apt are in /var/lib/apt",
        bytes: 175_000,
        fix: "Remove them.",
        layers: [1, 5],
      }),
      findingOf({ fix: "Name one." }),
    ];
    const list = advice([size, root]).split("<summary>Advice</summary>\n\n")[1];
    expect(list).toMatch(
      /^- \*\*175 kB\*\* \[apt-lists\]\(https:\S+#apt-lists\): lists of apt are in `\/var\/lib\/apt`, layer 1 `RUN apt-get[^`]*`, layer 5 `RUN npm ci`\. Remove them\.\n- \[runs-as-root\]\(https:\S+#runs-as-root\): no user is named, layer 8 `[^`]*`\. Name one\.\n\n<\/details>\n$/,
    );
  });

  test("is not there when there is nothing to say", () => {
    expect(advice([])).not.toContain("Advice");
  });

  test("of the base image is only counted, and what is not known is said", () => {
    const list = advice([findingOf({ scope: "base" }), findingOf({ scope: "base" })], [0, 1]);
    expect(list).toContain(
      "- 2 findings only another base image would change\n- not known: what is in files of 2 layers\n",
    );
  });

  test("finds room only after budgets, and how much does not is said", () => {
    const many = Array.from({ length: 3000 }, () => findingOf());
    const source = advice(many);
    expect(source.length).toBeLessThanOrEqual(60_000);
    expect(tablesOf(source)[0]?.rows).toHaveLength(1);
    expect(source).toMatch(/Left out, as this would be too long: [\d,]+ rows and details\./);
  });
});
