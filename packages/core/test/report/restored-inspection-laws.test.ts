/** What a report says of the contents of files is, read back, what looking into them has shown. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dir, file, hardlink, type Member, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { withImage } from "../../../../test/ground-truth/real-images.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import { type AdviseOptions, advise } from "../../src/advice/advise.ts";
import { CONTENT_INSPECTOR } from "../../src/inspection/content-inspector.ts";
import type { FileFacts } from "../../src/inspection/file-facts.ts";
import { inspectImage } from "../../src/inspection/inspect-image.ts";
import { LayerFacts } from "../../src/layer/file-inspector.ts";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { type BaseLayers, findBaseLayers } from "../../src/metrics/base-layers.ts";
import { TYPE } from "../../src/model/entry.ts";
import type { DeclaredPackage, FileClaim, PackageFacts } from "../../src/packages/package.ts";
import { createReport } from "../../src/report/report.ts";
import { cycloneDx } from "../../src/report/sbom/cyclone-dx.ts";
import { spdx } from "../../src/report/sbom/spdx.ts";
import type { AllowedSecrets, SecretMatch } from "../../src/secrets/secret.ts";
import { pack, withScan } from "../tree/scan-layers.ts";
import { REAL_LAYOUTS } from "./real-layouts.ts";
import { plain, REFERENCE, reopened } from "./reopen.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);
const TODAY = new Date("2026-01-01T00:00:00Z");

/** How an image is looked at. */
interface Settings extends AdviseOptions {
  readonly base: BaseLayers;
  readonly allowedSecrets?: AllowedSecrets;
}

/** All that is said of an image because of its files. */
async function everything(analysis: Analysis, { allowedSecrets, ...settings }: Settings): Promise<object> {
  const inspection = await inspectImage(analysis, { allowedSecrets });
  const advice = advise(analysis, inspection, { ...settings, today: TODAY });
  const { base } = settings;
  return {
    report: plain(createReport(analysis, { reference: REFERENCE, files: true, base, inspection, advice })),
    unread: advice.unreadLayers,
    cycloneDx: [...cycloneDx(analysis, inspection)].join(""),
    spdx: [...spdx(analysis, inspection)].join(""),
  };
}

/** Saved under some settings, opened under others: all is as if the image itself were looked at under those. */
async function isTheSameRestored(analysis: Analysis, saving: Settings, opening: Settings): Promise<void> {
  const { allowedSecrets, base } = saving;
  const inspection = await inspectImage(analysis, { allowedSecrets });
  const again = await reopened(analysis, { inspection, base, advice: advise(analysis, inspection, saving) });
  expect(await everything(again, opening)).toEqual(await everything(analysis, opening));
}

const baseOf = (layers: number): BaseLayers => ({ layers, foundBy: "given-number", certainty: "certain" });

// Names that rules go by, contents that are often equal, and files that are worth a word.
const name = fc.constantFrom(
  ...["var", "lib", "apt", "lists", "cache", "usr", "share", "doc", "man", "locale", "fr", "include", "tmp", "log"],
  ...["node_modules", "a", "test", "package.json", ".git", ".env", ".venv", "pyvenv.cfg", "__pycache__", "b.pyc"],
  ...["a.js.map", "a.js", "b.a", "core", "target", "release", "deps", ".npm", "_cacache", "go", "bin", "a.so", "etc"],
  ...["x.tar.gz", "x", "a.d.ts", "a\n;b", "coverage", "lcov.info", ".DS_Store", "Dockerfile", "id_rsa", "debug"],
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const content = fc
  .tuple(fc.constantFrom(0, 3, 3, 5000, 5000, 120_000), fc.constantFrom("x", "y"))
  .map(([size, letter]) => Buffer.alloc(size, letter));
const attributes = fc.record(
  {
    uid: fc.constantFrom(0, 1000, 1001),
    gid: fc.constantFrom(0, 1000, 1001),
    mode: fc.constantFrom(0o644, 0o755, 0o4755, 0o666),
    mtime: fc.constantFrom(0, 1_700_000_000),
  },
  { requiredKeys: [] },
);
const member = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(path, content, attributes).map(([at, bytes, extra]) => file(at, bytes, extra)) },
  { weight: 1, arbitrary: fc.tuple(path, attributes).map(([at, extra]): Member => dir(at, extra)) },
  { weight: 1, arbitrary: path.map((at): Member => whiteout(at)) },
  { weight: 2, arbitrary: fc.tuple(path, path).map(([at, to]): Member => hardlink(at, to)) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([at, to]): Member => symlink(at, `/${to}`)) },
);
const layers = fc.oneof(fc.array(fc.array(member, { maxLength: 10 }), { minLength: 1, maxLength: 4 }), layerStack);

const command = fc.constantFrom(
  ...["RUN apt-get update && tar -xf x.tar.gz", "RUN npm ci", "RUN pip install a", "RUN chown -R 1000:1000 / && rm a"],
  ...["RUN touch /a && chmod 755 /a", "COPY . .", "COPY /a /b", "ADD x.tar.gz /", "ENV TOKEN=abcdefghij12345", ""],
);

const claim: fc.Arbitrary<FileClaim> = fc.oneof(
  fc.array(path, { maxLength: 5 }).map((paths) => ({ kind: "files" as const, paths })),
  fc.oneof(path, name, fc.constantFrom("", "a", "b")).map((below) => ({ kind: "below" as const, path: below })),
  fc.constant({ kind: "itself" as const }),
);
const declared: fc.Arbitrary<DeclaredPackage> = fc.record(
  {
    type: fc.constantFrom("deb" as const, "npm" as const, "pypi" as const),
    name: fc.constantFrom("x", "y", "z"),
    version: fc.constantFrom("1", "2", ""),
    claims: fc.array(claim, { maxLength: 3 }),
    namespace: fc.constantFrom("@a", "b"),
    architecture: fc.constantFrom("amd64", "all"),
    license: fc.constantFrom("MIT", "GPL-2+ and \u001b[31m"),
    source: fc.record({ name: fc.constant("s"), version: fc.constantFrom("1", undefined) }),
    claimedBytes: fc.nat(1000),
    requires: fc.array(fc.constantFrom("x", "y", "b/z"), { maxLength: 3 }),
    isDevelopment: fc.boolean(),
    isApplication: fc.boolean(),
  },
  { requiredKeys: ["type", "name", "version", "claims"] },
);
const packageFacts: fc.Arbitrary<PackageFacts> = fc.record(
  {
    packages: fc.array(declared, { maxLength: 3 }),
    fileList: fc.record({ of: fc.constantFrom("x", "y"), paths: fc.array(path, { maxLength: 5 }) }),
    problem: fc.constant("it is \u202e cut off"),
  },
  { requiredKeys: [] },
);
const secret: fc.Arbitrary<SecretMatch> = fc.record(
  {
    kind: fc.constantFrom("private-key", "token"),
    title: fc.constant("token"),
    masked: fc.constantFrom("ab…", "cd…"),
    fingerprint: fc.constantFrom("0123456789abcdef", "fedcba9876543210"),
    line: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ["kind", "title", "masked", "fingerprint"] },
);
const facts: fc.Arbitrary<FileFacts> = fc.record(
  {
    packages: packageFacts,
    secrets: fc.array(secret, { maxLength: 2 }).map((found) => found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))),
    elf: fc.record({ strippableBytes: fc.constantFrom(1, 900_000, 1_100_000) }),
    distribution: fc.constant({
      id: "debian",
      idLike: ["x"],
      versionId: "9",
      codename: undefined,
      prettyName: "Debian 9",
    }),
    ids: fc.constantFrom(new Set([0]), new Set([0, 1000])),
  },
  { requiredKeys: [] },
);

/** Each file with content says something, as if it had been looked into while it passed by; some layers say nothing. */
function tell({ image: { tree } }: Analysis, said: readonly FileFacts[], unread: number): void {
  let files = 0;
  for (const [layer, entries] of tree.layers.entries()) {
    if (layer === unread) {
      Object.assign(entries, { facts: undefined });
      continue;
    }
    const found = new LayerFacts();
    for (let index = 0; index < entries.count; index++) {
      if (entries.type[index] !== TYPE.FILE || entries.size[index] === 0) continue;
      const one = said[files++ % said.length];
      if (one) found.add(index, one);
    }
    entries.facts = found;
  }
}

const allowedSecrets: fc.Arbitrary<AllowedSecrets> = fc.record(
  {
    paths: fc.array(fc.constantFrom("a", "usr/**", "**/x"), { maxLength: 2 }),
    fingerprints: fc.array(fc.constant("0123456789abcdef"), { maxLength: 1 }),
    kinds: fc.array(fc.constant("token"), { maxLength: 1 }),
  },
  { requiredKeys: [] },
);
const settings: fc.Arbitrary<Settings> = fc.record(
  {
    base: fc.nat(1).map(baseOf),
    allowedSecrets,
    ignore: fc.array(fc.constantFrom("usr/**", "**/x", "a"), { maxLength: 1 }),
    rules: fc.constantFrom(
      {},
      { "duplicate-content": { level: "off" as const }, "world-writable": { level: "error" as const } },
      { "unpacked-archives": { ignoreLayers: [0], butAtLeast: 200_000 } },
    ),
  },
  { requiredKeys: ["base"] },
);

test("any image, whatever its files say, and under whatever settings the report was saved and is opened", async () => {
  await fc.assert(
    fc.asyncProperty(
      layers,
      fc.array(command, { minLength: 5, maxLength: 5 }),
      fc.array(facts, { maxLength: 12 }),
      fc.integer({ min: -4, max: 3 }),
      settings,
      settings,
      async (stack, commands, said, unread, saving, opening) => {
        const history = stack.map((_, index) => ({ created_by: `${commands[index]} # buildkit` }));
        await withScan(pack(stack, "plain", { history }), async (image) => {
          const analysis = analyse(image);
          tell(analysis, said, unread);
          await isTheSameRestored(analysis, saving, opening);
        });
      },
    ),
    { numRuns: RUNS },
  );
});

test.each(REAL_LAYOUTS)("a real image: %s", async (_, path, options) => {
  const isTheSame = async (analysis: Analysis): Promise<void> => {
    const base = findBaseLayers(analysis.image.document);
    await isTheSameRestored(analysis, { base }, { base });
  };
  await withImage(path, isTheSame, { ...options, inspector: CONTENT_INSPECTOR });
});

test("a link that names nothing leaves no trace in what patterns mean", async () => {
  const stack = [[file("usr", "", { uid: 1000 }), hardlink("var", "usr/var")]];
  const settings = { base: { layers: 0, foundBy: "given-number", certainty: "certain" }, ignore: ["usr/**"] } as const;
  await withScan(pack(stack, "plain"), async (image) => {
    const analysis = analyse(image);
    tell(analysis, [], -1);
    await isTheSameRestored(analysis, settings, settings);
  });
});
