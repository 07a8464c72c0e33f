/** Search in a file. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { presentFile } from "../../../src/tui/present/file/file.ts";
import type { FileState } from "../../../src/tui/state/file-state.ts";
import { searchInFile } from "../../../src/tui/state/search-in-file.ts";
import { findMatches } from "../../../src/tui/view-model/file/search.ts";
import { type Opened, openContent, testLook } from "./file-image.ts";

const SIZE = { width: 80, height: 12 };

function search({ model }: Opened, state: FileState, pattern: string, direction: 1 | -1 = 1): FileState {
  const found = searchInFile(state, model, pattern, direction, SIZE);
  if (typeof found === "string") throw new Error(found);
  return found;
}

/** The row on the screen that the match is in. */
function rowOfMatch({ model }: Opened, state: FileState): string | undefined {
  const rows = presentFile(model, state, SIZE, testLook({ tags: true }));
  return rows
    .slice(2)
    .find((row) => row.includes("<match>"))
    ?.replace(/<[^>]*>/g, "");
}

describe("matches", () => {
  test("of a plain pattern are all places where it stands", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "A", ".", "\n"), maxLength: 60 });
    fc.assert(
      fc.property(
        letters,
        fc.string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 3 }),
        (text, pattern) => {
          const expected: number[] = [];
          const folded = text.toLowerCase();
          for (let at = folded.indexOf(pattern); at >= 0; at = folded.indexOf(pattern, at + pattern.length)) {
            expected.push(at, at + pattern.length);
          }
          expect([...(findMatches({ text }, pattern, false) as Uint32Array)]).toEqual(expected);
        },
      ),
    );
  });

  test("capital letters count where the pattern has some", () => {
    expect([...(findMatches({ text: "Port port" }, "port", false) as Uint32Array)]).toEqual([0, 4, 5, 9]);
    expect([...(findMatches({ text: "Port port" }, "Port", false) as Uint32Array)]).toEqual([0, 4]);
  });

  test("a pattern between slashes is a regular expression, line by line", () => {
    expect([...(findMatches({ text: "a1\nb22\n" }, "/^[a-z](?=\\d\\d)/", false) as Uint32Array)]).toEqual([3, 4]);
    expect([...(findMatches({ text: "aaa" }, "/x*/", false) as Uint32Array)]).toEqual([]);
  });

  test("a wrong expression is told, not thrown", () => {
    expect(findMatches({ text: "" }, "/(/", false)).toMatch(/^this is no regular expression: /);
  });

  test("an expression that would never end is stopped", () => {
    expect(findMatches({ text: `${"a".repeat(60)}!` }, "/(a+)+$/", false)).toMatch(/too long/);
  });
});

const LINES = Array.from({ length: 100 }, (_, index) => (index % 30 === 20 ? `needle ${index}` : `line ${index}`));

describe("going through the matches", () => {
  test("n goes to the next and round, N back", async () => {
    const opened = await openContent(LINES.join("\n"));
    const seen: (string | undefined)[] = [];
    let state = opened.state;
    for (let step = 0; step < 4; step++) {
      state = search(opened, state, "needle");
      seen.push(rowOfMatch(opened, state)?.trim());
    }
    expect(seen).toEqual(["21 needle 20", "51 needle 50", "81 needle 80", "21 needle 20"]);
    expect(state.search?.wentRound).toBe(true);
    state = search(opened, state, "needle", -1);
    expect(rowOfMatch(opened, state)?.trim()).toBe("81 needle 80");
    const [title] = presentFile(opened.model, state, SIZE, testLook());
    expect(title).toContain("match 3 of 3, round");
  });

  test("a new search begins at what is on the screen", async () => {
    const opened = await openContent(LINES.join("\n"));
    const state = { ...opened.state, position: { cursor: 40, top: 40 } };
    expect(rowOfMatch(opened, search(opened, state, "needle"))?.trim()).toBe("51 needle 50");
    expect(rowOfMatch(opened, search(opened, state, "needle", -1))?.trim()).toBe("21 needle 20");
  });

  test("a match far to the right is scrolled to", async () => {
    const opened = await openContent(`${"\t日".repeat(50_000)} needle ${"x".repeat(100)}\n`);
    const state = search(opened, opened.state, "needle");
    expect(state.left).toBeGreaterThan(399_000);
    expect(rowOfMatch(opened, state)).toContain("needle");
  });

  test("and where lines are wrapped, too", async () => {
    const opened = await openContent(`${"x".repeat(10_000)} needle\n`);
    const state = search(opened, { ...opened.state, wrap: true }, "needle");
    expect(rowOfMatch(opened, state)).toContain("needle");
  });

  test("what is not there is said", async () => {
    const { state, model } = await openContent("text\n");
    expect(searchInFile(state, model, "needle", 1, SIZE)).toBe("needle is not in this file");
  });

  test("in bytes, text is found as the bytes it is made of", async () => {
    const opened = await openContent(Buffer.from(`\0\0\0${"é".repeat(20)}naïve`));
    const rows = presentFile(opened.model, search(opened, opened.state, "naïve"), SIZE, testLook({ tags: true }));
    expect(rows.find((row) => row.includes("<match>"))).toContain("<match>6e 61 c3 af 76</>");
  });
});
