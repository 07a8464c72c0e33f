/** Which paths a pattern of a budget means. */
import fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { NONE, PathTable, ROOT } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { matchingPattern, pathMask } from "../../src/tree/path-patterns.ts";

function tableOf(paths: readonly (string | Uint8Array)[]): PathTable {
  const table = new PathTable(DEFAULT_LIMITS);
  for (const path of paths) {
    const bytes = Buffer.from(path as string);
    table.intern(bytes, 0, bytes.length);
  }
  return table;
}

/** Those of the paths, and of the directories above them, that are meant; sorted. */
function meant(patterns: string | readonly string[], paths: readonly (string | Uint8Array)[]): string[] {
  const table = tableOf(paths);
  const mask = pathMask(table, typeof patterns === "string" ? [patterns] : patterns);
  expect(mask[ROOT]).toBe(0);
  const nodes = [...Array(table.size).keys()].filter((node) => mask[node] === 1);
  return nodes.map((node) => Buffer.from(table.pathOf(node)).toString("latin1")).sort();
}

/** The pattern that matches a path. @param others what else there is */
function matchingAt(path: string, patterns: readonly string[], others: readonly string[] = []): string | undefined {
  const table = tableOf([path, ...others]);
  return matchingPattern(table, table.find(Buffer.from(path)) ?? ROOT, patterns);
}

const TREE = [
  "usr/share/doc/bash/README",
  "usr/share/doc-base",
  "usr/share/man",
  "opt/usr/share/doc",
  "app/.git/config",
  "app/node_modules/x/.git",
  "app/node_modules/x/index.js",
  "app/key.pem",
  "key.pem.txt",
];

describe("a pattern with a slash", () => {
  test.each([
    "/usr/share/doc",
    "usr/share/doc",
    "/usr/share/doc/",
    "usr//share/./doc",
    "./usr/share/doc",
    "/usr/share/doc/**",
    "/usr/share/doc/**/**/",
  ])("is a path from the root, and means what is below too: %s", (pattern) => {
    expect(meant(pattern, TREE)).toEqual(["usr/share/doc", "usr/share/doc/bash", "usr/share/doc/bash/README"]);
  });

  test("means the file where it is one", () => {
    expect(meant("/app/key.pem", TREE)).toEqual(["app/key.pem"]);
  });

  test("means only what is in the directory itself with a star at its end", () => {
    expect(meant("/usr/share/*", TREE)).toEqual([
      "usr/share/doc",
      "usr/share/doc-base",
      "usr/share/doc/bash",
      "usr/share/doc/bash/README",
      "usr/share/man",
    ]);
    expect(meant("/usr/*/man", TREE)).toEqual(["usr/share/man"]);
    expect(meant("/*/man", TREE)).toEqual([]);
  });

  test("stands for any directories, or none, with two stars", () => {
    expect(meant("**/share/doc", TREE)).toEqual([
      "opt/usr/share/doc",
      "usr/share/doc",
      "usr/share/doc/bash",
      "usr/share/doc/bash/README",
    ]);
    expect(meant("app/**/.git", TREE)).toEqual(["app/.git", "app/.git/config", "app/node_modules/x/.git"]);
    expect(meant("**/usr/**/doc", TREE)).toEqual(meant("**/share/doc", TREE));
    expect(meant("app/**/x/**/index.js", TREE)).toEqual(["app/node_modules/x/index.js"]);
  });

  test.each(["**/.git", "**/**/.git", ".git", ".git/", "{.git,nothing}"])("means a name anywhere: %s", (pattern) => {
    expect(meant(pattern, TREE)).toEqual(["app/.git", "app/.git/config", "app/node_modules/x/.git"]);
  });

  test("means nothing but what is below with two stars at its end", () => {
    expect(meant("app/key.pem/**", TREE)).toEqual([]);
    expect(meant("app/*/**", TREE)).toEqual(meant(["app/.git", "app/node_modules"], TREE));
    expect(meant("app/*", TREE)).toContain("app/key.pem");
  });

  test("does not reach out of the root", () => {
    expect(meant(["../app", "/..", "app/../app"], TREE)).toEqual([]);
  });
});

describe("a pattern without a slash", () => {
  test("is a name, wherever it is", () => {
    expect(meant("doc", TREE)).toEqual(meant("**/share/doc", TREE));
    expect(meant("*.pem", TREE)).toEqual(["app/key.pem"]);
    expect(meant("key*", TREE)).toEqual(["app/key.pem", "key.pem.txt"]);
    expect(meant("usr", TREE)).toContain("opt/usr/share/doc");
  });

  test("is a path from the root when it begins with a slash", () => {
    expect(meant("/usr", TREE)).not.toContain("opt/usr/share/doc");
    expect(meant("/key*", TREE)).toEqual(["key.pem.txt"]);
  });
});

test.each(["/", "//", "/*", "*", "**", "/**", "**/", "**/*", "./", "."])("everything is meant by %s", (pattern) => {
  expect(meant(pattern, TREE)).toHaveLength(meant("/", TREE).length);
  expect(meant(pattern, ["a", "b/c"])).toEqual(["a", "b", "b/c"]);
});

test("nothing is meant by nothing", () => {
  expect(meant([], TREE)).toEqual([]);
  expect(meant("", TREE)).toEqual([]);
  expect(meant("{,}", TREE)).toEqual([]);
});

describe("in a name", () => {
  test.each<[string, string[], string[]]>([
    ["a?c", ["abc", "a.c", "aéc", "a😀c"], ["ac", "abbc"]],
    ["a*c", ["ac", "abc", "abcc", "a*c"], ["acb", "bac", "Abc"]],
    ["*a*b*", ["ab", "xaxbx", "aab"], ["ba", "a", "b"]],
    ["a**c", ["ac", "abbc"], ["acb"]],
    ["*", [".hidden", "...", "a"], []],
    [".env*", [".env", ".env.local"], ["env", "x.env"]],
    ["[a-c]1", ["a1", "b1", "c1"], ["d1", "A1", "-1", "1"]],
    ["[!a-c]1", ["d1", "-1"], ["a1", "1"]],
    ["[^a]1", ["^1", "b1"], ["a1"]],
    ["[]x]1", ["]1", "x1"], ["[1"]],
    ["[a-]1", ["a1", "-1"], ["b1"]],
    ["[\\]-a]1", ["]1", "^1", "a1"], ["b1", "\\1"]],
    ["[à-ï]", ["é"], ["e"]],
    ["*[!😀]", ["a", "😀a"], ["😀", "a😀"]],
    ["[a", ["[a"], ["a"]],
    ["{a,b}c", ["ac", "bc"], ["c", "abc"]],
    ["{a,b{1,2}}", ["a", "b1", "b2"], ["b", "a1"]],
    ["lib{,64}", ["lib", "lib64"], ["lib6"]],
    ["{a}", ["{a}"], ["a"]],
    ["{a,b", ["{a,b"], ["a", "b"]],
    ["a}", ["a}"], ["a"]],
    ["\\*", ["*"], ["a", "\\*"]],
    ["a\\?", ["a?"], ["ab"]],
    ["\\[a]", ["[a]"], ["a"]],
    ["\\{a,b}", ["{a,b}"], ["a", "b"]],
    ["a\\\\b", ["a\\b"], ["ab"]],
    ["a\\", ["a\\"], ["a"]],
    ["!a", ["!a"], ["b"]],
    ["#a", ["#a"], ["a"]],
    ["a (1)", ["a (1)"], ["a 1"]],
    ["@(a|b)+.$^", ["@(a|b)+.$^"], ["a", "b"]],
    ["*(a|b)", ["(a|b)", "x(a|b)"], ["a"]],
    ["README", ["README"], ["readme", "README.md"]],
    ["é*", ["éa"], ["e\u0301a"]],
  ])("%s matches only what it says", (pattern, matching, others) => {
    expect(meant(pattern, [...matching, ...others])).toEqual(
      matching.map((name) => Buffer.from(name).toString("latin1")).sort(),
    );
    for (const name of matching) expect(matchingAt(`d/${name}`, [pattern])).toBe(pattern);
    for (const name of others) expect(matchingAt(`d/${name}`, [pattern])).toBeUndefined();
  });

  test("what is not UTF-8 is matched by what stands for anything", () => {
    const names = [Uint8Array.of(0x61, 0xff, 0x62), Uint8Array.of(0x61, 0xc3), "axb"];
    expect(meant("a?b", names)).toEqual(["axb", "a\xffb"]);
    expect(meant("a*", names)).toEqual(["axb", "a\xc3", "a\xffb"]);
    expect(meant("/a[!x]b", names)).toEqual(["a\xffb"]);
    expect(meant("/aÿb", names)).toEqual([]);
  });

  test("control characters and line breaks are characters", () => {
    expect(meant(["a?c", "/d*f"], ["a\nc", "d\u2028\nf"])).toHaveLength(2);
  });
});

test("braces can hold slashes", () => {
  expect(meant("/usr/{share/doc,lib}/x", ["usr/share/doc/x", "usr/lib/x", "usr/share/x", "usr/doc/x"])).toEqual([
    "usr/lib/x",
    "usr/share/doc/x",
  ]);
  expect(meant("{a,/b}", ["a", "b", "d/a", "d/b"])).toEqual(["a", "b", "d/a"]);
});

test("of several patterns each counts", () => {
  expect(meant(["*.pem", "/usr/share/man", "nothing"], TREE)).toEqual(["app/key.pem", "usr/share/man"]);
});

test("the pattern that matches is the first that matches the path itself", () => {
  const patterns = ["/app", "**/.git/**", ".git", "*.p?m", "/"];
  const matching = (path: string): string | undefined => matchingAt(path, patterns);
  expect(matching("app")).toBe("/app");
  expect(matching("app/.git")).toBe(".git");
  expect(matchingAt("app/.git", patterns, ["app/.git/config"])).toBe("**/.git/**");
  expect(matching("app/.git/config")).toBeUndefined();
  expect(matching("x/y/z.pem")).toBe("*.p?m");
  expect(matching("etc")).toBe("/");
  expect(matchingAt("usr/x/y/lib", ["usr/**/lib"])).toBe("usr/**/lib");
  expect(matchingAt("a", ["{b,a}"])).toBe("{b,a}");
});

test("a pattern that stands for too much is refused", () => {
  const tooMany = expect.objectContaining({ code: "invalid-option" });
  expect(() => meant("{a,b}".repeat(11), ["a"])).toThrow(tooMany);
  expect(() => meant("a".repeat(5000), ["a"])).toThrow(tooMany);
  expect(meant("{".repeat(4000), ["a"])).toEqual([]);
  expect(meant(`/${"a/".repeat(2000)}`, ["a"])).toEqual([]);
});

test("names made to keep a matcher busy do not", () => {
  const names = Array.from({ length: 200 }, (_, at) => `${at}${"ab".repeat(2000)}`);
  expect(meant(["*a*b*a*b*a*b*c", "/*a*b*a*b*a*b*c", "**/*a*b/**/*a*b/**/c"], names)).toEqual([]);
});

describe("any pattern", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 3 });
  const isName = (text: string): boolean => text !== "." && text !== "..";
  const path = fc.array(name.filter(isName), { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
  const piece = fc.constantFrom("a", "b", ".", "*", "?", "[ab]", "{a,b}");
  const glob = fc
    .array(piece, { minLength: 1, maxLength: 3 })
    .map((pieces) => pieces.join(""))
    // Two stars in a row inside of a name mean several things.
    .filter((text) => !text.includes("**") && isName(text));
  const pattern = fc
    .array(fc.oneof({ weight: 4, arbitrary: glob }, fc.constant("**")), { minLength: 1, maxLength: 4 })
    .map((segments) => segments.join("/"));

  test("means the files that picomatch says, or that are below what it says", () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), pattern, (paths, text) => {
        // Its short cuts for simple patterns want a character where a shell takes none.
        const options = { dot: true, windows: false, nonegate: true, noextglob: true, fastpaths: false };
        // At the end of a pattern it takes two stars for what is there itself in some cases and not in others.
        const inside = text.replace(/(^|\/)\*\*$/, "$1**/*");
        const matches = picomatch(text.includes("/") ? inside : `**/${inside}`, options);
        const table = tableOf(paths);
        const mask = pathMask(table, [text]);
        for (let node = ROOT + 1; node < table.size; node++) {
          if (table.firstChildOf(node) !== NONE) continue;
          const whole = Buffer.from(table.pathOf(node)).toString();
          const above = whole.split("/").map((_, at, names) => names.slice(0, at + 1).join("/"));
          expect({ whole, meant: mask[node] === 1 }).toEqual({ whole, meant: above.some((part) => matches(part)) });
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("means the same among others, and is told as the one that matched", () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), fc.array(pattern, { maxLength: 4 }), (paths, patterns) => {
        const table = tableOf(paths);
        const mask = pathMask(table, patterns);
        const alone = patterns.map((text) => pathMask(table, [text]));
        for (let node = ROOT + 1; node < table.size; node++) {
          expect(mask[node] === 1).toBe(alone.some((other) => other[node] === 1));
          const isTopmost = (other: Uint8Array): boolean => other[node] === 1 && other[table.parentOf(node)] === 0;
          const matching = matchingPattern(table, node, patterns);
          if (alone.some(isTopmost)) expect(matching).toBeDefined();
          if (matching !== undefined) expect(alone[patterns.indexOf(matching)]?.[node]).toBe(1);
        }
      }),
    );
  });
});
