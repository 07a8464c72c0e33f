/** Queries against plain ways to answer them, one row or one event after the other. */
import { type Analysis, type FileEntry, pathHistory, ROOT, type TreeView } from "@layerscope/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Member } from "../../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../../test/model/arbitrary.ts";
import { pathText } from "../../../../core/test/tree/scan-layers.ts";
import { keepAncestors, parseQuery, type QuerySubject } from "../../../src/tui/view-model/query.ts";
import { pathsOf, run, scan, subjectOf, viewsOf } from "./query-image.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 40);

/** What a word looks at. */
interface Seen {
  readonly path: string;
  readonly entry: FileEntry;
  readonly change: string | undefined;
  readonly size: number;
  readonly layer: number;
  readonly isWasted: boolean;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Words, and what each means in the plainest way. */
const WORDS: Readonly<Record<string, (seen: Seen) => boolean>> = {
  a: ({ path }) => nameOf(path).includes("a"),
  "a/b": ({ path }) => /a\/b[^/]*$/.test(path),
  "?": ({ path }) => Buffer.from(nameOf(path), "latin1").toString().length === 1,
  "/b/**": ({ path }) => path === "b" || path.startsWith("b/"),
  "/^[ac]$/": ({ path }) => /^[ac]$/.test(nameOf(path)),
  "is:added,removed": ({ change }) => change === "added" || change === "removed",
  "is:metadata": ({ change }) => change === "metadata",
  "is:unchanged": ({ change }) => change === undefined,
  "is:wasted": ({ isWasted }) => isWasted,
  "size>2": ({ size }) => size > 2,
  "size<=3": ({ size }) => size <= 3,
  "type:file": ({ entry }) => entry.type === "file",
  "type:dir,device": ({ entry }) => ["directory", "char", "block"].includes(entry.type),
  "owner:1000": ({ entry }) => entry.uid === 1000,
  "owner:0:1000": ({ entry }) => entry.uid === 0 && entry.gid === 1000,
  "mode:executable": ({ entry }) => entry.type === "file" && (entry.mode & 0o111) !== 0,
  "layer:1": ({ layer }) => layer === 1,
};

const term = fc.record({ word: fc.constantFrom(...Object.keys(WORDS)), isNegated: fc.boolean() });
const terms = fc.array(term, { maxLength: 3 });
type Terms = readonly { readonly word: string; readonly isNegated: boolean }[];

const textOf = (list: Terms): string => list.map(({ word, isNegated }) => `${isNegated ? "!" : ""}${word}`).join(" ");

const fits = (list: Terms, seen: Seen): boolean =>
  list.every(({ word, isNegated }) => WORDS[word]?.(seen) !== isNegated);

function expectedRows(list: Terms, view: TreeView, wasted: ReadonlySet<number>): string[] {
  const { tree } = view;
  return [...view.walk()]
    .filter(({ node }) => node !== ROOT)
    .filter(({ node, entry, change }) =>
      fits(list, {
        path: pathText(tree, node),
        entry,
        change,
        size: entry.type === "directory" ? view.sizeOf(node) : entry.size,
        layer: tree.revisionLayer(tree.revisionAt(node, view.to)),
        isWasted: wasted.has(node),
      }),
    )
    .map(({ node }) => pathText(tree, node))
    .sort();
}

function expectedEvents(list: Terms, { image: { tree, classes } }: Analysis, wasted: ReadonlySet<number>): string[] {
  const found: string[] = [];
  for (let node = ROOT + 1; node < tree.paths.size; node++) {
    const path = pathText(tree, node);
    let before: FileEntry | undefined;
    const isFound = pathHistory(tree, classes, node).map(({ entry, change, layer }) => {
      const shown = (entry ?? before) as FileEntry;
      before = entry;
      return fits(list, { path, entry: shown, change, size: shown.size, layer, isWasted: wasted.has(node) });
    });
    if (isFound.includes(true)) found.push(path);
  }
  return found.sort();
}

test("a query finds the rows, or the events, of which all its words are true", async () => {
  const check = async (layers: Member[][], list: Terms): Promise<void> => {
    const image = await scan(...layers);
    const wasted = new Set([...image.accounts.waste].map(({ node }) => node));
    for (const view of viewsOf(image)) {
      const subject = subjectOf(image, view);
      expect(pathsOf(subject, run(textOf(list), subject).nodes)).toEqual(expectedRows(list, view, wasted));
    }
    const subject = subjectOf(image);
    expect(pathsOf(subject, run(textOf(list), subject).nodes)).toEqual(expectedEvents(list, image, wasted));
  };
  await fc.assert(fc.asyncProperty(layerStack, terms, check), { numRuns: RUNS });
});

test("what leads to matches is the matches and everything above them", async () => {
  const check = async (layers: Member[][], seed: number): Promise<void> => {
    const { tree }: QuerySubject = subjectOf(await scan(...layers));
    const matches = Uint8Array.from({ length: tree.paths.size }, (_, node) => ((node * 7 + seed) % 3 === 0 ? 1 : 0));
    const expected = new Uint8Array(matches.length);
    for (const [node, match] of matches.entries()) {
      for (let at = node; match === 1; at = tree.paths.parentOf(at)) {
        expected[at] = 1;
        if (at === ROOT) break;
      }
    }
    expect(keepAncestors(matches, tree.paths)).toEqual(expected);
  };
  await fc.assert(fc.asyncProperty(layerStack, fc.nat(), check), { numRuns: RUNS });
});

test("whatever is typed is a query or a mistake that is told", () => {
  const typed = fc.oneof(
    fc.string({ maxLength: 60, unit: "grapheme" }),
    fc.string({ maxLength: 30, unit: fc.constantFrom(...'/\\[](){}*?+!^$|:,.<>="a is:sze10k') }),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const query = parseQuery(text);
      if ("error" in query) expect(query.error).not.toBe("");
      else expect(Array.isArray(query.terms)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
