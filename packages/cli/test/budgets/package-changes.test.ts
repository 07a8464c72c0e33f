/** What happened to packages since a baseline, where growth is shown. */
import type { PackageChange } from "@layerscope/core";
import { lexer, type Token, type Tokens } from "marked";
import { describe, expect, test } from "vitest";
import type { CheckRun } from "../../src/budgets/check-run.ts";
import { markdown } from "../../src/budgets/formats/markdown.ts";
import { formatTableReport } from "../../src/budgets/formats/table.ts";
import { packageChangesText, packageText } from "../../src/budgets/package-changes-text.ts";
import { checkedImage, DEMO_BASE, demoAnalysis, foundOf, hostileTexts, runOf, verdictOf } from "./runs.ts";

const analysis = await demoAnalysis();

const NONE = { type: "deb", namespace: undefined, before: undefined, after: undefined } as const;
const version = (text: string) => ({ version: text, bytes: 1 });

const CHANGES: readonly PackageChange[] = [
  { ...NONE, kind: "added", name: "nginx", after: version("1.24.0-1"), bytes: 4_200_000 },
  {
    ...NONE,
    kind: "upgraded",
    type: "npm",
    namespace: "@scope",
    name: "a",
    before: version("1.9"),
    after: version("1.10"),
    bytes: 300,
  },
  { ...NONE, kind: "removed", name: "curl", before: version("7.88.1"), bytes: -200 },
  { ...NONE, kind: "resized", name: "tzdata", before: version("2024a"), after: version("2024a"), bytes: 10 },
  { ...NONE, kind: "added", name: "app", after: version(""), bytes: 0 },
];

const runWith = (packageChanges: readonly PackageChange[] | undefined): CheckRun => {
  const baseline = { name: "main.json", base: DEMO_BASE, layers: [1], files: undefined, complete: true };
  return runOf([checkedImage(analysis, [verdictOf()], { baseline, found: { ...foundOf([]), packageChanges } })]);
};
const markdownOf = (changes: readonly PackageChange[] | undefined): string => [...markdown(runWith(changes))].join("");
const tableOf = (changes: readonly PackageChange[] | undefined, width = 100): string =>
  formatTableReport(runWith(changes), { color: false, width, quiet: false });

test("they are counted by kind, with what they come to together", () => {
  expect(packageChangesText(CHANGES, "si")).toBe("2 packages added, 1 removed, 1 upgraded, 1 resized, +4.20 MB");
  expect(packageChangesText(CHANGES.slice(2, 3), "si")).toBe("1 package removed, -200 B");
  expect(packageChangesText([], "si")).toBe("");
});

test("each is called by its full name, with its versions", () => {
  expect(CHANGES.map(packageText)).toEqual([
    "nginx 1.24.0-1",
    "@scope/a 1.9 → 1.10",
    "curl 7.88.1",
    "tzdata 2024a",
    "app",
  ]);
  const artifact = { ...NONE, kind: "added", type: "maven", namespace: "org.a", name: "b", bytes: 0 } as const;
  expect(packageText(artifact)).toBe("org.a:b");
});

describe("in Markdown", () => {
  test("they are folded, one item each", () => {
    const source = markdownOf(CHANGES);
    expect(source.slice(source.indexOf("<details>\n<summary>Packages"))).toBe(`<details>
<summary>Packages that changed</summary>

2 packages added, 1 removed, 1 upgraded, 1 resized, +4.20 MB:

- +4.20 MB \`nginx 1.24.0-1\`, added
- +300 B \`@scope/a 1.9 → 1.10\`, upgraded
- -200 B \`curl 7.88.1\`, removed
- +10 B \`tzdata 2024a\`, resized
- 0 B \`app\`, added

</details>
`);
  });

  test("hundreds are cut to the largest", () => {
    const [one] = CHANGES;
    const source = markdownOf(Array.from({ length: 1300 }, () => one).filter((change) => change !== undefined));
    expect(source.match(/^- \+4\.20 MB/gm)).toHaveLength(50);
    expect(source).toContain("1,300 packages added, +5.46 GB:");
    expect(source).toContain("- and 1,250 more\n");
    expect(source).not.toContain("Left out");
  });

  test("they leave out what has no room", () => {
    const long = (change: PackageChange): PackageChange => ({ ...change, name: "x".repeat(5000) });
    const run = runWith(Array.from({ length: 400 }, () => CHANGES.map(long)).flat());
    const source = [...markdown({ ...run, images: Array.from({ length: 100 }, () => run.images).flat() })].join("");
    expect(source.length).toBeLessThanOrEqual(60_000);
    expect(source).toMatch(/Left out, as this would be too long: \d+ rows and details\./);
    expect(source.match(/<details>/g)).toHaveLength((source.match(/^<\/details>$/gm) ?? []).length);
  });

  test.each([undefined, []])("nothing is said where nothing is known, or nothing happened: %j", (changes) => {
    expect(markdownOf(changes)).not.toContain("Packages that changed");
  });
});

describe("in a table", () => {
  test("one line says how many", () => {
    expect(tableOf(CHANGES)).toContain(
      "  compared with main.json\n  2 packages added, 1 removed, 1 upgraded, 1 resized, +4.20 MB\n",
    );
  });

  test.each([undefined, []])("no line where nothing is known, or nothing happened: %j", (changes) => {
    expect(tableOf(changes)).not.toContain("package");
  });
});

test.each(hostileTexts.map((text, index) => [index, text]))("hostile text %i does nothing", (_, text) => {
  const hostile: PackageChange = {
    ...NONE,
    kind: "upgraded",
    namespace: text,
    name: text,
    before: version(text),
    after: version(`${text}2`),
    bytes: 5,
  };
  const source = markdownOf([hostile, ...CHANGES]);
  const [list, ...others] = lexer(source).filter((token): token is Tokens.List => token.type === "list");
  expect(others).toEqual([]);
  expect(list?.items).toHaveLength(6);
  const kinds = (tokens: readonly Token[]): string[] =>
    tokens.flatMap((token) =>
      "tokens" in token && token.tokens && token.type === "text" ? kinds(token.tokens) : [token.type],
    );
  for (const item of list?.items ?? []) expect(kinds(item.tokens)).toEqual(["text", "codespan", "text"]);
});
