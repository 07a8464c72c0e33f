import { readFileSync } from "node:fs";
import { RULES } from "@layerscope/core";
import { expect, test } from "vitest";
import { rulesPage } from "../../packages/core/src/advice/rules-page.ts";

test("docs/rules.md is what the rules say; if not: npm run rules", () => {
  expect(readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8")).toBe(rulesPage(RULES));
});

test("every rule has an id of its own, in kebab-case", () => {
  const ids = RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

test("every rule has its texts: titles without, sentences with a full stop", () => {
  for (const { id, title, reason, fix, counts, example } of RULES) {
    expect(title, id).toMatch(/[^.]$/);
    for (const sentences of [reason, fix, counts]) expect(sentences, id).toMatch(/[.)]$/);
    expect(example.good, id).not.toBe(example.bad);
  }
});
