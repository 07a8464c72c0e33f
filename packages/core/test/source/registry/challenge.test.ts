import fc from "fast-check";
import { expect, test } from "vitest";
import { parseChallenges } from "../../../src/source/registry/challenge.ts";

const plain = (headers: readonly string[]) =>
  parseChallenges(headers).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test.each([
  ["nothing", [], []],
  ["an empty header", [""], []],
  ["basic", ['Basic realm="r"'], [["basic", { realm: "r" }]]],
  [
    "a token service with a comma in its scope",
    ['Bearer realm="https://auth/token",service="reg",scope="repository:a/b:pull,push"'],
    [["bearer", { realm: "https://auth/token", service: "reg", scope: "repository:a/b:pull,push" }]],
  ],
  [
    "two challenges in one header",
    ['Bearer realm="t", service=s, Basic realm="b"'],
    [
      ["bearer", { realm: "t", service: "s" }],
      ["basic", { realm: "b" }],
    ],
  ],
  [
    "two headers",
    ["Negotiate", 'Basic realm="b"'],
    [
      ["negotiate", {}],
      ["basic", { realm: "b" }],
    ],
  ],
  [
    "a scheme with a token of its own",
    ['Negotiate YWJj==, Bearer realm="t"'],
    [
      ["negotiate", {}],
      ["bearer", { realm: "t" }],
    ],
  ],
  ["escaped quotes", ['Basic realm="a \\"b\\" \\\\"'], [["basic", { realm: 'a "b" \\' }]]],
  ["names in capitals and spaces", ['BEARER  Realm = "t" ,  SERVICE=s'], [["bearer", { realm: "t", service: "s" }]]],
  ["a name twice", ['Basic realm="first", realm="second"'], [["basic", { realm: "first" }]]],
  ["a quote without an end", ['Basic a=b, realm="c, Bearer d=e'], [["basic", { a: "b" }]]],
  ["a parameter without a scheme", ['realm="x"'], []],
  ["the name of a prototype", ['Basic __proto__="x", realm="r"'], [["basic", { ["__proto__"]: "x", realm: "r" }]]],
])("%s", (_, headers, expected) => {
  expect(plain(headers).map(([scheme, parameters]) => [scheme, Object.entries(parameters as object)])).toEqual(
    expected.map(([scheme, parameters]) => [scheme, Object.entries(parameters as object)]),
  );
});

test("whatever a header says, it is read to an end", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (headers) => {
      for (const { scheme } of parseChallenges(headers)) expect(scheme).toMatch(/^\S+$/);
    }),
  );
});

test("parameters come back as they were quoted", () => {
  const token = fc.stringMatching(/^[a-z]{1,8}$/);
  const challenges = fc.array(
    fc.record({ scheme: token, parameters: fc.dictionary(token, fc.string(), { minKeys: 1, noNullPrototype: true }) }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(challenges, (list) => {
      const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
      const header = list
        .map(({ scheme, parameters }) => {
          const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${quoted(value)}`);
          return `${scheme} ${pairs.join(", ")}`;
        })
        .join(", ");
      expect(plain([header])).toEqual(list.map(({ scheme, parameters }) => [scheme, parameters]));
    }),
  );
});
