import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Parsed, parseCount, parseGrowth, parseShare, parseSize } from "../../src/budgets/config/quantities.ts";

const UNITS: readonly (readonly [string, bigint])[] = [
  ["B", 1n],
  ["kB", 1000n],
  ["MB", 1000n ** 2n],
  ["GB", 1000n ** 3n],
  ["TB", 1000n ** 4n],
  ["KiB", 1024n],
  ["MiB", 1024n ** 2n],
  ["GiB", 1024n ** 3n],
  ["TiB", 1024n ** 4n],
];

function problemOf(parsed: Parsed<unknown>): string {
  return "problem" in parsed ? parsed.problem : `no problem: ${JSON.stringify(parsed.value)}`;
}

describe("a size", () => {
  test.each([
    [0, 0],
    [-0, 0],
    [1234, 1234],
    ["1234", 1234],
    ["1234 B", 1234],
    ["300 MB", 300_000_000],
    ["300MB", 300_000_000],
    ["  300   mb ", 300_000_000],
    ["300 Mib", 314_572_800],
    ["1.1 MB", 1_100_000],
    ["0.3 MB", 300_000],
    [".5 kB", 500],
    ["5. kB", 5000],
    ["1.1 KiB", 1126],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007.199254740991 TB", Number.MAX_SAFE_INTEGER],
  ])("%j is %d bytes", (written, bytes) => {
    expect(parseSize(written)).toStrictEqual({ value: bytes });
  });

  test.each<readonly [string | number, string]>([
    ["300 M", '"300 M" is unclear: write 300 MB (powers of 1000) or 300 MiB (powers of 1024)'],
    ["300 MO", '"300 MO" is unclear: write 300 MB (powers of 1000) or 300 MiB (powers of 1024)'],
    ["64k", '"64k" is unclear: write 64 kB (powers of 1000) or 64 KiB (powers of 1024)'],
    ["5 PB", '"5 PB" is not a size: the units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB'],
    ["10 %", '"10 %" is not a size: the units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB'],
    ["", '"" is not a size: write, for example, 300 MB or 300 MiB'],
    ["large", '"large" is not a size: write, for example, 300 MB or 300 MiB'],
    ["1,000 kB", '"1,000 kB" is not a size: the units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB'],
    ["-5 MB", '"-5 MB" is negative'],
    ["1.5", '"1.5" is not a whole number of bytes'],
    ["1.5 B", '"1.5 B" is not a whole number of bytes'],
    ["9007199254740992", '"9007199254740992" is too large'],
    ["10000 TB", '"10000 TB" is too large'],
    [-1, "-1 is negative"],
    [0.5, "0.5 is not a whole number of bytes"],
    [2 ** 53, "9007199254740992 is too large"],
    [Number.NaN, "not a number"],
    [Number.POSITIVE_INFINITY, "Infinity is too large"],
    [Number.NEGATIVE_INFINITY, "-Infinity is negative"],
    ["9".repeat(1000), `"${"9".repeat(40)}…" is not a size: write, for example, 300 MB or 300 MiB`],
  ])("%j is none", (written, problem) => {
    expect(problemOf(parseSize(written))).toBe(problem);
  });

  test("is exact, whatever the fraction and the unit", () => {
    fc.assert(
      fc.property(
        fc.nat(9999),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(999_999),
        fc.constantFrom(...UNITS.slice(1, 3), ...UNITS.slice(5, 7)),
        (whole, places, part, [unit, factor]) => {
          const fraction = String(part).padStart(places, "0").slice(0, places);
          const bytes = (BigInt(whole + fraction) * factor) / 10n ** BigInt(places);
          expect(parseSize(`${whole}.${fraction} ${unit}`)).toStrictEqual({ value: Number(bytes) });
        },
      ),
    );
  });
});

describe("a share", () => {
  test.each([
    ["10 %", 0.1],
    ["10%", 0.1],
    ["12.5 %", 0.125],
    ["7 %", 0.07],
    ["0.3 %", 0.003],
    ["100 %", 1],
    ["100.00 %", 1],
    ["007 %", 0.07],
    ["0 %", 0],
    ["0.1", 0.1],
    ["1", 1],
    [".5", 0.5],
    [0.1, 0.1],
    [-0, 0],
    [1, 1],
  ])("%j is %d", (written, share) => {
    expect(parseShare(written)).toStrictEqual({ value: share });
  });

  test.each<readonly [string | number, string]>([
    [10, "10 is above 1: write 10 % or 0.1"],
    ["10", "10 is above 1: write 10 % or 0.1"],
    [95, "95 is above 1: write 95 % or 0.95"],
    [7, "7 is above 1: write 7 % or 0.07"],
    [250, "250 is above 1, which is 100 %"],
    ["100.1 %", '"100.1 %" is above 100 %'],
    ["-1 %", '"-1 %" is negative'],
    [-0.1, "-0.1 is negative"],
    ["10 MB", '"10 MB" is not a share: write, for example, 10 % or 0.1'],
    ["%", '"%" is not a share: write, for example, 10 % or 0.1'],
    [Number.NaN, "not a number"],
    [Number.POSITIVE_INFINITY, "Infinity is above 1, which is 100 %"],
  ])("%j is none", (written, problem) => {
    expect(problemOf(parseShare(written))).toBe(problem);
  });

  test("in percent is the number that its decimal fraction is", () => {
    fc.assert(
      fc.property(fc.nat(9999), (hundredths) => {
        const digits = String(hundredths).padStart(4, "0");
        const share = Number(`0.${digits}`);
        expect(parseShare(`${digits.slice(0, 2)}.${digits.slice(2)} %`)).toStrictEqual({ value: share });
      }),
    );
  });
});

describe("a number of things", () => {
  test.each([
    ["20", 20],
    [20, 20],
    [0, 0],
    [" 7 ", 7],
  ])("%j is %d", (written, count) => {
    expect(parseCount(written)).toStrictEqual({ value: count });
  });

  test.each<readonly [string | number, string]>([
    ["many", '"many" is not a whole number'],
    ["1.5", '"1.5" is not a whole number'],
    [1.5, "1.5 is not a whole number"],
    ["-3", '"-3" is negative'],
    [-3, "-3 is negative"],
    ["", '"" is not a whole number'],
    ["9007199254740992", '"9007199254740992" is too large'],
    [Number.POSITIVE_INFINITY, "Infinity is too large"],
  ])("%j is none", (written, problem) => {
    expect(problemOf(parseCount(written))).toBe(problem);
  });
});

describe("growth", () => {
  test.each<readonly [string | number, unknown]>([
    ["5 MB", { bytes: 5_000_000 }],
    [1000, { bytes: 1000 }],
    [0, { bytes: 0 }],
    ["3 %", { share: 0.03 }],
    ["0.5%", { share: 0.005 }],
  ])("%j", (written, growth) => {
    expect(parseGrowth(written)).toStrictEqual({ value: growth });
  });

  test.each<readonly [string | number, string]>([
    [0.03, "0.03 is less than a byte: write 3 %, or a size such as 5 MB"],
    ["0.07", "0.07 is less than a byte: write 7 %, or a size such as 5 MB"],
    [1.5, "1.5 is not a whole number of bytes"],
    ["150 %", '"150 %" is above 100 %'],
    ["3 M", '"3 M" is unclear: write 3 MB (powers of 1000) or 3 MiB (powers of 1024)'],
    ["", '"" is not a size: write, for example, 300 MB or 300 MiB'],
    ["much", '"much" is not a size: write, for example, 300 MB or 300 MiB'],
  ])("%j is none", (written, problem) => {
    expect(problemOf(parseGrowth(written))).toBe(problem);
  });
});

test("whatever is written, there is a finite number or a problem", () => {
  const written = fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer().map(String),
    fc.stringMatching(/^ ?-?\d*\.?\d* ?[kKmMgGtT]?i?[bB%]?$/),
  );
  fc.assert(
    fc.property(written, (one) => {
      for (const parse of [parseSize, parseShare, parseCount]) {
        const parsed = parse(one);
        if ("problem" in parsed) expect(parsed.problem).toMatch(/\S/);
        else {
          expect(parsed.value).toBeGreaterThanOrEqual(0);
          expect(parsed.value).toBeLessThanOrEqual(parse === parseShare ? 1 : Number.MAX_SAFE_INTEGER);
          expect(Object.is(parsed.value, -0)).toBe(false);
        }
      }
      parseGrowth(one);
    }),
  );
});
