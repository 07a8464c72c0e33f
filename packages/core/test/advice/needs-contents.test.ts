/** Which rules may miss something where files could not be looked into. */
import { expect, test } from "vitest";
import { AdviceContext } from "../../src/advice/advice-context.ts";
import { RULES } from "../../src/advice/catalogue.ts";
import { needsContents } from "../../src/advice/needs-contents.ts";
import type { Inspection } from "../../src/inspection/inspection.ts";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { openSource } from "../../src/open-source.ts";
import { scanImage } from "../../src/tree/scan-image.ts";

async function analysisOf(path: string): Promise<Analysis> {
  await using source = await openSource(path);
  return analyse(await scanImage(source));
}

const untold = new Proxy({} as Inspection, {
  get(_, key) {
    throw new Error(`it asked for ${String(key)}`);
  },
});

test.each(["fixtures/demo.tar"])("the others never ask what is in files: %s", async (path) => {
  const analysis = await analysisOf(path);
  const base = { layers: 1, foundBy: "given-number", certainty: "certain" } as const;
  const context = new AdviceContext(analysis, untold, base, new Date());
  const others = RULES.filter((rule) => !needsContents(rule));
  expect(others.length).toBeGreaterThan(2);
  for (const rule of others) expect(() => [...rule.find(context)].length, rule.id).not.toThrow();
});

test("secrets and packages are in files", () => {
  const needing = RULES.filter(needsContents).map(({ id }) => id);
  expect(needing).toEqual(expect.arrayContaining(["secret-in-file", "privileged-file", "end-of-life-base"]));
  expect(needing).not.toContain("runs-as-root");
});
