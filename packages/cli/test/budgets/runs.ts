/** Runs of checks for tests of the output formats: every kind, every status, and names that want to break out. */
import {
  type Analysis,
  analyse,
  type BaseLayers,
  type Finding,
  LayerscopeError,
  openSource,
  RULES,
  scanImage,
} from "@layerscope/core";
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { NOTHING_FOUND } from "../../../core/test/advice/images.ts";
import { scanArchive } from "../../../core/test/tree/scan-layers.ts";
import {
  type CheckedImage,
  type CheckRun,
  type ImageResult,
  isChecked,
  type LocatedBudget,
  type LocatedVerdict,
  type UnreadImage,
} from "../../src/budgets/check-run.ts";

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, "utf8");

export function budgetOf(more: Partial<LocatedBudget> = {}): LocatedBudget {
  return {
    name: "total size",
    limit: { kind: "maxSize", bytes: 300_000_000 },
    layers: "image",
    severity: "error",
    origin: { kind: "file", file: "layerscope.yaml", line: 4 },
    ...more,
  };
}

type VerdictParts = Partial<Omit<LocatedVerdict, "budget">> & { readonly budget?: Partial<LocatedBudget> };

/** A verdict that passed on 280 of 300 MB, but for what is said otherwise; the margin follows from value and limit. */
export function verdictOf({ budget, ...more }: VerdictParts = {}): LocatedVerdict {
  const { value, limit } = { value: 280_000_000, limit: 300_000_000, ...more };
  const findings = more.findings ?? [];
  return {
    budget: budgetOf(budget),
    status: "passed",
    unit: "bytes",
    value,
    limit,
    margin: value === undefined || limit === undefined ? undefined : limit - value,
    findings,
    findingCount: findings.length,
    ignoredBytes: 0,
    notes: [],
    ...more,
  };
}

/** What nothing was measured of. */
export function unmeasured(
  status: "undecided" | "skipped",
  reason: string,
  budget: Partial<LocatedBudget> = {},
): LocatedVerdict {
  return verdictOf({ budget, status, reason, unit: "count", value: undefined, limit: undefined });
}

type Found = NonNullable<CheckedImage["found"]>;

/** A finding of the rule `runs-as-root` about layer 8, but for what is said otherwise. @param id of the rule */
export function findingOf({ id = "runs-as-root", ...more }: Partial<Finding> & { readonly id?: string } = {}): Finding {
  const rule = RULES.find((one) => one.id === id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  return {
    rule,
    level: "warn",
    scope: "own",
    what: "no user is named",
    fix: rule.fix,
    snippet: undefined,
    bytes: 0,
    estimate: undefined,
    layers: [8],
    steps: [],
    parts: [],
    inodes: [],
    ...more,
  };
}

/** What rules found, of files that show nothing else. */
export function foundOf(findings: readonly Finding[], unreadLayers: readonly number[] = []): Found {
  return {
    inspection: NOTHING_FOUND,
    advice: { rules: RULES, findings, unreadLayers, savedBytes: { own: 0, base: 0 } },
  };
}

/** A verdict on a rule of advice: it failed with one finding, but for what is said otherwise. */
export function ruleVerdict(id: string, { budget, ...more }: VerdictParts = {}): LocatedVerdict {
  return verdictOf({
    status: "failed",
    unit: "count",
    value: 1,
    limit: 0,
    notes: ["no user is named"],
    ...more,
    budget: { name: id, limit: { kind: "rule", rule: id }, layers: "own", ...budget },
  });
}

let demo: Promise<Analysis> | undefined;

/** The demo image, scanned once. It has 10 layers; layer 5 is `RUN npm ci`. */
export function demoAnalysis(): Promise<Analysis> {
  demo ??= scanDemo();
  return demo;
}

async function scanDemo(): Promise<Analysis> {
  await using source = await openSource("fixtures/demo.tar");
  return analyse(await scanImage(source));
}

export const DEMO_BASE: BaseLayers = { layers: 4, foundBy: "history", certainty: "guess" };

export function checkedImage(
  analysis: Analysis,
  verdicts: readonly LocatedVerdict[],
  more: Partial<CheckedImage> = {},
): CheckedImage {
  return {
    name: "demo.tar",
    reference: "demo.tar",
    analysis,
    base: DEMO_BASE,
    baseline: undefined,
    verdicts,
    ...more,
  };
}

export const unreadImage = (more: Partial<UnreadImage> = {}): UnreadImage => ({
  name: "worker",
  reference: "dist/worker.tar",
  error: new LayerscopeError("not-found", "dist/worker.tar: no such file or directory", {
    hint: "Build it first, or correct the path.",
  }),
  ...more,
});

/** @param verdict what follows from the verdicts of the images when left out */
export function runOf(
  images: readonly ImageResult[],
  verdict: CheckRun["verdict"] = verdictOfAll(images),
  units: CheckRun["units"] = "si",
): CheckRun {
  return { images, verdict, units };
}

function verdictOfAll(images: readonly ImageResult[]): CheckRun["verdict"] {
  const errors = images
    .filter(isChecked)
    .flatMap(({ verdicts }) => verdicts)
    .filter(({ budget }) => budget.severity === "error");
  if (errors.some(({ status }) => status === "failed")) return "failed";
  const isUndecided = errors.some(({ status }) => status === "undecided");
  const isUnread = images.some((image) => !isChecked(image) || !image.analysis.image.complete);
  return isUndecided || isUnread ? "undecided" : "passed";
}

/** One budget of every kind; each status, both severities, every cause and each group of layers is among them. */
export const everyKind: readonly LocatedVerdict[] = [
  verdictOf(),
  verdictOf({
    budget: { name: "size of /usr/share/doc", limit: { kind: "maxSize", bytes: 5000 }, paths: ["/usr/share/doc"] },
    status: "failed",
    value: 6100,
    limit: 5000,
    findings: [
      { path: bytesOf("usr/share/doc"), isDirectory: true, bytes: 4100, layer: 0 },
      { path: bytesOf("usr/share/doc/perl/copyright"), bytes: 2000, layer: 1, hiddenBy: 5 },
    ],
    findingCount: 14,
    ignoredBytes: 1200,
  }),
  verdictOf({
    budget: { name: "compressed size", limit: { kind: "maxCompressedSize", bytes: 1_000_000 } },
    status: "failed",
    value: 1_000_001,
    limit: 1_000_000,
    notes: ["2 of the layers are stored uncompressed, so a registry would say less"],
  }),
  verdictOf({
    budget: { name: "number of layers", limit: { kind: "maxLayers", count: 10 }, origin: option("--max-layers 10") },
    unit: "count",
    value: 10,
    limit: 10,
  }),
  verdictOf({
    budget: { name: "largest layer", limit: { kind: "maxLayerSize", bytes: 300_000 }, severity: "warn" },
    status: "failed",
    value: 361_000,
    limit: 300_000,
    findings: [{ bytes: 361_000, layer: 1 }],
  }),
  verdictOf({
    budget: {
      name: "wasted bytes of own layers",
      limit: { kind: "maxWastedBytes", bytes: 0 },
      layers: "own",
    },
    status: "failed",
    value: 335_000,
    limit: 0,
    findings: [
      { path: bytesOf("app/package-lock.json"), bytes: 38_800, layer: 4, hiddenBy: 6, cause: "identical" },
      { path: bytesOf("app/node_modules/vite/index.js"), bytes: 18_200, layer: 5, hiddenBy: 7, cause: "hidden" },
      { path: bytesOf("app/src/main.ts"), bytes: 9000, layer: 6, hiddenBy: 8, cause: "metadata" },
      { path: bytesOf("app/dist/app.js"), bytes: 6000, layer: 7, hiddenBy: 9, cause: "rewritten" },
      { path: bytesOf("app/public/bundle.css"), bytes: 5000, layer: 6, hiddenBy: 6, cause: "duplicate-member" },
    ],
  }),
  verdictOf({
    budget: {
      name: "files removed again",
      limit: { kind: "maxWastedBytes", bytes: 100_000, cause: "deleted" },
      layers: 1,
    },
    status: "failed",
    value: 235_000,
    limit: 100_000,
    findings: [
      {
        path: bytesOf("var/lib/apt/lists"),
        isDirectory: true,
        bytes: 175_000,
        layer: 1,
        hiddenBy: 2,
        cause: "deleted",
      },
      { path: bytesOf("var/cache/apt"), isDirectory: true, bytes: 60_000, layer: 1, hiddenBy: 2, cause: "deleted" },
    ],
  }),
  verdictOf({
    budget: {
      name: "wasted share of own layers",
      limit: { kind: "maxWastedShare", share: 0.1, butAtLeast: 20_000_000 },
      layers: "own",
    },
    unit: "share",
    value: 0.63,
    limit: 0.1,
    margin: -0.53,
    bytes: { value: 335_000, limit: 20_000_000 },
  }),
  verdictOf({
    budget: { name: "efficiency", limit: { kind: "minEfficiency", share: 0.95 } },
    status: "failed",
    unit: "share",
    value: 0.5431,
    limit: 0.95,
    margin: -0.4069,
    bytes: { value: 586_000, limit: 64_000 },
    findings: [
      {
        path: bytesOf("var/lib/apt/lists"),
        isDirectory: true,
        bytes: 175_000,
        layer: 1,
        hiddenBy: 2,
        cause: "deleted",
      },
    ],
    findingCount: 31,
  }),
  verdictOf({
    budget: { name: "files", limit: { kind: "maxFiles", count: 50 } },
    status: "failed",
    unit: "count",
    value: 82,
    limit: 50,
    findings: [{ path: bytesOf("app/node_modules"), isDirectory: true, layer: 5 }],
  }),
  verdictOf({
    budget: { name: "largest file", limit: { kind: "maxFileSize", bytes: 50_000 } },
    status: "failed",
    value: 98_000,
    limit: 50_000,
    findings: [{ path: bytesOf("usr/local/bin/node"), bytes: 98_000, layer: 2 }],
  }),
  verdictOf({
    budget: { name: "growth", limit: { kind: "maxGrowth", bytes: 100_000 } },
    status: "failed",
    value: 132_200,
    limit: 100_000,
    growth: { before: 1_150_000, now: 1_282_200 },
    findings: [
      { path: bytesOf("usr/local/bin/node"), bytes: 98_000, before: 0, layer: 2 },
      { path: bytesOf("app/dist"), isDirectory: true, bytes: 34_200, before: 16_000, layer: 7 },
    ],
  }),
  verdictOf({
    budget: { name: "growth of base layers", limit: { kind: "maxGrowth", share: 0.03 }, layers: "base" },
    unit: "share",
    value: -0.012,
    limit: 0.03,
    margin: 0.042,
    bytes: { value: -9300, limit: 23_200 },
    growth: { before: 775_000, now: 765_700 },
  }),
  verdictOf({
    budget: { name: "forbidden paths", limit: { kind: "forbidden", patterns: ["**/.git/**", "id_rsa", ".env"] } },
    status: "failed",
    unit: "count",
    value: 2,
    limit: 0,
    findings: [
      { path: bytesOf("app/.env"), bytes: 120, layer: 6, hiddenBy: 7, pattern: ".env" },
      { path: bytesOf("root/.ssh/id_rsa"), bytes: 1675, layer: 2, pattern: "id_rsa" },
    ],
  }),
  verdictOf({
    budget: { name: "required paths", limit: { kind: "required", patterns: ["/app/server", "/etc/passwd"] } },
    status: "failed",
    unit: "count",
    value: 1,
    limit: 0,
    findings: [{ pattern: "/app/server" }],
  }),
  verdictOf({
    budget: { name: "setuid files", limit: { kind: "allowedSetuid", patterns: ["/usr/bin/su"] }, severity: "warn" },
    status: "failed",
    unit: "count",
    value: 1,
    limit: 0,
    findings: [{ path: bytesOf("usr/bin/passwd"), bytes: 12_000, layer: 0 }],
  }),
  verdictOf({
    budget: { name: "user is not root", limit: { kind: "nonRoot" } },
    status: "failed",
    unit: "count",
    value: 1,
    limit: 0,
    notes: ["the configuration names no user, so it is root"],
  }),
  verdictOf({
    budget: { name: "lowestEfficiency", limit: { kind: "diveLowestEfficiency", ratio: 0.9 }, origin: diveLine(2) },
    unit: "share",
    value: 0.96,
    limit: 0.9,
    margin: 0.06,
    notes: ["dive does not see 247 kB in removed directories"],
  }),
  verdictOf({
    budget: {
      name: "highestWastedBytes",
      limit: { kind: "diveHighestWastedBytes", bytes: 20_000_000 },
      origin: diveLine(3),
    },
    status: "failed",
    value: 21_000_000,
    limit: 20_000_000,
    findings: [{ path: bytesOf("app/package-lock.json"), bytes: 58_200 }],
  }),
  unmeasured("undecided", "the layers but the first have no bytes, so dive's share is not a number", {
    name: "highestUserWastedPercent",
    limit: { kind: "diveHighestUserWastedPercent", ratio: 0.1 },
    origin: diveLine(4),
  }),
  unmeasured("skipped", "there is no baseline", {
    name: "growth of /app",
    limit: { kind: "maxGrowth", share: 0.05 },
    paths: ["/app"],
  }),
];

function option(text: string): LocatedBudget["origin"] {
  return { kind: "option", option: text };
}

function diveLine(line: number): LocatedBudget["origin"] {
  return { kind: "file", file: ".dive-ci", line };
}

/** The demo image with {@link everyKind}, and one that cannot be read. */
export async function everyKindRun(): Promise<CheckRun> {
  const baseline = { name: "main.json", base: DEMO_BASE, layers: [1_150_000], files: undefined, complete: true };
  return runOf([checkedImage(await demoAnalysis(), everyKind, { baseline }), unreadImage()]);
}

/** Texts that mean something in a terminal, in XML, Markdown, HTML, YAML, in workflow commands, or to GitHub. */
export const hostileTexts: readonly string[] = [
  "a|b||c\\|d\\",
  "`code` ``more`` ```fence```",
  "two\nlines\r\nand\rmore\n\n# heading\n\n- item",
  "\u001b[31mred\u001b[0m\u001b]0;title\u0007\u0008\u0000\u009b2J",
  "@someone and @org/team",
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "</details></td></table>--> <!-- x",
  "[text](https://evil.example/) ![image](https://evil.example/x.png)",
  "<https://evil.example> https://evil.example www.evil.example me@evil.example",
  "#123 GH-123 org/repo#123 0123456789abcdef0123456789abcdef01234567",
  "**bold** __bold__ *it* _it_ ~~gone~~ :tada: $x^2$ [^1] [ref]",
  "&lt;b&gt; &amp; & &#64;someone ]]> <![CDATA[",
  "::error file=a,line=1::msg ##[error]msg %0A %25 ::set-output name=a::b",
  "\u202egnp.exe\u2066 \u200b\ufeff\u00ad",
  "\ud800 lone",
  "漢字 👩‍👩‍👧 é ー",
  `'single' "double" $(command) \${{ secrets.X }} ; rm -rf /`,
  `long ${"x".repeat(5000)}`,
];

/** Bytes that are no UTF-8. */
export const HOSTILE_BYTES: Uint8Array = Buffer.from([0x66, 0xff, 0xfe, 0x7c, 0x0a, 0xc3]);

/** Everything that comes from an image, a configuration or a command line has one of {@link hostileTexts}. */
export async function hostileRun(): Promise<CheckRun> {
  const images = await Promise.all(hostileTexts.map(hostileImage));
  const unread = hostileTexts.map((text) =>
    unreadImage({ name: text, reference: text, error: new LayerscopeError("not-found", text, { hint: text }) }),
  );
  return runOf([...images, ...unread]);
}

/** Those and rules of advice. */
export function hostileKinds(): readonly LocatedVerdict[] {
  return [...everyKind, ruleVerdict("runs-as-root"), ruleVerdict("secret-in-file", { status: "passed", value: 0 })];
}

async function hostileImage(text: string): Promise<CheckedImage> {
  const analysis = await scanArchive(
    dockerSaveNew({
      layers: [tar([file("a", "1")]), tar([file("b", "2")])],
      history: [{ created_by: `RUN ${text}` }, { created_by: "", comment: text }],
    }),
  );
  const path = bytesOf(text);
  const findings = [
    { path, bytes: 300, before: 100, layer: 0, hiddenBy: 1, cause: "rewritten", pattern: text },
    { path: HOSTILE_BYTES, isDirectory: true, bytes: 200, layer: 1, pattern: text },
    { pattern: text },
    // No such layer: nothing may fall over it.
    { path, bytes: 1, layer: 99 },
  ] as const;
  const origins = [{ kind: "file", file: text, line: 1 } as const, option(text)];
  const verdicts = hostileKinds().map(
    (verdict, index): LocatedVerdict => ({
      ...verdict,
      budget: {
        ...verdict.budget,
        ...hostileBudget(verdict.budget, text),
        origin: origins[index % origins.length] ?? option(text),
      },
      findings: verdict.status === "failed" ? findings : [],
      findingCount: verdict.status === "failed" ? findings.length : 0,
      notes: [text],
      ...(verdict.reason !== undefined && { reason: text }),
    }),
  );
  const base: BaseLayers = { layers: 1, foundBy: "label", certainty: "likely", name: text };
  const baseline = { name: text, base, layers: [1, 1], files: undefined, complete: true };
  const estimate = { bytes: 7, how: text };
  const found = foundOf(
    [
      findingOf({
        what: text,
        fix: text,
        snippet: text,
        layers: [0, 1, 99],
        parts: [{ node: 1, isDirectory: true, value: 5 }],
      }),
      findingOf({ id: "secret-in-file", what: text, estimate, layers: [], steps: [0, 1, 99] }),
      findingOf({ id: "secret-in-file", what: text, scope: "base" }),
    ],
    [0, 1],
  );
  return checkedImage(analysis, verdicts, { name: text, reference: text, base, baseline, found });
}

function hostileBudget({ limit }: LocatedBudget, text: string): Partial<LocatedBudget> {
  const patterns = [text];
  const inLimit = "patterns" in limit ? { limit: { ...limit, patterns } } : {};
  return { name: text, paths: patterns, ignore: patterns, ...inLimit };
}
