/** The crates that a program was built from, where it was built to be audited. */
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BytesInMemory } from "../../src/layer/file-inspector.ts";
import { readCargoPackages } from "../../src/packages/cargo.ts";
import { readElf } from "../../src/packages/elf-sections.ts";
import type { PackageFacts } from "../../src/packages/package.ts";
import { AMD64, elf } from "./elf-builder.ts";

function cargoPackages(section: Uint8Array): PackageFacts | undefined {
  const file = readElf(new BytesInMemory(elf({ ...AMD64, sections: [{ name: ".dep-v0", content: section }] })));
  return file && readCargoPackages(file);
}

const audited = (document: unknown): Buffer => deflateSync(JSON.stringify(document));

const CRATES = [
  { name: "cc", version: "1.0.83", source: "crates.io", kind: "build" },
  { name: "libc", version: "0.2.150", source: "crates.io" },
  { name: "tool", version: "0.3.0", source: "local", dependencies: [0, 1, 99, "x"], root: true },
];

test("the program itself, what it needs, and what only built it", () => {
  expect(cargoPackages(audited({ packages: CRATES }))?.packages).toEqual([
    { type: "cargo", name: "cc", version: "1.0.83", isDevelopment: true, claims: [] },
    { type: "cargo", name: "libc", version: "0.2.150", claims: [] },
    {
      type: "cargo",
      name: "tool",
      version: "0.3.0",
      requires: ["cc", "libc"],
      isApplication: true,
      claims: [{ kind: "itself" }],
    },
  ]);
});

test("only one crate is the program", () => {
  const crates = ["a", "b"].map((name) => ({ name, version: "1.0.0", root: true }));
  const claims = cargoPackages(audited({ packages: crates }))?.packages?.map((each) => each.claims.length);
  expect(claims).toEqual([1, 0]);
});

test("a program without the list says nothing", () => {
  const file = readElf(new BytesInMemory(elf({ ...AMD64, sections: [] })));
  expect(file && readCargoPackages(file)).toBeUndefined();
  expect(file).toBeDefined();
});

test.each([
  ["not compressed", Buffer.from(JSON.stringify({ packages: CRATES }))],
  ["cut off", audited({ packages: CRATES }).subarray(0, 40)],
  ["no JSON", deflateSync("crates")],
  ["no list", audited({ packages: "all" })],
  ["a bomb", deflateSync(Buffer.alloc(17 << 20, " "))],
])("a list that is %s cannot be read", (_, section) => {
  expect(cargoPackages(section)).toEqual({ problem: "the list of crates in this program cannot be read" });
});

test("twenty thousand crates are enough", () => {
  const crates = Array.from({ length: 20_001 }, (_, index) => ({ name: `c${index}`, version: "1.0.0" }));
  const facts = cargoPackages(audited({ packages: crates }));
  expect(facts?.packages).toHaveLength(20_000);
  expect(facts?.problem).toMatch(/more than 20000 crates/);
});

test("whatever the document says, names are names", () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant("x\ny"), fc.constant([]));
  const crate = fc.record(
    { name: value, version: value, kind: value, root: fc.boolean(), dependencies: fc.array(value) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json().map((text): unknown => JSON.parse(text)),
        fc.record({ packages: fc.array(fc.oneof(crate, value)) }),
      ),
      (document) => {
        for (const { name, version } of cargoPackages(audited(document))?.packages ?? []) {
          expect(name).toMatch(/^[^\r\n\0]{1,1000}$/);
          expect(version).toMatch(/^[^\r\n\0]{1,1000}$/);
        }
      },
    ),
  );
});
