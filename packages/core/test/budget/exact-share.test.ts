/** Shares of bytes, where a value at the limit must pass. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOfShare, leastBytesOfShare } from "../../src/budget/exact-share.ts";

test.each([
  [0.07, 100, 7, 7],
  [0.29, 100, 29, 29],
  [0.57, 100, 57, 57],
  [0.1, 3, 0, 1],
  [0.95, 101, 95, 96],
  [1 / 3, 3, 0, 1],
  [0, 1000, 0, 0],
  [1, 1000, 1000, 1000],
  [1e-7, 10_000_000, 1, 1],
  [1e-7, 9_999_999, 0, 1],
  [1.5, 10, 15, 15],
  [0.1, Number.MAX_SAFE_INTEGER, 900719925474099, 900719925474100],
])("%d of %d bytes is at most %d and at least %d", (share, bytes, most, least) => {
  expect(bytesOfShare(share, bytes)).toBe(most);
  expect(leastBytesOfShare(share, bytes)).toBe(least);
});

test("a share is the decimal number that is written, however many bytes it is of", () => {
  const share = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(share, fc.nat({ max: 2 ** 53 - 1 }), (hundredths, bytes) => {
      // 12.34 % as one reads it.
      const written = Number(`${Math.floor(hundredths / 10_000)}.${String(hundredths % 10_000).padStart(4, "0")}`);
      const exact = BigInt(hundredths) * BigInt(bytes);
      const most = BigInt(bytesOfShare(written, bytes));
      const least = BigInt(leastBytesOfShare(written, bytes));
      expect(most * 10_000n <= exact && (most + 1n) * 10_000n > exact).toBe(true);
      expect(least * 10_000n >= exact && (least - 1n) * 10_000n < exact).toBe(true);
    }),
  );
});
