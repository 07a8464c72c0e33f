/** Limits, scalars and patterns of a configuration that is written. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseShare, parseSize } from "../../src/budgets/config/quantities.ts";
import {
  countLimit,
  efficiencyLimit,
  exactShare,
  exactSize,
  shareLimit,
  sizeLimit,
} from "../../src/budgets/init/round-limits.ts";
import { comment, scalar } from "../../src/budgets/init/yaml-text.ts";

const numberOf = (parsed: ReturnType<typeof parseSize>): number => {
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.value;
};
const units = fc.constantFrom("si" as const, "iec" as const);
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("a limit", () => {
  test.each([
    [271_000_000, "300 MB"],
    [1_280_000, "1.5 MB"],
    [12_300_000, "14 MB"],
    [100_000, "110 kB"],
    [5, "1 kB"],
    [0, "1 kB"],
    [999_000, "1.1 MB"],
    [950_000_000_000, "1.1 TB"],
  ])("of a size of %i is %s", (bytes, limit) => {
    expect(sizeLimit(bytes, "si")).toBe(limit);
  });

  test("can be in powers of 1024", () => {
    expect(sizeLimit(271 * 2 ** 20, "iec")).toBe("300 MiB");
    expect(sizeLimit(0, "iec")).toBe("1 KiB");
  });

  test("of any size is a tenth above it, and not much more", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), units, (bytes, units) => {
        const limit = numberOf(parseSize(sizeLimit(bytes, units)));
        expect(limit).toBeGreaterThanOrEqual(Math.floor(bytes * 1.1));
        expect(limit).toBeLessThanOrEqual(Math.max(1024, bytes * 1.1 * 1.1 + 1));
      }),
    );
  });

  test.each([
    [0, 1],
    [1, 2],
    [9, 10],
    [10, 11],
    [19_514, 22_000],
  ])("of a number of %i is %i", (count, limit) => {
    expect(countLimit(count)).toBe(limit);
  });

  test("of any number is above it", () => {
    fc.assert(fc.property(fc.nat(1e9), (count) => countLimit(count) > count && countLimit(count) >= (count * 11) / 10));
  });

  test("of any share is not below it, of any efficiency not above", () => {
    fc.assert(
      fc.property(share, (share) => {
        expect(numberOf(parseShare(shareLimit(share)))).toBeGreaterThanOrEqual(share);
        expect(numberOf(parseShare(efficiencyLimit(share)))).toBeLessThanOrEqual(share);
      }),
    );
  });

  test("that is given is written as it is", () => {
    expect([20e6, 20 * 2 ** 20, 1_234_567, 0].map(exactSize)).toEqual(["20 MB", "20 MiB", "1234567", "0"]);
    expect([0.95, 0.07, 0, 1, 1e-7].map(exactShare)).toEqual(["95 %", "7 %", "0 %", "100 %", "0.00001 %"]);
    fc.assert(
      fc.property(fc.nat(2 ** 50), share, (bytes, share) => {
        expect(numberOf(parseSize(exactSize(bytes)))).toBe(bytes);
        fc.pre(share === 0 || share > 1e-4);
        expect(numberOf(parseShare(exactShare(share)))).toBe(share);
      }),
    );
  });
});

describe("YAML", () => {
  test.each([
    "app.tar",
    "- a",
    "a: b",
    "a #b",
    "*a",
    "&a",
    "!a",
    "~",
    "true",
    "1.5",
    "",
    " a ",
    "%a",
    "@a",
    "`",
    '"',
    "'",
  ])("has %j as it is", (text) => {
    expect(parse(`- ${scalar(text)}`)).toEqual([text]);
  });

  test("has any text as it is, on one line, harmless on a terminal", () => {
    const odd = fc.constantFrom("\n", "\u001b", "\u2028", "\u202e", "'", '"', "\\", "#", ":", " ");
    const text = fc.string({ unit: fc.oneof(odd, fc.string({ unit: "binary", minLength: 1, maxLength: 1 })) });
    fc.assert(
      fc.property(text, (text) => {
        const written = scalar(text);
        expect(written).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        expect(parse(`key:\n  - ${written}\n`)).toEqual({ key: [text] });
      }),
    );
  });

  test("has comments that nothing leaves", () => {
    expect(comment(["a\nb: c", "", "\u001b[2J\u2028x"])).toEqual(["# a\\nb: c", "#", "# \\e[2J\\u{2028}x"]);
    expect(comment(["x".repeat(1000)])[0]?.length).toBeLessThan(400);
  });
});
