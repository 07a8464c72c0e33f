/** Which paths stand for a sum. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PathTable, ROOT } from "../../src/layer/path-table.ts";
import { largestParts } from "../../src/metrics/largest-parts.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";

/** What each path counts by itself; directories come with what is below them. */
type Values = Readonly<Record<string, number>>;

interface Column {
  readonly paths: PathTable;
  readonly values: Float64Array;
}

function column(values: Values): Column {
  const paths = new PathTable(DEFAULT_LIMITS);
  const nodes = Object.entries(values).map(([path, value]) => {
    const bytes = Buffer.from(path);
    return [paths.intern(bytes, 0, bytes.length), value] as const;
  });
  const own = new Float64Array(paths.size);
  for (const [node, value] of nodes) own[node] = value;
  return { paths, values: own };
}

/** `path value`, with a slash behind directories. */
function partsOf(values: Values, most?: number): string[] {
  const made = column(values);
  return largestParts(made.paths, made.values, most).map(
    ({ node, isDirectory, value }) =>
      `${Buffer.from(made.paths.pathOf(node)).toString()}${isDirectory ? "/" : ""} ${value}`,
  );
}

describe("the largest parts of a sum", () => {
  test("are the directories it is spread over", () => {
    expect(partsOf({ "usr/a": 3, "usr/b": 3, "opt/a": 2, "opt/b": 2, "etc/x": 1 })).toEqual([
      "usr/ 6",
      "opt/ 4",
      "etc/x 1",
    ]);
  });

  test("are a path below a directory, where that is most of the directory", () => {
    expect(
      partsOf({ "usr/lib/big": 90, "usr/lib/small": 4, "usr/bin/sh": 2, "usr/bin/ls": 2, "etc/passwd": 1 }),
    ).toEqual(["usr/lib/big 90", "usr/bin/ 4", "usr/lib/small 4", "etc/passwd 1"]);
  });

  test("are not a directory around a single one", () => {
    expect(partsOf({ "a/b/c/x": 2, "a/b/c/y": 2, "a/b/c/empty": 0, z: 1 })).toEqual(["a/b/c/ 4", "z 1"]);
  });

  test("are more than one where everything is below one directory", () => {
    expect(partsOf({ "usr/share/doc/a": 3, "usr/share/doc/b": 3, "usr/share/doc/c": 3, "usr/x": 0 })).toEqual([
      "usr/share/doc/a 3",
      "usr/share/doc/b 3",
      "usr/share/doc/c 3",
    ]);
  });

  test("keep a directory whole that counts something itself, being a file in another layer", () => {
    expect(partsOf({ app: 1, "app/x": 50, "app/y": 3, z: 2 })).toEqual(["app/ 54", "z 2"]);
    expect(partsOf({ app: 1 })).toEqual(["app 1"]);
    expect(partsOf({ app: 1, "app/x": 0, z: 1 })).toEqual(["app 1", "z 1"]);
  });

  test("are in the bytewise order of their paths when they are equal", () => {
    expect(partsOf({ b: 1, "a-": 1, "a/x": 1, é: 1, B: 1 })).toEqual(["B 1", "a- 1", "a/x 1", "b 1", "é 1"]);
  });

  test("are at most as many as asked for, the largest", () => {
    expect(partsOf({ a: 1, b: 2, c: 3, d: 4 }, 2)).toEqual(["d 4", "c 3"]);
  });

  test("are none of nothing", () => {
    expect(partsOf({})).toEqual([]);
    expect(partsOf({ "a/b": 0 })).toEqual([]);
  });

  test("show growth that what shrank beside it would hide", () => {
    expect(partsOf({ "lib/new": 100, "lib/old": -90, "bin/a": 3, "bin/b": 3 })).toEqual([
      "lib/new 100",
      "bin/ 6",
      "lib/old -90",
    ]);
  });

  test("leave out what only got another name", () => {
    expect(partsOf({ "lib/new": 100, "lib/old": -100, "bin/a": 3, "bin/b": 3 })).toEqual(["bin/ 6"]);
    const renamed = { "lib/a.1": -50, "lib/b.1": -40, "lib/a.2": 52, "lib/b.2": 41, "bin/a": 1, "bin/b": 1 };
    expect(partsOf(renamed)).toEqual(["lib/ 3", "bin/ 2"]);
  });

  test("can be told of very many and very deep paths", () => {
    const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`d/${at}`, 1]));
    expect(partsOf(wide, 3)).toEqual(["d/0 1", "d/1 1", "d/10 1"]);
    const deep = "d/".repeat(1500);
    expect(partsOf({ [`${deep}x`]: 2, y: 1 })).toEqual([`${deep}x 2`, "y 1"]);
  });

  test("leave out paths that became known after the values", () => {
    const { paths, values } = column({ a: 1, b: 2 });
    paths.intern(Buffer.from("a/later"), 0, 7);
    expect(largestParts(paths, values).map(({ value }) => value)).toEqual([2, 1]);
  });
});

describe("the largest parts of any sum", () => {
  const path = fc
    .array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 5 })
    .map((segments) => segments.join("/"));
  const sizes = fc.dictionary(path, fc.nat({ max: 100 }), { maxKeys: 40 });
  const changes = fc.dictionary(path, fc.integer({ min: -100, max: 100 }), { maxKeys: 40 });
  const most = fc.integer({ min: 1, max: 6 });

  const isBelow = (paths: PathTable, node: number, above: number): boolean => {
    let at = node;
    while (at !== ROOT && at !== above) at = paths.parentOf(at);
    return at === above;
  };
  const nodesOf = (paths: PathTable): number[] => [...Array(paths.size).keys()];

  test("are apart from each other, and each is what is at and below it", () => {
    fc.assert(
      fc.property(changes, most, (given, count) => {
        const { paths, values } = column(given);
        const parts = largestParts(paths, values, count);
        expect(parts.length).toBeLessThanOrEqual(count);
        for (const { node, value, isDirectory } of parts) {
          const below = nodesOf(paths).filter((other) => isBelow(paths, other, node));
          expect(value).toBe(below.reduce((sum, other) => sum + (values[other] ?? 0), 0));
          expect(value).not.toBe(0);
          expect(isDirectory).toBe(below.some((other) => other !== node && values[other] !== 0));
          expect(parts.some((other) => other.node !== node && isBelow(paths, other.node, node))).toBe(false);
        }
        expect(parts.map(({ value }) => value)).toEqual(
          parts.map(({ value }) => value).sort((one, other) => other - one),
        );
      }),
    );
  });

  test("are the whole when none is left out", () => {
    fc.assert(
      fc.property(sizes, (given) => {
        const { paths, values } = column(given);
        const whole = values.reduce((sum, value) => sum + value, 0);
        expect(largestParts(paths, values).reduce((sum, { value }) => sum + value, 0)).toBe(whole);
      }),
    );
  });

  test("are those no smaller than what is left out", () => {
    fc.assert(
      fc.property(sizes, most, (given, count) => {
        const { paths, values } = column(given);
        const listed = largestParts(paths, values, count);
        if (listed.length < count) return;
        const smallest = listed.at(-1)?.value ?? 0;
        // Everything outside of the listed parts is below a directory that is none larger, or a file that is none larger.
        const isListed = (node: number): boolean => listed.some((part) => isBelow(paths, node, part.node));
        for (const node of nodesOf(paths)) if (!isListed(node)) expect(values[node]).toBeLessThanOrEqual(smallest);
        expect(largestParts(paths, values).slice(0, count)).toEqual(listed);
      }),
    );
  });

  test("do not depend on the order in which paths became known", () => {
    fc.assert(
      fc.property(changes, (given) => {
        expect(partsOf(Object.fromEntries(Object.entries(given).reverse()))).toEqual(partsOf(given));
      }),
    );
  });
});
