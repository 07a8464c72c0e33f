/** docs/ci.md says what the configuration really knows. */
import { readFileSync } from "node:fs";
import { WASTE_CAUSES } from "@layerscope/core";
import { expect, test } from "vitest";
import { SETTINGS } from "../../src/budgets/config/config-schema.ts";
import { LIMIT_KINDS } from "../../src/budgets/config/limit-kinds.ts";
import { parseBudgets } from "../../src/budgets/config/parse-budgets.ts";

const page = readFileSync(new URL("../../../../docs/ci.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)]
  .map(([, example = ""]) => example)
  .filter((example) => /^(?:budgets|rules):/m.test(example));

test("docs/ci.md has examples", () => {
  expect(examples.length).toBeGreaterThan(1);
});

test.each(examples)("an example of docs/ci.md is a configuration: %s", (example) => {
  expect(parseBudgets(example, { file: "docs/ci.md" })).toMatchObject({ warnings: [] });
});

test.each([
  ...LIMIT_KINDS.map(({ key }) => key),
  ...SETTINGS.budget,
  ...SETTINGS.image,
  ...SETTINGS.rule,
  ...SETTINGS.secrets,
  ...SETTINGS.allow,
  ...WASTE_CAUSES,
])("docs/ci.md explains %s", (key) => {
  expect(page).toMatch(new RegExp(`\\b${key}\\b`));
});
