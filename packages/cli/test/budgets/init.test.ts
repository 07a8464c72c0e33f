/** `layerscope init`: what it writes can be read, and the image it was written for passes. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dockerSaveNew, type ImageSpec } from "../../../../fixtures/build/image.ts";
import { dir, file, hardlink, type Member, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import { brokenOf, Directory, kindsOf } from "./init-images.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 60);

const bytes = (count: number): Buffer => Buffer.alloc(count, "x");
const setuid = { mode: 0o4755 };

const archive = (layers: readonly Member[][], spec: Partial<ImageSpec> = {}): Buffer =>
  dockerSaveNew({ layers: layers.map((members) => tar(members)), ...spec });

const APP = [
  [file("etc/os-release", bytes(300)), file("usr/bin/su", bytes(5000), setuid)],
  [dir("app"), file("app/server", bytes(271_000))],
];

async function written(
  layers: readonly Member[][],
  spec: Partial<ImageSpec> = {},
  options: Parameters<Directory["init"]>[1] = {},
) {
  using directory = new Directory();
  directory.write("app.tar", archive(layers, spec));
  const text = await directory.init("app.tar", options);
  return { text, settings: await directory.settings(), verdicts: await directory.check("app.tar") };
}

describe("a configuration for an image", () => {
  test("has limits a little above what the image has", async () => {
    const { settings } = await written(APP, { config: { User: "app" } });
    expect(settings.budgets.map(({ limit }) => limit)).toEqual([
      { kind: "maxSize", bytes: 310_000 },
      { kind: "maxLayers", count: 3 },
      { kind: "maxFileSize", bytes: 300_000 },
      { kind: "maxFiles", count: 4 },
      expect.objectContaining({ kind: "maxWastedShare", share: 0.01, butAtLeast: 1_000_000 }),
      expect.objectContaining({ kind: "forbidden", patterns: expect.arrayContaining([".git", ".env", "id_rsa"]) }),
      { kind: "allowedSetuid", patterns: ["/usr/bin/su"] },
      { kind: "nonRoot" },
    ]);
  });

  test("names the image, and begins with the place of the schema", async () => {
    const { settings, text } = await written(APP);
    expect(settings.images).toEqual([expect.objectContaining({ reference: "app.tar" })]);
    expect(text).not.toContain("/tmp");
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=./node_modules/layerscope/config.schema.json");
  });

  test("limits the own layers where the base image's are known", async () => {
    const { settings, text } = await written(APP, {}, { baseLayers: "1" });
    expect(settings.baseLayers).toBe(1);
    expect(text).toContain("Now 271 kB.\n  - maxSize: 300 kB\n    layers: own\n");
    expect(settings.budgets.filter(({ layers }) => layers === "own").map(({ limit }) => limit.kind)).toEqual([
      "maxSize",
      "maxWastedShare",
    ]);
  });

  test("has the compressed size where layers are compressed, and else why not", async () => {
    const compressed = await written(APP, { compression: "gzip" });
    expect(kindsOf(compressed.settings)).toContain("maxCompressedSize");
    const plain = await written(APP);
    expect(plain.text).toMatch(/# Not known: .*\n {2}# - maxCompressedSize: 120 MB\n/);
  });

  test("can be in powers of 1024", async () => {
    const { settings, text } = await written(APP, {}, { iec: true });
    expect(settings.units).toBe("iec");
    expect(text).toContain("- maxSize: 300 KiB");
  });

  test("leaves out what the image breaks already, and says why", async () => {
    const layers = [[file("src/.git/HEAD", "x"), file("x/.git/HEAD", "x")], [whiteout("src")]];
    const { settings, text, verdicts } = await written(layers);
    expect(text).toContain("# .git is left out: /src/.git is in layer 0, and 1 other.");
    expect(text).toContain("# Not yet: the configuration names no user.");
    expect(text).toContain("\n  # - nonRoot: true\n");
    expect(kindsOf(settings)).not.toContain("nonRoot");
    expect(settings.budgets.find(({ limit }) => limit.kind === "forbidden")?.limit).not.toEqual(
      expect.objectContaining({ patterns: expect.arrayContaining([".git"]) }),
    );
    expect(brokenOf(verdicts)).toEqual([]);
  });

  test("guesses what must be there from what the image starts, without asking for it", async () => {
    const { settings, text } = await written(APP, { config: { Entrypoint: ["/app/server", "--now"] } });
    expect(text).toContain("# - required:\n  #     - /app/server\n");
    expect(kindsOf(settings)).not.toContain("required");
  });

  test("passes on the image it was written for, whatever that is", async () => {
    await fc.assert(
      fc.asyncProperty(layerStack, fc.boolean(), fc.option(fc.nat(3)), async (layers, iec, base) => {
        const baseLayers = base === null ? {} : { baseLayers: String(Math.min(base, layers.length)) };
        const { verdicts } = await written(layers, {}, { iec, ...baseLayers });
        expect(brokenOf(verdicts)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test("of nothing at all passes", async () => {
    expect(brokenOf((await written([[]])).verdicts)).toEqual([]);
  });
});

const HOSTILE: (string | Buffer)[] = [
  "a\nbudgets: []\n#",
  "- a: b #c",
  "\"quoted\" and 'quoted'",
  "*[a]{b,c}?!\\",
  "\\*",
  "**",
  "{a,b}",
  "[ab]",
  " around ",
  "\u001b[2J\u202e",
  "\u2028",
  "&anchor",
  "%TAG",
  "ünïcode 漢字 🎉",
  Buffer.from([0x61, 0xff, 0x62]),
];

describe("names from an image", () => {
  const names = HOSTILE.map((name) => Buffer.concat([Buffer.from("opt/"), Buffer.from(name)]));

  test("get into the list of setuid files as they are", async () => {
    using directory = new Directory();
    const files = names.map((name) => file(name, "x", setuid));
    directory.write("app.tar", archive([files]));
    await directory.init("app.tar");
    expect(brokenOf(await directory.check("app.tar"))).toEqual([]);
    const limit = (await directory.settings()).budgets.find(({ limit }) => limit.kind === "allowedSetuid")?.limit;
    expect(limit).toHaveProperty("patterns.length", HOSTILE.length);
  });

  test("allow no other", async () => {
    using directory = new Directory();
    directory.write("app.tar", archive([names.map((name) => file(name, "x", setuid))]));
    await directory.init("app.tar");
    const others = ["a", "b", "*b", "\\a", "anything", "xa", "[ab", "around", "*"].map((name) =>
      file(`opt/${name}`, "x", setuid),
    );
    directory.write("other.tar", archive([others]));
    const verdict = (await directory.check("other.tar")).find(({ budget }) => budget.limit.kind === "allowedSetuid");
    expect(verdict).toMatchObject({ status: "failed", value: others.length });
  });

  test("get out of no comment", async () => {
    const name = `x\nbudgets: [{nonRoot: true}]\n\u001b[2J${"y".repeat(5000)}`;
    const annotations = { "org.opencontainers.image.base.name": name };
    const { text, verdicts } = await written(
      [[file("a", "x")], [file(`${name.slice(0, 100)}/.git/HEAD`, "x")]],
      { config: { User: `root:${name}`, Labels: annotations, Entrypoint: [`/${name}`] } },
      { baseLayers: "1" },
    );
    expect(text).not.toContain("\u001b");
    expect(text.split("\n").every((line) => line.length < 400)).toBe(true);
    expect(brokenOf(verdicts)).toEqual([]);
  });

  test("can be too many to list", async () => {
    const many = Array.from({ length: 300 }, (_, index) => hardlink(`s/${index}`, "su"));
    const { settings, text } = await written([[file("su", "x", setuid), ...many]]);
    expect(text).toContain("Now 301 files, which is too much to list here.");
    expect(kindsOf(settings)).not.toContain("allowedSetuid");
  });
});

describe("the image", () => {
  test("is found from the directory of the configuration", async () => {
    using directory = new Directory();
    directory.write("dist/app.tar", archive(APP));
    mkdirSync(join(directory.path, "config"));
    await directory.init("dist/app.tar");
    expect((await directory.settings()).images[0]?.reference).toBe("dist/app.tar");
  });

  test("is named with its platform", async () => {
    using directory = new Directory();
    directory.write("app.tar", archive(APP));
    await directory.init("app.tar", { platform: "linux/amd64" });
    expect((await directory.settings()).images).toEqual([
      expect.objectContaining({ reference: "app.tar", platform: "linux/amd64" }),
    ]);
  });

  test("must be there to its end", async () => {
    using directory = new Directory();
    directory.write("app.tar", archive(APP, { broken: { missing: [1] } }));
    await expect(directory.init("app.tar")).rejects.toMatchObject({
      code: "missing-blob",
      message: expect.stringContaining("cannot be read to its end"),
    });
  });
});

describe("without an image", () => {
  test("there are examples, and what needs no numbers", async () => {
    using directory = new Directory();
    const text = await directory.init(undefined);
    const settings = await directory.settings();
    expect(kindsOf(settings)).toEqual(["forbidden"]);
    expect(settings.images).toEqual([]);
    expect(text).toContain("  # - maxSize: 300 MB\n");
  });

  test("all examples are right when they are taken in", async () => {
    using directory = new Directory();
    const text = await directory.init(undefined);
    directory.write(
      "layerscope.yaml",
      text.replace(/^( *)# (?=(- |images:|ignore:|secrets:|[a-z-]+: \w+$|[a-z-]+:$|"| {2}))/gm, "$1"),
    );
    const settings = await directory.settings();
    expect(kindsOf(settings).sort()).toEqual([
      "allowedSetuid",
      "forbidden",
      "maxCompressedSize",
      "maxFileSize",
      "maxFiles",
      "maxGrowth",
      "maxLayers",
      "maxSize",
      "maxSize",
      "maxWastedShare",
      "nonRoot",
      "required",
    ]);
    expect(settings.images).toHaveLength(1);
    expect(settings.rules?.find(({ rule }) => rule === "world-writable")).toMatchObject({ ignore: ["/app/cache"] });
    expect(settings.allowedSecrets?.fingerprints).toHaveLength(1);
  });
});

describe("rules of advice", () => {
  const errors = ({ settings }: Awaited<ReturnType<typeof written>>): string[] =>
    (settings.rules ?? []).filter(({ level }) => level === "error").map(({ rule }) => rule);

  test("against secrets count where there is none, and without an image", async () => {
    expect(errors(await written(APP))).toEqual(["secret-in-file", "secret-in-configuration"]);
    using directory = new Directory();
    expect(await directory.init(undefined)).toContain("\nrules:\n  # Files of any layer");
    expect((await directory.settings()).rules?.map(({ rule }) => rule)).toEqual([
      "secret-in-file",
      "secret-in-configuration",
    ]);
  });

  test("say what there is where they would fail", async () => {
    const secret = [
      ...APP,
      [file("root/.netrc", "machine example.org login me password Xk29vTq81LmZp\n")],
      [whiteout("root/.netrc")],
    ];
    const netrc = await written(secret);
    expect(errors(netrc)).toEqual(["secret-in-configuration"]);
    expect(netrc.text).toContain("  # Not yet: 1 finding.\n  # secret-in-file: error\n");
    const both = await written(secret, { config: { Env: ["DB_PASSWORD=Xk29vTq81LmZpW"] } });
    expect(errors(both)).toEqual([]);
    expect(both.text).toContain("\n# rules:\n");
    expect(both.text).not.toContain("Xk29vTq81");
  });

  test("of whoever comes from dive are only shown", async () => {
    using directory = new Directory();
    directory.write(".dive-ci", "rules:\n  lowestEfficiency: 0.9\n");
    directory.write("app.tar", archive(APP));
    expect(await directory.init("app.tar", { fromDive: `${directory.path}/.dive-ci` })).toContain("\n# rules:\n");
    expect((await directory.settings()).rules).toEqual([]);
  });
});

describe("a file that is there", () => {
  test("is not written over", async () => {
    using directory = new Directory();
    directory.write("layerscope.yaml", "mine");
    await expect(directory.init(undefined)).rejects.toMatchObject({ code: "unwritable" });
    expect(directory.read("layerscope.yaml")).toBe("mine");
  });

  test("is written over when that is asked for", async () => {
    using directory = new Directory();
    directory.write("layerscope.yaml", "mine");
    expect(await directory.init(undefined, { force: true })).toContain("budgets:");
  });

  test("is never one for JSON", async () => {
    using directory = new Directory();
    const output = directory.write("package.json", "{}");
    await expect(directory.init(undefined, { output, force: true })).rejects.toMatchObject({ code: "invalid-option" });
    expect(directory.read("package.json")).toBe("{}");
  });
});
