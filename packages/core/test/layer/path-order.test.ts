/** The order of names and paths straight from the table, against the bytes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { PathTable, ROOT } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";

/** Bytes on both sides of a slash, so that a name that goes on stands against a path that does. */
const name = fc.stringMatching(/^[a+.0-]{1,3}$/).filter((text) => text !== "." && text !== "..");
const tables = fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 20 });

test("names and paths compare as their bytes do, also where one begins with the other", () => {
  fc.assert(
    fc.property(tables, (list) => {
      const paths = new PathTable(DEFAULT_LIMITS);
      for (const segments of list) {
        const bytes = Buffer.from(segments.join("/"));
        paths.intern(bytes, 0, bytes.length);
      }
      for (let one = ROOT; one < paths.size; one++) {
        expect(paths.nameBytes.subarray(paths.nameStartOf(one), paths.nameEndOf(one))).toEqual(
          Buffer.from(paths.nameOf(one)),
        );
        for (let other = ROOT; other < paths.size; other++) {
          const names = Buffer.compare(paths.nameOf(one), paths.nameOf(other));
          expect(Math.sign(paths.compareNames(one, other))).toBe(names);
          const whole = Buffer.compare(paths.pathOf(one), paths.pathOf(other));
          expect(Math.sign(paths.comparePaths(one, other))).toBe(whole);
        }
      }
    }),
  );
});
