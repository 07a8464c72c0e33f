/** Searches through names against plain ones, one path after the other. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PathTable, ROOT } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { NameSearcher } from "../../src/tree/search-names.ts";

function tableOf(names: readonly (string | Uint8Array)[]): PathTable {
  const paths = new PathTable(DEFAULT_LIMITS);
  for (const name of names) {
    const bytes = Buffer.from(name as string);
    paths.intern(bytes, 0, bytes.length);
  }
  return paths;
}

/** One character a byte. */
function absolute(paths: PathTable, node: number): string {
  return `/${Buffer.from(paths.pathOf(node)).toString("latin1")}`;
}

function matched(paths: PathTable, matches: Uint8Array): string[] {
  const found: string[] = [];
  for (let node = ROOT + 1; node < paths.size; node++) if (matches[node] === 1) found.push(absolute(paths, node));
  return found.map((path) => Buffer.from(path, "latin1").toString()).sort();
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a piece of text is in an absolute path and reaches its last segment. */
function isIn(path: string, pattern: string): boolean {
  const isSensitive = /\p{Lu}/u.test(pattern);
  const bytes = Buffer.from(pattern).toString("latin1");
  const subject = isSensitive ? path : lowerAscii(path);
  const nameStart = path.lastIndexOf("/") + 1;
  if (!bytes.includes("/")) return subject.slice(nameStart).includes(bytes);
  for (let at = subject.indexOf(bytes); at >= 0; at = subject.indexOf(bytes, at + 1)) {
    if (at + bytes.length >= nameStart) return true;
  }
  return false;
}

const segment = fc.stringMatching(/^[abAé.]{1,3}$/u).filter((text) => text !== "." && text !== "..");
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const pattern = fc.oneof(fc.stringMatching(/^[abAÉé/]{0,4}$/u), path);

test("a piece of text is found where a plain search finds it", () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 20 }), pattern, (list, wanted) => {
      const paths = tableOf(list);
      const matches = new NameSearcher(paths).find(wanted);
      expect(matches.length).toBe(paths.size);
      for (let node = ROOT + 1; node < paths.size; node++) {
        expect(matches[node] === 1, `${absolute(paths, node)} ${wanted}`).toBe(isIn(absolute(paths, node), wanted));
      }
    }),
    { numRuns: 500 },
  );
});

describe("a piece of text", () => {
  const paths = tableOf(["usr/lib/python3/os.py", "usr/Lib/PYTHON", "usr/bin/py", "py/usr"]);
  const find = (wanted: string): string[] => matched(paths, new NameSearcher(paths).find(wanted));

  test("is found in names of any case, unless it has an upper-case letter", () => {
    expect(find("pyt")).toEqual(["/usr/Lib/PYTHON", "/usr/lib/python3"]);
    expect(find("PYT")).toEqual(["/usr/Lib/PYTHON"]);
  });

  test("is not found across the end of a name", () => {
    const neighbours = tableOf(["ab", "cd"]);
    expect(matched(neighbours, new NameSearcher(neighbours).find("bc"))).toEqual([]);
  });

  test("with a slash is found in the path, where it reaches the name", () => {
    expect(find("lib/py")).toEqual(["/usr/Lib/PYTHON", "/usr/lib/python3"]);
    expect(find("/usr")).toEqual(["/py/usr", "/usr"]);
    expect(find("usr/bin/")).toEqual(["/usr/bin/py"]);
    expect(find("r/bin/py")).toEqual(["/usr/bin/py"]);
    expect(find("//usr")).toEqual([]);
  });
});

test("names that came after a search are found by the next", () => {
  const paths = tableOf(["a/one"]);
  const searcher = new NameSearcher(paths);
  expect(matched(paths, searcher.find("n"))).toEqual(["/a/one"]);
  paths.intern(Buffer.from("a/Nine"), 0, 6);
  expect(matched(paths, searcher.find("n"))).toEqual(["/a/Nine", "/a/one"]);
});

describe("a test of text", () => {
  const run = (paths: PathTable, subject: "name" | "path", among: Uint8Array, passes: (text: string) => boolean) => {
    const slices = new NameSearcher(paths).test(subject, among, passes);
    for (;;) {
      const step = slices.next();
      if (step.done) return step.value;
    }
  };

  test("is given each name, or absolute path, as text", () => {
    const paths = tableOf(["a/b/c", "é/\u{1f600}", Buffer.from([0x78, 0xff])]);
    for (const [subject, expected] of [
      ["name", ["", "a", "b", "c", "é", "\u{1f600}", "x\ufffd"]],
      ["path", ["/", "/a", "/a/b", "/a/b/c", "/é", "/é/\u{1f600}", "/x\ufffd"]],
    ] as const) {
      const seen: string[] = [];
      run(paths, subject, new Uint8Array(paths.size).fill(1), (text) => seen.push(text) > 0);
      expect(seen).toEqual(expected);
    }
  });

  test("is not made of paths that are out of the question", () => {
    const paths = tableOf(["a", "b", "c"]);
    const among = Uint8Array.of(0, 1, 0, 1);
    expect([...run(paths, "name", among, () => true)]).toEqual([0, 1, 0, 1]);
    expect([...run(paths, "name", among, (text) => text === "b")]).toEqual([0, 0, 0, 0]);
  });

  test("can be left when it takes long", () => {
    const paths = tableOf(Array.from({ length: 40_000 }, (_, index) => `file${index}`));
    let tests = 0;
    const slices = new NameSearcher(paths).test("path", new Uint8Array(paths.size).fill(1), () => ++tests > 0);
    slices.next();
    expect(tests).toBeLessThan(20_000);
    slices.return(new Uint8Array(0));
    expect(slices.next().done).toBe(true);
  });
});
