/** Expressions that would not come to an end, and images with very many paths. */
import { NameSearcher } from "@layerscope/core";
import { expect, test } from "vitest";
import { file } from "../../../../../fixtures/build/tar.ts";
import { parseQuery, type QueryError, type QueryMatches, runQuery } from "../../../src/tui/view-model/query.ts";
import { find, scan, subjectOf } from "./query-image.ts";

type Result = QueryMatches | QueryError;

async function resultOf(text: string, ...names: string[]): Promise<Result> {
  const query = parseQuery(text);
  if ("error" in query) throw new Error(query.error);
  const steps = runQuery(query, subjectOf(await scan(names.map((name) => file(name, "")))));
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

const TRAP = "a".repeat(60);

test.each([
  ["/^(a+)+$/", `${TRAP}!`],
  ["/(a|a)*b/", TRAP],
  ["/(.*a){25}b/", TRAP],
  ["*a*a*a*a*a*a*a*a*a*a*a*a*b", TRAP],
])("%s is stopped, and said to take too long", async (query, name) => {
  expect(await resultOf(query, name)).toEqual({ error: `${query} takes too long` });
});

test("after an expression that was stopped others work", async () => {
  const image = await scan([file(`${TRAP}!`, ""), file("b", "")]);
  const query = parseQuery("/^(a+)+$/");
  if ("error" in query) throw new Error(query.error);
  const subject = subjectOf(image);
  expect([...runQuery(query, subject)]).toEqual([]);
  expect(find("/^b$/", subject)).toEqual(["b"]);
});

test("what the engine throws while it tries an expression is told", async () => {
  class Failing extends NameSearcher {
    // biome-ignore lint/correctness/useYield: it fails at once
    override *test(): Generator<void, Uint8Array, void> {
      throw new RangeError("Maximum call stack size exceeded");
    }
  }
  const subject = subjectOf(await scan([file("a", "")]));
  const query = parseQuery("/a/");
  if ("error" in query) throw new Error(query.error);
  expect(runQuery(query, { ...subject, names: new Failing(subject.tree.paths) }).next().value).toEqual({
    error: "/a/ cannot be tried: Maximum call stack size exceeded",
  });
});

test("names that are no text, or would be a pattern, are found by what they are", async () => {
  const image = await scan([file("a*b", ""), file("axb", ""), file("\u001b[31m", ""), file("..hidden", "")]);
  const subject = subjectOf(image);
  expect(find('"a*b"', subject)).toEqual(["a*b"]);
  expect(find(String.raw`a\*b`, subject)).toEqual(["a*b"]);
  expect(find("*31m", subject)).toEqual(["\u001b[31m"]);
  expect(find("*hid*", subject)).toEqual(["..hidden"]);
});

test("a search through many paths can be left in between", async () => {
  const names = Array.from({ length: 40_000 }, (_, index) => `d${index % 100}/file${index}`);
  const image = await scan(names.map((name) => file(name, "")));
  for (const text of ["/file.*9$/", "d1/*", "type:file size<1"]) {
    const query = parseQuery(text);
    if ("error" in query) throw new Error(query.error);
    const steps = runQuery(query, subjectOf(image));
    expect(steps.next().done).toBe(false);
    steps.return({ error: "left" });
    expect(steps.next().done).toBe(true);
  }
});
