/** Versions in an order that a reader expects. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVersions } from "../../src/packages/compare-versions.ts";

describe("versions come in the order", () => {
  test.each([
    ["of their numbers", ["0.9", "1.0", "1.2", "1.10", "2.0"]],
    ["of their epochs first", ["2:9", "10:1"]],
    ["that no epoch is 0", ["9.9", "1:0.1"]],
    ["of numbers beyond measure", ["9007199254740993", "9007199254740994", `1${"0".repeat(300)}`]],
    ["that what goes on is later", ["1", "1.0", "1.0.1", "1.1"]],
    ["of Debian's revisions", ["7.88.1-10~bpo1", "7.88.1-10", "7.88.1-10+deb12u4", "7.88.1-10+deb12u5", "7.88.1-11"]],
    ["of Alpine's releases", ["1.2.3_alpha1", "1.2.3_rc1", "1.2.3-r0", "1.2.3-r10"]],
    ["of what is not out yet", ["1.0.0-dev", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"]],
    ["of Python's pre-releases", ["1.0.dev1", "1.0a2", "1.0b1", "1.0rc1", "1.0", "1.0.post1"]],
    ["of Maven's", ["1.0-SNAPSHOT", "1.0-M1", "1.0-RC1", "1.0"]],
    ["of patches by letter", ["1.0.2", "1.0.2a", "1.0.2k", "1.0.3"]],
  ])("%s", (_, versions) => {
    const pairs = versions.flatMap((one, index) => versions.slice(index + 1).map((other) => [one, other] as const));
    for (const [one, other] of pairs) {
      expect({ one, other, before: compareVersions(one, other) < 0 }).toEqual({ one, other, before: true });
      expect(compareVersions(other, one)).toBeGreaterThan(0);
    }
  });
});

test("Go's v, leading zeros, signs between and the case do not count", () => {
  expect(compareVersions("v1.2.3", "1.2.3")).toBe(0);
  expect(compareVersions("1.02", "1.2")).toBe(0);
  expect(compareVersions("1.0-RC1", "1_0rc.1")).toBe(0);
  expect(compareVersions("", "")).toBe(0);
});

test("any versions have an order: it has a direction, and no circles", () => {
  const piece = fc.constantFrom("0", "1", "01", "10", ".", "-", "~", "+", ":", "a", "b", "rc", "v", "x", "dev");
  const version = fc.oneof(
    fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")),
    fc.string(),
  );
  fc.assert(
    fc.property(version, version, version, (one, other, third) => {
      expect(compareVersions(one, one)).toBe(0);
      expect(Math.sign(compareVersions(one, other)) + Math.sign(compareVersions(other, one))).toBe(0);
      const [first, second, last] = [one, other, third].sort(compareVersions) as [string, string, string];
      expect(compareVersions(first, second)).toBeLessThanOrEqual(0);
      expect(compareVersions(second, last)).toBeLessThanOrEqual(0);
      expect(compareVersions(first, last)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 2000 },
  );
});

test("what is as long as a file is compared by its beginning", () => {
  const long = "1.".repeat(5_000_000);
  expect(compareVersions(`${long}1`, `${long}2`)).toBe(0);
  expect(compareVersions(long, "2")).toBeLessThan(0);
});
