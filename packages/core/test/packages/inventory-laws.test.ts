/** Whatever an image has and its files claim, the inventory is that of the plain one, and no byte is lost or counted twice. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { file, hardlink, symlink } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { TYPE } from "../../src/model/entry.ts";
import { type PackageFactsOfFile, takeInventory } from "../../src/packages/inventory.ts";
import type { DeclaredPackage, FileClaim, PackageFacts } from "../../src/packages/package.ts";
import { REAL_IMAGES, realImage } from "../budget/real-images.ts";
import { pack, scanArchive } from "../tree/scan-layers.ts";
import { naiveInventory, rowsOf } from "./naive-inventory.ts";
import { bytesOfAll } from "./take-inventory.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 150);

const path = fc
  .tuple(
    fc.constantFrom("", "", "/", "./", "../", "//"),
    fc.array(fc.constantFrom("a", "b", "c", "d", "é", "a", "b", ".."), { minLength: 1, maxLength: 3 }),
  )
  .map(([start, segments]) => start + segments.join("/"));

const directory = fc.oneof(path, fc.constantFrom("", "/", "a/", "a/b/"));

const claim: fc.Arbitrary<FileClaim> = fc.oneof(
  fc.array(path, { maxLength: 5 }).map((paths) => ({ kind: "files" as const, paths })),
  directory.map((below) => ({ kind: "below" as const, path: below })),
  fc.constant({ kind: "itself" as const }),
);

const claims = fc.array(claim, { maxLength: 3 });

const declared: fc.Arbitrary<DeclaredPackage> = fc.record({
  type: fc.constantFrom("deb" as const, "npm" as const, "pypi" as const, "conda" as const),
  name: fc.constantFrom("x", "y"),
  version: fc.constantFrom("1", "2"),
  claims,
});

const packageFacts: fc.Arbitrary<PackageFacts> = fc.record(
  {
    packages: fc.array(declared, { maxLength: 3 }),
    fileList: fc.record({ of: fc.constantFrom("x", "y"), paths: fc.array(path, { maxLength: 5 }) }),
    claimsFor: fc.record({ declaredBy: path, claims }),
  },
  { requiredKeys: [] },
);

/** Files that stay, some under several names. */
const lastFiles = fc
  .array(fc.tuple(fc.constantFrom("a/c", "b/a", "b/c/a", "c", "c/b"), fc.constantFrom("a/b", "b/b")), { maxLength: 3 })
  .map((links) => [
    ...["a/b", "a/é", "b/b", "b/c/b"].map((at) => file(at, at)),
    ...links.map(([at, target]) => hardlink(at, target)),
  ]);

/** Directories with a second name. */
const lastLinks = fc
  .array(fc.tuple(fc.constantFrom("a", "b", "b/c", "c", "d"), fc.constantFrom("a", "/b", "../b", "c/..", "b/c")), {
    maxLength: 2,
  })
  .map((links) => links.map(([at, target]) => symlink(at, target)));

/** Layers as hostile as any, with something in the end that packages can own. */
const layers = fc.tuple(layerStack, lastFiles, lastLinks).map(([stack, files, links]) => [...stack, files, links]);

/** Some of the files of all layers say something. */
function someFacts(
  { image: { tree } }: Analysis,
  said: readonly (PackageFacts | undefined)[],
): Map<number, PackageFactsOfFile> {
  const facts = new Map<number, PackageFactsOfFile>();
  let files = 0;
  for (let entry = 0; entry < tree.entryCount; entry++) {
    if (tree.typeOf(entry) !== TYPE.FILE) continue;
    const packages = said[files++ % said.length];
    if (packages) facts.set(entry, { packages });
  }
  return facts;
}

test("the inventory of any image is that of the plain one", async () => {
  await fc.assert(
    fc.asyncProperty(
      layers,
      fc.array(fc.option(packageFacts, { nil: undefined, freq: 2 }), { minLength: 4, maxLength: 12 }),
      async (stack, said) => {
        const analysis = await scanArchive(pack(stack, "plain"));
        const { tree } = analysis.image;
        const facts = someFacts(analysis, said);
        const inventory = takeInventory(analysis.image, facts);
        expect(rowsOf(tree, inventory)).toEqual(naiveInventory(tree, facts));
        expect(bytesOfAll(inventory)).toBe(analysis.accounts.finalBytes);
      },
    ),
    { numRuns: RUNS },
  );
});

test("every list of the inventory agrees with every other", async () => {
  await fc.assert(
    fc.asyncProperty(layers, fc.array(packageFacts, { maxLength: 12 }), async (stack, said) => {
      const analysis = await scanArchive(pack(stack, "plain"));
      const { packages, ownerOf, unowned, unownedBytes } = takeInventory(analysis.image, someFacts(analysis, said));
      const { tree } = analysis.image;
      const filesOf = new Map<number | undefined, number>();
      for (let entry = 0; entry < tree.entryCount; entry++) {
        const owner = ownerOf(entry);
        filesOf.set(owner, (filesOf.get(owner) ?? 0) + 1);
      }
      for (const [at, { index, bytes, bytesByLayer, files, removedIn }] of packages.entries()) {
        expect(index).toBe(at);
        expect(filesOf.get(index) ?? 0).toBe(files);
        expect([...bytesByLayer.values()].reduce((sum, one) => sum + one, 0)).toBe(bytes);
        expect([...bytesByLayer.values()].every((one) => one > 0)).toBe(true);
        if (removedIn !== undefined) expect({ bytes, files }).toEqual({ bytes: 0, files: 0 });
      }
      const there = packages.map(({ removedIn }) => removedIn === undefined);
      expect(there).toEqual([...there].sort((one, other) => Number(other) - Number(one)));
      const bytes = packages.map((one) => one.bytes);
      expect(bytes).toEqual([...bytes].sort((one, other) => other - one));
      expect(unowned.reduce((sum, part) => sum + part.bytes, 0)).toBe(unownedBytes);
    }),
    { numRuns: RUNS },
  );
});

test.each(REAL_IMAGES)("no byte of %s is lost, whoever claims it", async (image) => {
  const analysis = await realImage(image);
  const { tree } = analysis.image;
  const facts = new Map<number, PackageFactsOfFile>();
  const claimed = ["", "bin", "etc", "app", "usr/lib"].map((below): FileClaim => ({ kind: "below", path: below }));
  for (let entry = 0; entry < tree.entryCount; entry++) {
    const one = claimed[entry % 7];
    if (tree.typeOf(entry) !== TYPE.FILE || !one) continue;
    const name = `package ${entry % 11}`;
    facts.set(entry, {
      packages: { packages: [{ type: "npm", name, version: "1", claims: [one, { kind: "itself" }] }] },
    });
  }
  expect(bytesOfAll(takeInventory(analysis.image, new Map()))).toBe(analysis.accounts.finalBytes);
  expect(bytesOfAll(takeInventory(analysis.image, facts))).toBe(analysis.accounts.finalBytes);
});
