/** What is true of the rules about visible bytes that nobody needs, for any image. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dir, file, hardlink, type Member, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import type { Rule } from "../../src/advice/rule.ts";
import { BUILD_RULES } from "../../src/advice/rules/build-rules.ts";
import { CONTEXT_RULES } from "../../src/advice/rules/context-rules.ts";
import { LEAVINGS_RULES } from "../../src/advice/rules/leavings-rules.ts";
import { LONGEST_SNIPPET } from "../../src/advice/snippet.ts";
import { REAL_IMAGES, realImage } from "../budget/real-images.ts";
import { claimsOf, type InspectedImage, imageOf, inspected, step, storedBytes } from "./images.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 100);
const RULES: readonly Rule[] = [...LEAVINGS_RULES, ...CONTEXT_RULES, ...BUILD_RULES];

/** Names that rules go by, so that they come together in ways nobody thought of. */
const name = fc.constantFrom(
  ...["var", "lib", "apt", "lists", "cache", "usr", "share", "doc", "man", "locale", "fr", "include", "tmp", "log"],
  ...["node_modules", "a", "test", "package.json", ".git", ".env", ".venv", "pyvenv.cfg", "__pycache__", "b.pyc"],
  ...["a.js.map", "a.js", "b.a", "core", "target", "release", "deps", ".npm", "_cacache", ".cache", "pip", "go", "pkg"],
  ...["mod", "x.tar.gz", "x", "a.d.ts", "a\n;b", "\u001b[31m", "coverage", "lcov.info", ".DS_Store", "Dockerfile"],
);
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join("/"));
const member = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(path, fc.nat(9)).map(([at, size]): Member => file(at, "x".repeat(size))) },
  { weight: 1, arbitrary: path.map((at): Member => dir(at)) },
  { weight: 1, arbitrary: path.map((at): Member => whiteout(at)) },
  { weight: 2, arbitrary: fc.tuple(path, path).map(([at, to]): Member => hardlink(at, to)) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([at, to]): Member => symlink(at, `/${to}`)) },
);
const command = fc.constantFrom(
  ...["RUN apt-get update && tar -xf x.tar.gz", "RUN npm ci", "RUN pip install a", "RUN <<EOF\nmake\nEOF"],
  ...[
    "COPY . .",
    "COPY /a /b",
    'COPY ["a b", "/c/"]',
    "ADD x.tar.gz /",
    `/bin/sh -c #(nop) COPY dir:${"0".repeat(64)} in /a`,
  ],
  ...["something else", ""],
);

/** What is claimed is seen by a container, in the layers that are named, and told in words that can be printed once escaped. */
function expectSoundDrafts({ context }: InspectedImage): void {
  const nodes = Array.from({ length: context.paths.size }, (_, node) => node);
  const visible = new Map(
    nodes.flatMap((node) => context.visible.at(node) ?? []).map((one) => [one.inode, one] as const),
  );
  for (const rule of RULES) {
    for (const { inodes, layers, snippet = "", what } of rule.find(context)) {
      expect(what).not.toBe("");
      expect(snippet.length).toBeLessThanOrEqual(LONGEST_SNIPPET);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
      expect(snippet).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      const claimed = [...(inodes ?? [])];
      expect(new Set(claimed).size).toBe(claimed.length);
      for (const inode of claimed) expect(layers).toContain(visible.get(inode)?.layer);
    }
  }
}

test("rules claim what a container sees, each inode once, in the layer that stores it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(command, fc.array(member, { maxLength: 12 })), { minLength: 1, maxLength: 4 }),
      fc.nat(2),
      async (layers, base) => {
        const steps = layers.map(([text, members]) => step(text, ...members));
        expectSoundDrafts(await imageOf(steps, { base: Math.min(base, layers.length), inspection: {} }));
      },
    ),
    { numRuns: RUNS },
  );
});

test("an image without what rules claim stores less by just that", async () => {
  const files = fc.uniqueArray(fc.tuple(path, fc.nat(9)), { selector: ([at]) => at, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(files, command, async (list, text) => {
      // One layer without names that lie below files.
      const paths = new Set(list.map(([at]) => at));
      const isBelowFile = (at: string) =>
        at.split("/").some((_, length, all) => length > 0 && paths.has(all.slice(0, length).join("/")));
      const members = list.filter(([at]) => !isBelowFile(at)).map(([at, size]) => file(at, "x".repeat(size)));
      const image = await imageOf([step(text, ...members)], { inspection: {} });
      const claims = claimsOf(image, ...RULES);
      const gone = new Set(claims.flatMap(({ paths: claimed }) => claimed));
      const better = await imageOf([step(text, ...members.filter(({ path: at }) => !gone.has(String(at))))], {
        inspection: {},
      });
      expect(storedBytes(image) - storedBytes(better)).toBe(claims.reduce((sum, { bytes }) => sum + bytes, 0));
    }),
    { numRuns: RUNS },
  );
});

test.each(REAL_IMAGES)("the same of a real image: %s", async (image) => {
  expectSoundDrafts(await inspected(await realImage(image), { inspection: {} }));
});

test("every rule says what it is in whole sentences", () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  for (const { id, title, reason, fix, counts } of RULES) {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(title).not.toMatch(/\.$/);
    for (const text of [reason, fix, counts]) expect(text).toMatch(/^\S.*[^.]\.$/s);
  }
});
