import { expect, test } from "vitest";
import {
  defaultBudgetName,
  LIMIT_KINDS,
  type LimitKey,
  limitKindOf,
  type SettableLimit,
} from "../../src/budgets/config/limit-kinds.ts";

// The compiler sees to it that no kind of limit is missing here.
const ALL_KEYS: Readonly<Record<LimitKey, true>> = {
  maxSize: true,
  maxCompressedSize: true,
  maxLayers: true,
  maxLayerSize: true,
  maxWastedBytes: true,
  maxWastedShare: true,
  minEfficiency: true,
  maxFiles: true,
  maxFileSize: true,
  maxGrowth: true,
  forbidden: true,
  required: true,
  allowedSetuid: true,
  nonRoot: true,
};

test("the table has every limit once", () => {
  expect(LIMIT_KINDS.map(({ key }) => key).sort()).toEqual(Object.keys(ALL_KEYS).sort());
  for (const key of Object.keys(ALL_KEYS) as LimitKey[]) expect(limitKindOf(key).key).toBe(key);
});

test("descriptions are one line without a full stop, each its own", () => {
  for (const { description } of LIMIT_KINDS) expect(description).toMatch(/^[A-Z][^\n]*[^.\n]$/);
  expect(new Set(LIMIT_KINDS.map(({ description }) => description)).size).toBe(LIMIT_KINDS.length);
});

test("default names of whole images differ", () => {
  expect(new Set(LIMIT_KINDS.map(({ phrase }) => phrase.whole)).size).toBe(LIMIT_KINDS.length);
});

const SIZE: SettableLimit = { kind: "maxSize", bytes: 1 };

test.each<readonly [string, SettableLimit, Parameters<typeof defaultBudgetName>[1]]>([
  ["total size", SIZE, { layers: "image" }],
  ["size of own layers", SIZE, { layers: "own" }],
  ["size of layer 3", SIZE, { layers: 3 }],
  ["size of /usr/share/doc", SIZE, { layers: "image", paths: ["/usr/share/doc"] }],
  ["size of /a, /b in base layers", SIZE, { layers: "base", paths: ["/a", "/b"] }],
  ["size of /a, /b and 2 more", SIZE, { layers: "image", paths: ["/a", "/b", "/c", "/d"] }],
  [`size of ${"x".repeat(60)}…`, SIZE, { layers: "image", paths: ["x".repeat(5000)] }],
  ["number of own layers", { kind: "maxLayers", count: 1 }, { layers: "own" }],
  ["number of files in /app", { kind: "maxFiles", count: 1 }, { layers: "image", paths: ["/app"] }],
  ["wasted share of own layers", { kind: "maxWastedShare", share: 0.1 }, { layers: "own" }],
  ["waste by deleted", { kind: "maxWastedBytes", bytes: 0, cause: "deleted" }, { layers: "image" }],
  ["waste by hidden in own layers", { kind: "maxWastedBytes", bytes: 0, cause: "hidden" }, { layers: "own" }],
  ["wasted share by identical", { kind: "maxWastedShare", share: 0, cause: "identical" }, { layers: "image" }],
  ["forbidden paths in own layers", { kind: "forbidden", patterns: [".env"] }, { layers: "own" }],
])("a budget without a name is called %s", (name, limit, where) => {
  expect(defaultBudgetName(limit, where)).toBe(name);
});
