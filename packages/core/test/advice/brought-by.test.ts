/** What a later step only stores again is told of the step that brought it. */
import { expect, test } from "vitest";
import { file, type Member } from "../../../../fixtures/build/tar.ts";
import { aptArchives } from "../../src/advice/rules/apt-archives.ts";
import { aptLists } from "../../src/advice/rules/apt-lists.ts";
import { CONTEXT_RULES } from "../../src/advice/rules/context-rules.ts";
import { devDependencies } from "../../src/advice/rules/dev-dependencies.ts";
import { gitDirectory } from "../../src/advice/rules/git-directory.ts";
import { WASTE_RULES } from "../../src/advice/rules/waste-rules.ts";
import { randomText } from "../secrets/made-up.ts";
import { adviceOn, type Claim, claimsOf, type ImageStep, imageOf, step, storedBytes } from "./images.ts";
import { big } from "./leftover-cases.ts";

const idOf = ({ id }: Claim): string => id;

const COPIED: readonly [string, string][] = [
  [".git/HEAD", "ref: refs/heads/main"],
  [".env", "PORT=1"],
  ["coverage/lcov.info", "TN:"],
  ["server.js", "run()"],
];
const owned = (uid: number, mtime = 1_700_000_000): Member[] =>
  COPIED.map(([name, content]) => file(`app/${name}`, content, { uid, mtime, mode: 0o644 }));
const CHOWNED = [step("COPY . /app", ...owned(0)), step("RUN chown -R app /app", ...owned(1000))];

test("what was copied and then given another owner is copied: .dockerignore keeps both out", async () => {
  const image = await imageOf(CHOWNED);
  const claims = claimsOf(image, ...CONTEXT_RULES, gitDirectory);
  expect(claims.map(idOf)).toEqual(["copied-version-control", "copied-environment-files", "copied-coverage"]);
  for (const { draft } of claims) {
    expect(draft.layers).toEqual([0, 1]);
    expect(draft.snippet).toMatch(/^# \.dockerignore\n[\s\S]*COPY \. \/app$/);
  }
});

test("both together save what is measured", async () => {
  const image = await imageOf(CHOWNED);
  const saved = claimsOf(image, ...WASTE_RULES, ...CONTEXT_RULES).reduce((sum, { bytes }) => sum + bytes, 0);
  const better = await imageOf([step("COPY --chown=app . /app", ...owned(1000).slice(-1))]);
  expect(storedBytes(image) - saved).toBe(storedBytes(better));
});

test.each<[string, ...ImageStep[]]>([
  ["has a new time", CHOWNED[0] as ImageStep, step("RUN git clone x /app", ...owned(0, 1_700_000_001))],
  ["was written by another copy", step("RUN make", ...owned(0)), step("COPY /app /app", ...owned(1000))],
  ["is another file", CHOWNED[0] as ImageStep, step("RUN make", file("app/.git/HEAD", "ref: refs/heads/other"))],
])("what %s was not brought by the step before", async (_why, ...steps) => {
  const [last] = claimsOf(await imageOf(steps), gitDirectory, ...CONTEXT_RULES);
  expect(last?.draft.layers).toEqual([1]);
});

test("what the base image brought stays the layer's own that stores it again", async () => {
  const image = await imageOf(CHOWNED, { base: 1 });
  expect(claimsOf(image, ...CONTEXT_RULES)).toEqual([]);
});

test("development dependencies are told of the step that installs them", async () => {
  const files = (uid: number): Member[] => [
    file("app/node_modules/tool/package.json", '{"name":"tool","version":"1.0.0"}', { uid, mtime: 9 }),
    file("app/node_modules/tool/index.js", "x".repeat(200_000), { uid, mtime: 9 }),
    file("app/node_modules/.package-lock.json", '{"packages":{"node_modules/tool":{"dev":true}}}', { uid, mtime: 9 }),
  ];
  const image = await imageOf([step("RUN npm ci", ...files(0)), step("RUN chown -R app /app", ...files(1000))]);
  expect(claimsOf(image, devDependencies)).toMatchObject([
    { draft: { layers: [0, 1], snippet: "RUN npm ci --omit=dev" } },
  ]);
});

const modules = (mtime: number): Member =>
  file("app/node_modules/a/index.js", "a".repeat(1000), { mtime, mode: 0o644 });

test("packages that are installed over copied ones need not be copied", async () => {
  const image = await imageOf([step("COPY . /app", modules(1)), step("RUN cd /app && npm ci", modules(2))]);
  expect(claimsOf(image, ...WASTE_RULES)).toMatchObject([
    { id: "rewritten-by-touch", bytes: 1000, draft: { snippet: "# .dockerignore\n**/node_modules" } },
  ]);
});

test("what a step only touches is not said to be installed by it", async () => {
  const image = await imageOf([step("COPY . /app", modules(1)), step("RUN touch /app/node_modules/a/*", modules(2))]);
  const [claim] = claimsOf(image, ...WASTE_RULES);
  expect(claim).toMatchObject({ id: "rewritten-by-touch", bytes: 1000 });
  expect(claim?.draft.snippet ?? "").not.toContain(".dockerignore");
});

test("lists that a step of its own fetches are removed by the step that they are for", async () => {
  const image = await imageOf([
    step("RUN apt-get update", big("var/lib/apt/lists/a"), big("var/cache/apt/srcpkgcache.bin")),
    step("RUN apt-get install -y curl", big("usr/bin/curl")),
  ]);
  const joined = "RUN apt-get update \\\n    && apt-get install -y curl \\\n    && ";
  expect(claimsOf(image, aptLists, aptArchives).map(({ draft }) => draft.snippet)).toEqual([
    `${joined}rm -rf /var/lib/apt/lists/*`,
    `${joined}apt-get clean \\\n    && rm -rf /var/cache/apt/*`,
  ]);
});

test("a secret that several layers store at one path is one finding", async () => {
  const secret = `SESSION_SECRET=${randomText(24, "abcdefghkmnpqrstuvwxyz23456789")}\n`;
  const at = (uid: number): Member => file("app/.env", secret, { uid });
  const steps = [step("COPY . /app", at(0)), step("RUN chown -R app /app", at(1000))];
  const { findings } = await adviceOn(steps);
  const secrets = findings.filter(({ rule }) => rule.id === "secret-in-file");
  expect(secrets).toHaveLength(1);
  expect(secrets[0]).toMatchObject({ layers: [0, 1], what: expect.stringMatching(/, line 1; 2 layers store it$/) });
});
