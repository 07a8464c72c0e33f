/** What is true of the rules about waste for any image. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import { advise } from "../../src/advice/advise.ts";
import { WASTE_RULES } from "../../src/advice/rules/waste-rules.ts";
import { LONGEST_SNIPPET } from "../../src/advice/snippet.ts";
import { REAL_IMAGES, realImage } from "../budget/real-images.ts";
import { type InspectedImage, imageOf, inspected, step } from "./images.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 100);

const command = fc.constantFrom(
  "RUN rm -rf /a",
  "RUN curl -o /b https://example.com/b && apt-get update",
  "RUN chown -R 1000:1000 / && chmod 755 /a",
  "RUN if true; then rm a b/c; fi; (cd b && npm ci)",
  "RUN <<EOF\ntouch a\nEOF",
  "COPY . .",
  "COPY a b /b/",
  "ADD --chown=1:1 a /",
  `/bin/sh -c #(nop) COPY dir:${"0".repeat(64)} in /a `,
  "something else \u001b[31m",
  "",
);

function claimEveryByteOnce({ analysis, context }: InspectedImage): void {
  const claimed = WASTE_RULES.flatMap((rule) =>
    [...rule.find(context)].flatMap(({ inodes, snippet = "" }) => {
      expect(snippet.length).toBeLessThanOrEqual(LONGEST_SNIPPET);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
      expect(snippet).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      return [...(inodes ?? [])];
    }),
  );
  expect(new Set(claimed).size).toBe(claimed.length);
  const { waste } = analysis.accounts;
  expect(claimed.toSorted((a, b) => a - b)).toEqual(
    Array.from(waste, (_, index) => waste.inodeAt(index) as number).sort((a, b) => a - b),
  );
}

test("every wasted byte is claimed by one rule", async () => {
  await fc.assert(
    fc.asyncProperty(
      layerStack,
      fc.array(command, { minLength: 5, maxLength: 5 }),
      fc.nat(5),
      async (layers, commands, base) => {
        const steps = layers.map((members, index) => step(commands[index] ?? "", ...members));
        claimEveryByteOnce(await imageOf(steps, { base: Math.min(base, layers.length), inspection: {} }));
      },
    ),
    { numRuns: RUNS },
  );
});

test.each(REAL_IMAGES)("every wasted byte of a real image is claimed by one rule: %s", async (image) => {
  claimEveryByteOnce(await inspected(await realImage(image), { inspection: {} }));
});

test("a pair of layers has one finding of a rule", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => {
      const { context } = await imageOf(
        layers.map((members, index) => step(`RUN step ${index}`, ...members)),
        { inspection: {} },
      );
      for (const rule of WASTE_RULES) {
        const pairs = [...rule.find(context)].map(({ layers: involved }) => String(involved));
        expect(new Set(pairs).size).toBe(pairs.length);
      }
    }),
    { numRuns: RUNS },
  );
});

test.each(REAL_IMAGES)("among all rules those about waste find exactly what is wasted: %s", async (image) => {
  const { analysis, inspection, base } = await inspected(await realImage(image), { inspection: {} });
  const ids = new Set(WASTE_RULES.map(({ id }) => id));
  const findings = advise(analysis, inspection, { base }).findings.filter(({ rule }) => ids.has(rule.id));
  expect(findings.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(analysis.accounts.wastedBytes);
});
