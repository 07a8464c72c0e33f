/** What changed in a file between two layers. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { file, symlink, whiteout } from "../../../../../fixtures/build/tar.ts";
import { presentFile } from "../../../src/tui/present/file/file.ts";
import { type Compared, compareContents } from "../../../src/tui/view-model/file/compare.ts";
import { openPath, type Packing, testLook, withImage } from "./file-image.ts";

const contentOf = (content: string | Uint8Array) => {
  const bytes = Buffer.from(content);
  return { node: 0, layer: 0, bytes, size: bytes.length, error: undefined };
};

const compare = (before: string | Uint8Array, after: string | Uint8Array): Promise<Compared> =>
  compareContents(contentOf(before), contentOf(after));

/** Goes through the old lines as the rows say; the lines of both sides as they come out of it. */
function applied(compared: Compared): { before: string; after: string } {
  if (compared.kind !== "diff") throw new Error(`no comparison: ${compared.kind}`);
  const { before, after, rows } = compared;
  const raw = (lines: typeof before, line: number): string =>
    lines.text.slice(lines.startOf(line), lines.rawEndOf(line));
  let old = "";
  let result = "";
  for (const row of rows) {
    if (row.kind === "removed") old += raw(before, row.before);
    else if (row.kind === "added") result += raw(after, row.after);
    else {
      const count = row.kind === "fold" ? row.count : 1;
      for (let by = 0; by < count; by++) {
        old += raw(before, row.before + by);
        // What did not change is taken from the old side.
        result += raw(before, row.before + by);
      }
    }
  }
  return { before: old, after: result };
}

const line = fc.constantFrom("a\n", "b\n", "c\n", "d e f\n", "\n", "a\r\n", "x", "日\n");
const text = fc.array(line, { maxLength: 60 }).map((lines) => lines.join(""));

describe("a comparison", () => {
  test("makes the new text of the old one", async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        fc.pre(before !== after);
        expect(applied(await compare(before, after))).toEqual({ before, after });
      }),
    );
  });

  test("folds what is far from a change, and nothing else", async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `${index}\n`);
    const compared = await compare(lines.join(""), lines.with(15, "new\n").join(""));
    const kinds = compared.kind === "diff" ? compared.rows.map((row) => row.kind) : [];
    const same = Array<string>(3).fill("same");
    expect(kinds).toEqual(["fold", ...same, "removed", "added", ...same, "fold"]);
  });

  test("is short where little changed in much", async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`);
    const changed = lines.with(0, "first\n").with(49_999, "last\n");
    const compared = await compare(lines.join(""), changed.join(""));
    expect(compared).toMatchObject({ kind: "diff", added: 2, removed: 2 });
  });

  test("of texts without a common line removes all and adds all", async () => {
    const numbers = (start: number) => Array.from({ length: 20_000 }, (_, index) => `${start + index}\n`).join("");
    expect(await compare(numbers(0), numbers(20_000))).toMatchObject({ kind: "diff", added: 20_000, removed: 20_000 });
  });

  test("gives up on lines in another order, instead of taking for ever", async () => {
    let state = 1;
    const random = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0);
    const lines = Array.from({ length: 30_000 }, (_, index) => `${index}\n`);
    const shuffled = lines.map((each) => ({ each, key: random() })).sort((one, other) => one.key - other.key);
    const compared = await compare(lines.join(""), shuffled.map(({ each }) => each).join(""));
    expect(compared).toMatchObject({ kind: "unlike", reason: "too-different", firstDifference: 0 });
  });

  test.each([
    ["binary", "\0one", "\0two", 1],
    ["binary", "\0", "\0\0", 1],
    ["too-large", "a".repeat(5_000_000), `${"a".repeat(4_999_999)}b`, 4_999_999],
  ])("of %s contents says where they differ first", async (reason, before, after, firstDifference) => {
    expect(await compare(before, after)).toMatchObject({ kind: "unlike", reason, firstDifference });
  });

  test("of line ends alone shows the line ends", async () => {
    const compared = await compare("one\r\n", "one\n");
    expect(compared.kind === "diff" && compared.before.line(0)).toBe("one\r");
  });
});

const BEFORE = "# settings\nport = 80\nhost = a\n";
const AFTER = "# settings\nport = 8080\nhost = a\nlast";

const rowsOf = (packing: Packing, path: string, tags = false): Promise<string[]> =>
  withImage(
    [
      [file("conf", BEFORE), file("same", "same\n"), file("gone", "gone\n"), symlink("link", "a")],
      [file("conf", AFTER), file("same", "same\n", { mode: 0o755, uid: 7 }), whiteout("gone"), symlink("link", "b")],
    ],
    async (image) => {
      const { model, state } = await openPath(image, path, "diff");
      return presentFile(model, state, { width: 80, height: 24 }, testLook({ tags })).slice(2);
    },
    packing,
  );

describe("in an image", () => {
  test.each<Packing>(["plain", "gzip", "stream"])(
    "a rewritten file is compared with what it was (%s)",
    async (packing) => {
      expect(await rowsOf(packing, "conf")).toEqual([
        "size    30 B -> 36 B",
        "  1   1   # settings",
        "  2     - port = 80",
        "      2 + port = 8080",
        "  3   3   host = a",
        "      4 + last (no line end)",
      ]);
    },
  );

  test("the words that changed stand out", async () => {
    const rows = await rowsOf("plain", "conf", true);
    expect(rows[3]).toContain("port = <added>8080</>");
    expect(rows[5]).toContain("<added>last</>");
  });

  test("of a file with other metadata alone, these are what is shown", async () => {
    expect(await rowsOf("plain", "same")).toEqual(
      expect.arrayContaining(["mode    rw-r--r-- -> rwxr-xr-x", "owner   0:0 -> 7:0", "the content is the same"]),
    );
  });

  test("all of a removed file is removed", async () => {
    expect(await rowsOf("plain", "gone")).toEqual(["removed by layer 1; this is what it was", "  1     - gone"]);
  });

  test("of a link the targets are shown", async () => {
    expect(await rowsOf("plain", "link")).toContain("target  a -> b");
  });
});
