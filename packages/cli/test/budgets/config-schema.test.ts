/** packages/cli/config.schema.json is what the code says, and accepts what the parser accepts. */
import { readFileSync } from "node:fs";
import { LayerscopeError } from "@layerscope/core";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { configJsonSchema } from "../../src/budgets/config/config-schema.ts";
import { LIMIT_KINDS, type LimitKind } from "../../src/budgets/config/limit-kinds.ts";
import { parseBudgets } from "../../src/budgets/config/parse-budgets.ts";

const committed: object = JSON.parse(readFileSync(new URL("../../config.schema.json", import.meta.url), "utf8"));
const fitsSchema = new Ajv({ allowUnionTypes: true, strictTypes: false }).compile(committed);

test("packages/cli/config.schema.json is up to date; if not: npm run schema", () => {
  expect(committed).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

test("every limit is described, so that editors can say what it is", () => {
  const { definitions } = committed as {
    definitions: { budget: { properties: Record<string, { description: string }> } };
  };
  for (const { key, description } of LIMIT_KINDS) {
    expect(definitions.budget.properties[key]?.description).toBe(description);
  }
});

/** Whether the parser has settings for it; any error that is not ours fails the test. */
function fitsParser(text: string): boolean {
  try {
    const { budgets, images } = parseBudgets(text, { file: "layerscope.yaml" });
    for (const { name, limit } of [...budgets, ...images.flatMap((image) => image.budgets)]) {
      expect(name).not.toBe("");
      for (const value of Object.values(limit)) if (typeof value === "number") expect(value).toBeGreaterThanOrEqual(0);
    }
    return true;
  } catch (thrown) {
    if (!(thrown instanceof LayerscopeError)) throw thrown;
    expect(thrown.code).toBe("invalid-config");
    expect(thrown.message).toMatch(/^layerscope\.yaml:\d+:\d+: \S/);
    return false;
  }
}

const pattern = fc.constantFrom("/usr/share/doc", "*.pem", "**/.git/**", "..", "a/./b", "..a", "/", "", "a/..", "...");
const patterns = fc.oneof(pattern, fc.array(pattern, { maxLength: 3 }));
const size = fc.oneof(
  fc.constantFrom("300 MB", "1.5 GiB", ".5kb", "7", "7 b", "1.5 B", "300 M", "-1", "1e3", " 5  MB ", "", "1,5 MB", "%"),
  fc.constantFrom(0, 300_000_000, -1, 1.5, 2 ** 53, -0),
);
const share = fc.constantFrom<unknown>(
  "10 %",
  "100%",
  "100.1 %",
  "7.5%",
  "0.1",
  "1.0",
  "1.1",
  "2",
  ".5",
  "-1 %",
  0.1,
  1,
  1.01,
  -0.1,
  10,
);
const count = fc.constantFrom<unknown>(0, 20, "20", "1.5", 1.5, -1, "many");
const VALUES: Readonly<Record<LimitKind["value"], fc.Arbitrary<unknown>>> = {
  size,
  share,
  count,
  growth: fc.oneof(size, share),
  patterns,
  flag: fc.constantFrom<unknown>(true, false, "true", 1),
};

const limit = fc
  .constantFrom(...LIMIT_KINDS)
  .chain(({ key, value }) => VALUES[value].map((written): Record<string, unknown> => ({ [key]: written })));
const budget = fc
  .tuple(
    limit,
    fc.oneof(
      { arbitrary: fc.constant({}), weight: 12 },
      { arbitrary: limit, weight: 1 },
      { arbitrary: fc.constant({ maxSzie: 1 }), weight: 1 },
    ),
    fc.record(
      {
        name: fc.constantFrom<unknown>("x", "", 5),
        layers: fc.constantFrom<unknown>("image", "own", "base", 3, -1, 1.5, "onw"),
        paths: patterns,
        ignore: patterns,
        cause: fc.constantFrom("deleted", "duplicate-member", "delted"),
        butAtLeast: size,
        severity: fc.constantFrom("error", "warn", "warning"),
      },
      { requiredKeys: [] },
    ),
    fc.integer({ min: 0, max: 2 }),
  )
  // Few of the optional keys, so that about half of the budgets are right.
  .map(([one, other, others, most]) => ({
    ...one,
    ...other,
    ...Object.fromEntries(Object.entries(others).slice(0, most)),
  }));
const base = {
  base: fc.constantFrom<unknown>("base.tar", "", 5),
  baseLayers: fc.constantFrom<unknown>(3, -1, "3"),
  baseline: fc.constantFrom<unknown>("main.json", null),
};
const image = fc.oneof(
  fc.constantFrom<unknown>("app.tar", "", 5, null),
  fc.record(
    { reference: fc.constant("app.tar"), ...base, budgets: fc.array(budget, { maxLength: 1 }) },
    { requiredKeys: ["reference"] },
  ),
  fc.record({ name: fc.constant("app") }),
);
const level = fc.constantFrom<unknown>("off", "warn", "error", "eror", 1, null);
const rule = fc.oneof(
  { arbitrary: level, weight: 2 },
  {
    arbitrary: fc.record(
      {
        level,
        layers: fc.constantFrom<unknown>("image", "own", "base", 3),
        ignore: patterns,
        ignoreLayers: fc.constantFrom<unknown>([0, 2], [], 3, [-1], ["a"]),
        butAtLeast: size,
        more: fc.constant(1),
      },
      { requiredKeys: [] },
    ),
    weight: 1,
  },
);
const rules = fc.dictionary(fc.constantFrom("*", "runs-as-root", "secret-in-file", "secret-in-fil"), rule, {
  maxKeys: 2,
});
const secrets = fc.record(
  {
    allow: fc.record(
      {
        paths: patterns,
        fingerprints: fc.constantFrom<unknown>(["0123456789abcdef"], ["abc"], "0123456789abcdef"),
        kinds: fc.constantFrom<unknown>(["jwt"], [""], [3]),
      },
      { requiredKeys: [] },
    ),
    more: fc.constant(1),
  },
  { requiredKeys: [] },
);
const config = fc.oneof(
  { arbitrary: fc.record({ rules, secrets }, { requiredKeys: [] }), weight: 2 },
  { arbitrary: fc.record({ budgets: fc.array(budget, { minLength: 1, maxLength: 1 }) }), weight: 4 },
  {
    arbitrary: fc.record(
      {
        $schema: fc.constantFrom<unknown>("x", 5),
        images: fc.array(image, { maxLength: 2 }),
        ...base,
        units: fc.constantFrom("si", "iec", "metric"),
        ignore: patterns,
        budgets: fc.array(budget, { maxLength: 2 }),
        more: fc.constant(1),
      },
      { requiredKeys: [] },
    ),
    weight: 1,
  },
);

test("the schema accepts what the parser accepts, and nothing else", () => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(config, (value) => {
      const fits = fitsParser(stringify(value));
      seen[fits ? "accepted" : "refused"]++;
      if (fitsSchema(value) !== fits)
        throw new Error(`the parser ${fits ? "accepts" : "refuses"} it, the schema does not`);
      expect(fitsParser(JSON.stringify(value))).toBe(fits);
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
});

test("whatever a file holds, there are settings or an error of ours", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(..."-[]{}:&*!|>%@\"'#\n a1") })),
      (text) => void fitsParser(text),
    ),
  );
  const anything = fc.jsonValue();
  const odd = fc.oneof(
    anything,
    fc.constantFrom<unknown>({ toString: 1 }, { __proto__: null }, [], {}, null, Number.MAX_VALUE),
  );
  const keys = fc.constantFrom(
    ...LIMIT_KINDS.map(({ key }) => key),
    "paths",
    "layers",
    "butAtLeast",
    "name",
    "ignore",
    "cause",
  );
  fc.assert(
    fc.property(fc.array(fc.dictionary(keys, odd, { maxKeys: 3 })), odd, odd, (budgets, images, others) => {
      fitsParser(JSON.stringify({ budgets }));
      fitsParser(JSON.stringify({ images, budgets: others }));
      fitsParser(JSON.stringify({ images: [images, { reference: others, budgets }], ignore: others }));
    }),
  );
});
