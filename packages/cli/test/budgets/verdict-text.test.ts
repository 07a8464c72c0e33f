import { escapeText } from "@layerscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isChecked } from "../../src/budgets/check-run.ts";
import { mendText } from "../../src/budgets/mend-text.ts";
import { summaryText, titleText } from "../../src/budgets/summary-text.ts";
import {
  findingText,
  limitText,
  marginText,
  originText,
  scopeText,
  shareInBytes,
  statusText,
  valueText,
} from "../../src/budgets/verdict-text.ts";
import type { Units } from "../../src/output/bytes.ts";
import {
  budgetOf,
  bytesOf,
  checkedImage,
  DEMO_BASE,
  demoAnalysis,
  everyKind,
  everyKindRun,
  HOSTILE_BYTES,
  hostileRun,
  runOf,
  unmeasured,
  unreadImage,
  verdictOf,
} from "./runs.ts";

const analysis = await demoAnalysis();
const { image } = analysis;

describe("numbers", () => {
  test("each kind has its own words", () => {
    const rows = everyKind.map((verdict) =>
      [
        statusText(verdict),
        verdict.budget.limit.kind,
        valueText(verdict, "si"),
        limitText(verdict, "si"),
        marginText(verdict, "si"),
      ].join(" | "),
    );
    expect(rows).toEqual([
      "ok | maxSize | 280 MB | ≤ 300 MB | 20.0 MB left",
      "FAILED | maxSize | 6.10 kB | ≤ 5 kB | 1.10 kB over",
      "FAILED | maxCompressedSize | 1,000,001 B | ≤ 1,000,000 B | 1 B over",
      "ok | maxLayers | 10 | ≤ 10 | at the limit",
      "warning | maxLayerSize | 361 kB | ≤ 300 kB | 61.0 kB over",
      "FAILED | maxWastedBytes | 335 kB | ≤ 0 B | 335 kB over",
      "FAILED | maxWastedBytes | 235 kB | ≤ 100 kB | 135 kB over",
      "ok | maxWastedShare | 63.0 % | ≤ 10 %, but at least 20 MB | 19.7 MB left",
      "FAILED | minEfficiency | 54.3 % | ≥ 95 % | 522 kB over",
      "FAILED | maxFiles | 82 | ≤ 50 | 32 over",
      "FAILED | maxFileSize | 98.0 kB | ≤ 50 kB | 48.0 kB over",
      "FAILED | maxGrowth | +132 kB | ≤ 100 kB | 32.2 kB over",
      "ok | maxGrowth | -1.2 % | ≤ 3 % | 32.5 kB left",
      "FAILED | forbidden | 2 paths | none | ",
      "FAILED | required | 1 missing | all there | ",
      "warning | allowedSetuid | 1 file | none | ",
      "FAILED | nonRoot | root | not root | ",
      "ok | diveLowestEfficiency | 96.0 % | ≥ 90 % | 6.0 points left",
      "FAILED | diveHighestWastedBytes | 21.0 MB | ≤ 20 MB | 1.00 MB over",
      "undecided | diveHighestUserWastedPercent | – | ≤ 10 % | ",
      "skipped | maxGrowth | – | ≤ 5 % | ",
    ]);
  });

  test("limits stand as they were written", () => {
    const limit = (bytes: number, units: Units): string =>
      limitText(verdictOf({ budget: { limit: { kind: "maxSize", bytes } } }), units);
    expect(limit(1_500_000, "si")).toBe("≤ 1.5 MB");
    expect(limit(100_400_000, "si")).toBe("≤ 100.4 MB");
    expect(limit(300 * 1024 ** 2, "iec")).toBe("≤ 300 MiB");
    expect(limit(1023, "iec")).toBe("≤ 1023 B");
    expect(limit(1_234_567, "si")).toBe("≤ 1.23 MB");
    const share = (value: number): string =>
      limitText(verdictOf({ unit: "share", budget: { limit: { kind: "maxWastedShare", share: value } } }), "si");
    expect(share(0.07)).toBe("≤ 7 %");
    expect(share(0.0007)).toBe("≤ 0.07 %");
    expect(share(0.125)).toBe("≤ 12.5 %");
  });

  const PREFIXES: Readonly<Record<string, number>> = { "": 0, k: 1, K: 1, M: 2, G: 3, T: 4, P: 5 };
  function amount(text: string, units: Units): number {
    const [, number = "", prefix = ""] = /(-?[\d,.]+) ([kKMGTP]?)i?B$/.exec(text) ?? [];
    return Number(number.replaceAll(",", "")) * (units === "si" ? 1000 : 1024) ** (PREFIXES[prefix] as number);
  }

  test("what is over the limit never looks like the limit or less, and the other way round", () => {
    const near = fc.integer({ min: 0, max: 2 ** 50 }).chain((limit) =>
      fc.record({
        limit: fc.constant(limit),
        value: fc.oneof(
          fc.integer({ min: Math.max(0, limit - 2000), max: limit + 2000 }),
          fc.integer({ min: 0, max: 2 ** 50 }),
        ),
        units: fc.constantFrom<Units>("si", "iec"),
      }),
    );
    fc.assert(
      fc.property(near, ({ limit, value, units }) => {
        const verdict = verdictOf({ value, limit, budget: { limit: { kind: "maxSize", bytes: limit } } });
        const shown = amount(valueText(verdict, units), units) - amount(limitText(verdict, units), units);
        if (value === limit) return valueText(verdict, units).length > 0;
        return Math.sign(shown) === Math.sign(value - limit);
      }),
      { numRuns: 2000 },
    );
  });

  test("shares have the digits that tell them from the limit", () => {
    const shares = (value: number, limit: number): string => {
      const verdict = verdictOf({
        unit: "share",
        value,
        limit,
        budget: { limit: { kind: "minEfficiency", share: limit } },
      });
      return `${valueText(verdict, "si")} ${limitText(verdict, "si")}`;
    };
    expect(shares(0.95, 0.95)).toBe("95.0 % ≥ 95 %");
    expect(shares(0.949999, 0.95)).toBe("94.9999 % ≥ 95 %");
    expect(shares(0.9999999, 0.95)).toBe("> 99.9 % ≥ 95 %");
    expect(shares(0.9999999, 1)).toBe("99.99999 % ≥ 100 %");
    expect(shares(0.0000001, 0.1)).toBe("< 0.1 % ≥ 10 %");
    expect(shares(0.0000001, 0)).toBe("0.00001 % ≥ 0 %");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: -1000, max: 1000 }), (limit, step) => {
        const value = Math.min(1, Math.max(0, limit / 10_000 + step * 1e-9));
        const [shown = 0, wanted = 0] =
          shares(value, limit / 10_000)
            .match(/[\d.]+(?= %)/g)
            ?.map(Number) ?? [];
        return value === limit / 10_000 || Math.sign(shown - wanted) === Math.sign(value - limit / 10_000);
      }),
    );
  });

  test("of a share it is told what decides", () => {
    const [efficiency] = everyKind.filter(({ budget }) => budget.limit.kind === "minEfficiency");
    expect(efficiency && shareInBytes(efficiency, "si")).toBe("≥ 95 %: 64.0 kB may be wasted, 586 kB are");
    expect(shareInBytes(verdictOf(), "si")).toBe("");
  });

  test("an undecided value has no margin, whatever it is", () => {
    expect(marginText(verdictOf({ status: "undecided", reason: "the image could not be read to its end" }), "si")).toBe(
      "",
    );
  });
});

describe("which layers and paths count", () => {
  const scope = (more: Parameters<typeof budgetOf>[0]): string => scopeText(budgetOf(more), DEMO_BASE, 10);

  test("says where the base image's layers are from", () => {
    expect(scope({})).toBe("all layers");
    expect(scope({ layers: "own" })).toBe("own layers (4 to 9; base by the history, a guess)");
    expect(scope({ layers: "base" })).toBe("base layers (0 to 3; base by the history, a guess)");
    expect(scope({ layers: 7 })).toBe("layer 7");
    const none = { layers: 0, foundBy: "none", certainty: "guess" } as const;
    expect(scopeText(budgetOf({ layers: "base" }), none, 10)).toBe("base layers (none; nothing tells of a base)");
    expect(scopeText(budgetOf({ layers: "own" }), none, 1)).toBe("own layers (0; nothing tells of a base)");
  });

  test("lists patterns, but not without end", () => {
    expect(scope({ paths: ["/app"], ignore: ["*.pyc"] })).toBe("all layers, only /app, without *.pyc");
    expect(scope({ paths: ["/a", "/b", "/c", "/d", "/e"] })).toBe("all layers, only /a, /b, /c and 2 more");
  });
});

describe("findings", () => {
  const text = (finding: Parameters<typeof findingText>[0]): string => findingText(finding, image, "si");

  test("have path, size, layer, command and fate", () => {
    expect(text({ path: bytesOf("app/.env"), bytes: 120, layer: 6, hiddenBy: 7, pattern: ".env" })).toBe(
      "/app/.env: 120 B, layer 6 (COPY . .), still stored though layer 7 removed or replaced it, matches .env",
    );
    expect(
      text({ path: bytesOf("var/lib"), isDirectory: true, bytes: 175_000, layer: 5, hiddenBy: 7, cause: "deleted" }),
    ).toBe("/var/lib/: 175 kB, mostly layer 5 (RUN npm ci), still stored though layer 7 removed it");
    expect(text({ path: bytesOf("a"), bytes: 9, layer: 6, hiddenBy: 6, cause: "duplicate-member" })).toBe(
      "/a: 9 B, layer 6 (COPY . .), hidden by the same layer: stored twice",
    );
    expect(text({ path: bytesOf("a"), bytes: 9, layer: 5, hiddenBy: 6, cause: "metadata" })).toBe(
      "/a: 9 B, layer 5 (RUN npm ci), hidden by layer 6: only owner, mode or times changed",
    );
    expect(text({ bytes: 361_000, layer: 5 })).toBe("layer 5 (RUN npm ci): 361 kB");
    expect(text({ pattern: "/app/server" })).toBe("/app/server: nothing matches it");
    expect(text({ path: bytesOf("app"), isDirectory: true, files: 1200 })).toBe("/app/: 1,200 files");
    expect(text({ path: new Uint8Array(0), isDirectory: true, bytes: 1 })).toBe("/: 1 B");
  });

  test("tell growth", () => {
    expect(text({ path: bytesOf("a"), bytes: 2_200_000, before: 1_200_000, layer: 5 })).toBe(
      "/a: 1.20 MB → 3.40 MB (+2.20 MB), layer 5 (RUN npm ci)",
    );
    expect(text({ path: bytesOf("a"), bytes: 1, before: 1_200_000 })).toBe("/a: 1,200,000 B → 1,200,001 B (+1 B)");
    expect(text({ path: bytesOf("a"), bytes: -200_000, before: 1_200_000 })).toBe("/a: 1.20 MB → 1.00 MB (-200 kB)");
  });

  test("survive layers that are not there and names that are no text", () => {
    expect(text({ path: HOSTILE_BYTES, bytes: 1, layer: 99 })).toBe("/f\\xff\\xfe|\\n\\xc3: 1 B, layer 99");
  });
});

describe("what all comes to", () => {
  const summary = (...verdicts: ReturnType<typeof verdictOf>[]): string => {
    const run = runOf([checkedImage(analysis, verdicts)]);
    return `${summaryText(run.images, run.verdict)} | ${titleText(run.images, run.verdict)}`;
  };
  const failed = verdictOf({ status: "failed", value: 400_000_000 });
  const warning = verdictOf({ status: "failed", value: 400_000_000, budget: { severity: "warn" } });

  test("counts what is not right", () => {
    expect(summary(verdictOf())).toBe("passed: 1 budget | 1 budget passed");
    expect(summary(verdictOf(), warning)).toBe("passed: 1 of 2 budgets, 1 warning | 1 of 2 budgets passed, 1 warning");
    expect(summary(failed, verdictOf(), warning)).toBe(
      "FAILED: 1 of 3 budgets failed, 1 warning | 1 of 3 budgets failed, 1 warning",
    );
    expect(summary(unmeasured("undecided", "why"), unmeasured("skipped", "why"))).toBe(
      "UNDECIDED: 1 of 2 budgets could not be decided, 1 skipped | 1 of 2 budgets could not be decided, 1 skipped",
    );
  });

  test("counts images that could not be read", async () => {
    const run = await everyKindRun();
    expect(summaryText(run.images, run.verdict)).toBe(
      "FAILED: 12 of 21 budgets failed, 1 undecided, 2 warnings, 1 skipped, 1 image could not be read",
    );
    expect(summaryText([unreadImage()], "undecided")).toBe(
      "UNDECIDED: nothing could be checked, 1 image could not be read",
    );
  });
});

test("a budget says where it is written", () => {
  expect(originText(budgetOf())).toBe("layerscope.yaml:4");
  expect(originText(budgetOf({ origin: { kind: "option", option: "--max-size 300MB" } }))).toBe("--max-size 300MB");
});

describe("what would mend it", () => {
  const mend = (...parts: Parameters<typeof verdictOf>): string =>
    mendText(verdictOf({ status: "failed", ...parts[0] }), checkedImage(analysis, []));

  test("goes by the cause of the waste, the largest first", () => {
    const limit = { kind: "maxWastedBytes", bytes: 0 } as const;
    const findings = [
      { path: bytesOf("a"), bytes: 10, cause: "metadata" },
      { path: bytesOf("b"), bytes: 8, cause: "deleted" },
      { path: bytesOf("c"), bytes: 8, cause: "deleted" },
      { path: bytesOf("d"), bytes: 1, cause: "identical" },
    ] as const;
    expect(mend({ budget: { limit }, findings })).toBe(
      "Remove it in the step that makes it, or build it in another stage. " +
        "Set owner and mode while copying (COPY --chown, --chmod), or in the step that makes the file.",
    );
    expect(mend({ budget: { limit: { ...limit, cause: "identical" } } })).toMatch(/^Copy it once/);
  });

  test("tells what is removed too late from what is there", () => {
    const budget = { limit: { kind: "forbidden", patterns: [".env"] } } as const;
    const finding = { path: bytesOf(".env"), layer: 5 };
    expect(mend({ budget, findings: [finding] })).toMatch(
      /^Do not copy it: keep it out of the build with .dockerignore/,
    );
    expect(mend({ budget, findings: [{ ...finding, hiddenBy: 6 }] })).toMatch(
      /^Removing it later is too late: delete it in the step that makes it/,
    );
  });

  test("knows when it is the base image", () => {
    const finding = { path: bytesOf("usr"), bytes: 10, layer: 0 };
    expect(mend({ findings: [finding] })).toMatch(/^Most of it is in the base image/);
    expect(mend({ findings: [{ ...finding, layer: 5 }] })).not.toContain("base image");
  });

  test("is known of every kind, and says other things of different ones", () => {
    const image = checkedImage(analysis, []);
    const texts = new Map(everyKind.map((verdict) => [verdict.budget.limit.kind, mendText(verdict, image)]));
    expect(texts.size).toBe(17);
    for (const text of texts.values()) expect(text).toMatch(/^[A-Z].*\.$/);
    expect(texts.get("nonRoot")).toContain("USER");
    expect(texts.get("maxLayers")).toContain("RUN");
    expect(texts.get("allowedSetuid")).toContain("chmod a-s on it in the step that makes it, layer 0,");
  });
});

test("hostile text is harmless on a terminal, and has an end", async () => {
  const run = await hostileRun();
  for (const image of run.images.filter(isChecked)) {
    for (const verdict of image.verdicts) {
      const texts = [
        valueText(verdict, "si"),
        limitText(verdict, "si"),
        marginText(verdict, "si"),
        scopeText(verdict.budget, image.base, 2),
        originText(verdict.budget),
        mendText(verdict, image),
        ...verdict.findings.map((finding) => findingText(finding, image.analysis.image, "si")),
      ];
      for (const text of texts) {
        expect(escapeText(text)).toBe(text);
        expect(text.length).toBeLessThan(1500);
      }
    }
  }
});
