/** What an SBOM makes of what packages say of their licenses. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLicense } from "../../../src/report/sbom/license.ts";
import { LICENSE_EXCEPTIONS, LICENSE_IDS } from "../../../src/report/sbom/license-ids.ts";
import { PUBLISHED_LICENSES } from "./cyclone-dx-schema.ts";

test("all identifiers and exceptions are on the published list, spelled as there", () => {
  const ids = [...LICENSE_IDS.values(), ...LICENSE_EXCEPTIONS.values()];
  expect(ids.filter((id) => !PUBLISHED_LICENSES.has(id))).toEqual([]);
});

test.each([
  ["MIT", "MIT"],
  ["  apache-2.0 ", "Apache-2.0"],
  ["GPL-2.0+", "GPL-2.0+"],
])("an identifier: %j", (license, id) => {
  expect(parseLicense(license)).toEqual({ kind: "id", text: id });
});

test.each([
  ["MIT OR Apache-2.0", "MIT OR Apache-2.0"],
  ["(mit  OR apache-2.0)", "(MIT OR Apache-2.0)"],
  ["Apache-2.0+", "Apache-2.0+"],
  [
    "GPL-2.0-only WITH Classpath-exception-2.0 AND (MIT OR (ISC))",
    "GPL-2.0-only WITH Classpath-exception-2.0 AND (MIT OR (ISC))",
  ],
])("an expression: %j", (license, expression) => {
  expect(parseLicense(license)).toEqual({ kind: "expression", text: expression });
});

test.each([
  "GPL-2+ and MIT",
  "MIT/Apache-2.0",
  "MIT OR",
  "OR MIT",
  "MIT MIT",
  "(MIT",
  "MIT)",
  ")(",
  "()",
  "MIT WITH MIT",
  "(MIT) WITH Classpath-exception-2.0",
  "GPL-2.0 WITH Classpath-exception-2.0 WITH LLVM-exception",
  "LicenseRef-mine",
  "SEE LICENSE IN LICENSE.md",
  "constructor",
])("something else: %j", (license) => {
  expect(parseLicense(license)).toEqual({ kind: "name", text: license });
});

test.each([undefined, "", " \n"])("nothing: %j", (license) => {
  expect(parseLicense(license)).toBeUndefined();
});

const expression = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("MIT", "ISC", "GPL-2.0-only WITH GCC-exception-2.0"),
    tie("group"),
    tie("both"),
  ),
  group: tie("any").map((inner) => `(${inner})`),
  both: fc.tuple(tie("any"), fc.constantFrom("AND", "OR"), tie("any")).map((parts) => parts.join(" ")),
}));

test("every expression stays as it is", () => {
  fc.assert(
    fc.property(expression.any, (license) => {
      fc.pre(String(license).length <= 500);
      expect(parseLicense(String(license))?.text).toBe(license);
      expect(parseLicense(String(license))?.kind).not.toBe("name");
    }),
  );
});
