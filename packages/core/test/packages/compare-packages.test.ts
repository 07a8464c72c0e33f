/** Which packages came, went and changed between two images. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ComparedPackage, comparePackages } from "../../src/packages/compare-packages.ts";

const npm = (name: string, version: string, bytes: number): ComparedPackage => ({ type: "npm", name, version, bytes });

const linesOf = (before: ComparedPackage[], after: ComparedPackage[]): string[] =>
  comparePackages(before, after).map(
    ({ kind, name, before: was, after: is, bytes }) =>
      `${kind} ${name} ${was?.version ?? ""}>${is?.version ?? ""} ${bytes}`,
  );

test("packages that came, went and changed are told, the largest difference first", () => {
  const before = [
    npm("gone", "1", 5),
    npm("up", "1.9", 10),
    npm("down", "2.0", 10),
    npm("same", "1", 7),
    npm("grown", "1", 1),
  ];
  const after = [
    npm("new", "1", 100),
    npm("up", "1.10", 30),
    npm("down", "1.0", 0),
    npm("same", "1", 7),
    npm("grown", "1", 3),
  ];
  expect(linesOf(before, after)).toEqual([
    "added new >1 100",
    "upgraded up 1.9>1.10 20",
    "downgraded down 2.0>1.0 -10",
    "removed gone 1> -5",
    "resized grown 1>1 2",
  ]);
});

test("a package is told by type and namespace as well as by name", () => {
  const scoped = { ...npm("a", "1", 1), namespace: "@s" };
  const gem = { ...npm("a", "1", 1), type: "gem" } as const;
  expect(linesOf([scoped], [npm("a", "1", 1)])).toEqual(["added a >1 1", "removed a 1> -1"]);
  expect(linesOf([gem], [npm("a", "1", 1)])).toHaveLength(2);
  expect(linesOf([npm("a", "1", 1)], [{ ...npm("a", "1", 1), namespace: undefined }])).toEqual([]);
});

test("of a package that is there several times, only what differs is told, in order of version", () => {
  const before = [npm("a", "2", 1), npm("a", "10", 1), npm("a", "1", 1), npm("b", "1", 10), npm("b", "1", 20)];
  const after = [npm("a", "1", 1), npm("a", "11", 1), npm("a", "3", 1), npm("a", "12", 1), npm("b", "1", 20)];
  expect(linesOf(before, after)).toEqual([
    "removed b 1> -10",
    "added a >12 1",
    "upgraded a 2>3 0",
    "upgraded a 10>11 0",
  ]);
});

const packages = fc.array(
  fc.record({
    type: fc.constantFrom("npm" as const, "deb" as const),
    namespace: fc.constantFrom(undefined, "@s"),
    name: fc.constantFrom("a", "b"),
    version: fc.constantFrom("1", "2", "v2", "10", "1-rc1"),
    bytes: fc.nat(20),
  }),
  { maxLength: 12 },
);

test("whoever does to the packages before what is told has those after", () => {
  const lineOf = (one: Omit<ComparedPackage, "bytes" | "version">, is: { version: string; bytes: number }): string =>
    [one.type, one.namespace ?? "", one.name, is.version, is.bytes].join(" ");
  fc.assert(
    fc.property(packages, packages, (before, after) => {
      const there = before.map((one) => lineOf(one, one));
      for (const change of comparePackages(before, after)) {
        const was = change.before && there.indexOf(lineOf(change, change.before));
        expect(was).not.toBe(-1);
        if (was !== undefined) there.splice(was, 1);
        if (change.after) there.push(lineOf(change, change.after));
      }
      expect(there.sort()).toEqual(after.map((one) => lineOf(one, one)).sort());
    }),
  );
});

test("the differences add up, and going back is the opposite", () => {
  const total = (list: readonly { bytes: number }[]): number => list.reduce((sum, { bytes }) => sum + bytes, 0);
  fc.assert(
    fc.property(packages, packages, (before, after) => {
      const changes = comparePackages(before, after);
      expect(total(changes)).toBe(total(after) - total(before));
      const count = (...kinds: string[]): number => changes.filter(({ kind }) => kinds.includes(kind)).length;
      expect(count("added") - count("removed")).toBe(after.length - before.length);
      expect(total(comparePackages(after, before))).toBe(-total(changes) || 0);
      expect(comparePackages(before, [...before].reverse())).toEqual([]);
    }),
  );
});
