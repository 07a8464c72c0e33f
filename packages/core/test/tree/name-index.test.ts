import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PathTable, ROOT } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { matchesName, parsePattern } from "../../src/tree/glob.ts";
import { NameIndex, nameText } from "../../src/tree/name-index.ts";

const name = fc
  .string({ unit: fc.constantFrom(..."ab.é"), minLength: 1, maxLength: 5 })
  .filter((one) => !/^\.+$/.test(one));
const someNames = fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { maxLength: 20 });

function pathsOf(lists: readonly (readonly string[])[]): PathTable {
  const paths = new PathTable(DEFAULT_LIMITS);
  for (const names of lists) {
    const bytes = Buffer.from(names.join("/"));
    paths.intern(bytes, 0, bytes.length);
  }
  return paths;
}

/** What a look at every node finds. */
function lookedThrough(paths: PathTable, isMeant: (name: string) => boolean): number[] {
  const nodes = [];
  for (let node = ROOT + 1; node < paths.size; node++) if (isMeant(nameText(paths, node))) nodes.push(node);
  return nodes;
}

describe("an index of names", () => {
  it("finds what a pattern of a name means", () => {
    const pattern = fc.string({ unit: fc.constantFrom(..."ab.é*?"), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(someNames, pattern, (lists, text) => {
        const paths = pathsOf(lists);
        const segment = parsePattern(text)[0]?.segments.at(-1);
        fc.pre(segment !== undefined && segment.kind !== "depth");
        const isMeant = (one: string): boolean =>
          segment.kind === "name" ? one === segment.text : matchesName(segment.tokens, one);
        expect(new NameIndex(paths).named(segment)).toEqual(lookedThrough(paths, isMeant));
      }),
      { numRuns: 1000 },
    );
  });

  it("finds what ends so", () => {
    const ending = fc.string({ unit: fc.constantFrom(..."ab."), minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(someNames, ending, (lists, text) => {
        const paths = pathsOf(lists);
        const found = new NameIndex(paths).endingWith(Buffer.from(text));
        expect(found).toEqual(lookedThrough(paths, (one) => one.endsWith(text)));
      }),
      { numRuns: 1000 },
    );
  });
});
