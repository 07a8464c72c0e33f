import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { analyse, CONTENT_INSPECTOR, inspectImage, openSource, scanImage } from "@layerscope/core";
import { expect, test } from "vitest";
import { demoImage, demoMembers } from "../../fixtures/build/demo.ts";
import { ADDED_PACKAGES, BASE_PACKAGES } from "../../fixtures/build/demo-packages.ts";
import { toModel } from "./arbitrary.ts";
import { overlayModel } from "./overlay-model.ts";

const DEMO = new URL("../../fixtures/demo.tar", import.meta.url);

test("the committed demo image is what its builder writes", () => {
  const committed = readFileSync(DEMO);
  expect(committed.equals(demoImage())).toBe(true);
});

test("the demo image shows every kind of waste and of change", () => {
  const result = overlayModel(demoMembers().map(toModel));
  const causes = new Set(result.waste.map((record) => record.cause));
  expect([...causes].sort()).toEqual(["deleted", "duplicate-member", "hidden", "identical", "metadata", "rewritten"]);
  const changes = new Set(result.changes.flatMap((layer) => [...layer.values()]));
  expect([...changes].sort()).toEqual(["added", "identical", "metadata", "modified", "removed"]);
  expect(result.diagnostics).toEqual([]);
});

test("each Debian package of the demo image owns its files, in the layer that installed it", async () => {
  const source = await openSource(fileURLToPath(DEMO));
  const { packages } = await inspectImage(analyse(await scanImage(source, { inspector: CONTENT_INSPECTOR })));
  await source[Symbol.asyncDispose]();
  expect(packages.problems).toEqual([]);
  const found = packages.packages.filter(({ type }) => type === "deb");
  const owned = found.map(({ name, installedIn, files, bytes }) => ({ name, installedIn, files, bytes }));
  const wanted = [BASE_PACKAGES, ADDED_PACKAGES].flatMap((list, installedIn) =>
    list.map(({ name, files }) => {
      const own = files.filter(({ type }) => type === "file");
      const bytes = own.reduce((sum, { content = "" }) => sum + content.length, 0);
      return { name, installedIn, files: own.length, bytes };
    }),
  );
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  expect(owned.sort(byName)).toEqual(wanted.sort(byName));
});
