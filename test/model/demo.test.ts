import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { demoImage, demoMembers } from "../../fixtures/build/demo.ts";
import { toModel } from "./arbitrary.ts";
import { overlayModel } from "./overlay-model.ts";

test("the committed demo image is what its builder writes", () => {
  const committed = readFileSync(new URL("../../fixtures/demo.tar", import.meta.url));
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
