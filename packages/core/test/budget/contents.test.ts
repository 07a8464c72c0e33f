/** Budgets of which paths there are. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, opaque, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { layerStack } from "../../../../test/model/arbitrary.ts";
import type { BudgetFinding, LayerGroup } from "../../src/budget/budget.ts";
import { reopened } from "../report/reopen.ts";
import { scanLayers } from "../tree/scan-layers.ts";
import { baseOf, check, checkLayers, pathOf } from "./check-image.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 100);

const bytes = (count: number): Buffer => Buffer.alloc(count, "x");
const setuid = { mode: 0o4755 };

describe("number of files", () => {
  const layers = [
    [file("usr/a", "1"), file("usr/b", "2"), symlink("usr/l", "a"), dir("empty")],
    [file("app/c", "3"), hardlink("app/d", "app/c"), whiteout("usr/b")],
  ];
  const count = async (changes: Parameters<typeof checkLayers>[2], limit = 0) => {
    const options = { base: baseOf(1) };
    return (await checkLayers(layers, { kind: "maxFiles", count: limit }, changes, options)).value;
  };

  test("is that of the names of regular files which a container sees", async () => {
    expect(await count({})).toBe(3);
  });

  test("passes at the limit and fails one above it", async () => {
    expect(await checkLayers(layers, { kind: "maxFiles", count: 3 })).toMatchObject({ status: "passed", margin: 0 });
    expect(await checkLayers(layers, { kind: "maxFiles", count: 2 })).toMatchObject({ status: "failed", margin: -1 });
  });

  test("of a group of layers counts what those layers brought", async () => {
    expect(await count({ layers: "base" })).toBe(1);
    expect(await count({ layers: "own" })).toBe(2);
    expect(await count({ layers: 1 })).toBe(2);
  });

  test("counts a path for the layer that stored it last", async () => {
    const twice = [[file("f", "1")], [file("f", "2")]];
    expect(await checkLayers(twice, { kind: "maxFiles", count: 0 }, { layers: 0 })).toMatchObject({ value: 0 });
    expect(await checkLayers(twice, { kind: "maxFiles", count: 0 }, { layers: 1 })).toMatchObject({ value: 1 });
  });

  test("can be asked of some paths, and of all but some", async () => {
    expect(await count({ paths: ["/app"] })).toBe(2);
    expect(await count({ ignore: ["/app"] })).toBe(1);
    expect(await count({ paths: ["/app"], ignore: ["d"] })).toBe(1);
  });

  test("says how many bytes were left out", async () => {
    const verdict = await checkLayers(layers, { kind: "maxFiles", count: 9 }, { ignore: ["/app"] });
    expect(verdict.ignoredBytes).toBe(1);
  });

  test("lists the directories with most files", async () => {
    const many = [0, 1, 2, 3].map((name) => file(`usr/share/${name}`, "x"));
    const verdict = await checkLayers([[...many, file("app/a", "x"), file("app/b", "x")]], {
      kind: "maxFiles",
      count: 1,
    });
    expect(verdict.findings.map((finding) => `${pathOf(finding)} ${finding.files}`)).toEqual([
      "usr/share/ 4",
      "app/ 2",
    ]);
  });

  test("of any image is what the accounting says, and that of base and own layers adds up to it", async () => {
    await fc.assert(
      fc.asyncProperty(layerStack, fc.nat(4), async (layers, baseLayers) => {
        const analysis = await scanLayers(...layers);
        const base = baseOf(Math.min(baseLayers, layers.length));
        const value = (group: LayerGroup): number =>
          check(analysis, { kind: "maxFiles", count: 0 }, { layers: group }, { base }).value ?? Number.NaN;
        expect(value("image")).toBe(analysis.accounts.paths.files);
        expect(value("base") + value("own")).toBe(value("image"));
        const single = layers.map((_, layer) => value(layer));
        expect(single.reduce((sum, count) => sum + count, 0)).toBe(value("image"));
      }),
      { numRuns: RUNS },
    );
  });
});

/** `path bytes layer hiddenBy pattern`. */
const offence = (finding: BudgetFinding): string => {
  const { bytes, layer, hiddenBy = "-", pattern } = finding;
  return `${pathOf(finding)} ${bytes} ${layer} ${hiddenBy} ${pattern}`;
};

describe("forbidden paths", () => {
  const forbidden = async (layers: Member[][], patterns: string[], changes: Parameters<typeof checkLayers>[2] = {}) =>
    checkLayers(layers, { kind: "forbidden", patterns }, changes, { base: baseOf(1) });

  test("pass where no layer brings one", async () => {
    const verdict = await forbidden([[file("app/environment", "x")]], [".env", "**/.git/**"]);
    expect(verdict).toMatchObject({ status: "passed", value: 0, limit: 0, unit: "count", findings: [] });
  });

  test("fail where a container sees one", async () => {
    const verdict = await forbidden([[file("k", "x")], [file("app/.env", "secret")]], ["id_rsa", ".env"]);
    expect(verdict).toMatchObject({ status: "failed", value: 1, margin: -1 });
    expect(verdict.findings.map(offence)).toEqual(["app/.env 6 1 - .env"]);
  });

  test("fail where a later layer removed it, with its directory, or behind an opaque marker", async () => {
    const secret = file("app/.env", "secret");
    for (const later of [[whiteout("app/.env")], [whiteout("app")], [opaque("app")]]) {
      const verdict = await forbidden([[dir("app"), secret], [file("k")], later], [".env"]);
      expect(verdict.findings.map(offence)).toEqual(["app/.env 6 0 2 .env"]);
    }
  });

  test("count the bytes of all copies, and a path that is written over is still seen", async () => {
    const verdict = await forbidden([[file(".env", bytes(5))], [file(".env", bytes(7))]], [".env"]);
    expect(verdict.findings.map(offence)).toEqual([".env 12 0 - .env"]);
  });

  test("are one offence for a directory with all below it", async () => {
    const layers = [
      [dir("src/.git"), file("src/.git/HEAD", bytes(10)), file("src/.git/objects/1", bytes(500))],
      [file("src/.git/objects/2", bytes(300)), file("lib/.git/HEAD", bytes(10))],
    ];
    for (const pattern of ["**/.git/**", ".git"]) {
      const verdict = await forbidden(layers, [pattern]);
      expect(verdict.value).toBe(2);
      expect(verdict.findings.map(offence)).toEqual([`src/.git/ 810 0 - ${pattern}`, `lib/.git/ 10 1 - ${pattern}`]);
    }
  });

  test("are not brought by a layer that only implies a directory", async () => {
    const layers = [[file("src/.git/kept", "x")]];
    expect(await forbidden(layers, [".git"], { ignore: ["kept"] })).toMatchObject({
      status: "passed",
      ignoredBytes: 1,
    });
    expect(await forbidden([[dir("src/.git")]], [".git"])).toMatchObject({ value: 1 });
  });

  test("are hidden only when everything that was brought is", async () => {
    const layers = [[file(".git/1", "x"), file(".git/2", "y")], [whiteout(".git/1")]];
    expect((await forbidden(layers, [".git"])).findings.map(offence)).toEqual([".git/ 2 0 - .git"]);
    const verdict = await forbidden([...layers, [whiteout(".git/2")]], [".git"]);
    expect(verdict.findings.map(offence)).toEqual([".git/ 2 0 2 .git"]);
  });

  test("are of any type, and second names are paths too", async () => {
    const layers = [[file("f", "x"), symlink("a/id_rsa", "f"), hardlink("b/id_rsa", "f"), dir("c/id_rsa")]];
    const verdict = await forbidden(layers, ["id_rsa"]);
    expect(verdict.findings.map(pathOf)).toEqual(["b/id_rsa", "a/id_rsa", "c/id_rsa/"]);
  });

  test("of a group of layers are those that these layers bring", async () => {
    const layers = [[file("a/.env", "base")], [file("b/.env", "own")], [whiteout("a/.env")]];
    const paths = async (group: LayerGroup) =>
      (await forbidden(layers, [".env"], { layers: group })).findings.map(pathOf);
    expect(await paths("base")).toEqual(["a/.env"]);
    expect(await paths("own")).toEqual(["b/.env"]);
    expect(await paths(2)).toEqual([]);
  });

  test("can be asked of some paths, and of all but some", async () => {
    const layers = [[file("a/.env", "1"), file("b/.env", "22"), file("b/c/.env", "333")]];
    expect((await forbidden(layers, [".env"], { paths: ["/b"] })).value).toBe(2);
    expect(await forbidden(layers, [".env"], { ignore: ["/b/c"] })).toMatchObject({ value: 2, ignoredBytes: 3 });
  });

  test("name the pattern that matches the directory above, where the budget is about paths below it", async () => {
    const verdict = await forbidden([[file("a/.git/x/y", "1")]], [".git"], { paths: ["/a/.git/x"] });
    expect(verdict.findings.map(offence)).toEqual(["a/.git/x/ 1 0 - .git"]);
  });

  test("are counted beyond those that are listed, the largest first", async () => {
    const keys = Array.from({ length: 25 }, (_, index) => file(`${index}.pem`, bytes(index)));
    const verdict = await forbidden([keys], ["*.pem"]);
    expect(verdict).toMatchObject({ value: 25, findingCount: 25 });
    expect(verdict.findings.map(pathOf)).toEqual(Array.from({ length: 10 }, (_, index) => `${24 - index}.pem`));
  });

  test("when everything is forbidden the offences have all bytes that are stored", async () => {
    await fc.assert(
      fc.asyncProperty(layerStack, async (layers) => {
        const analysis = await scanLayers(...layers);
        const { findings, findingCount } = check(analysis, { kind: "forbidden", patterns: ["*"] });
        fc.pre(findingCount <= findings.length);
        const sum = findings.reduce((total, finding) => total + (finding.bytes ?? 0), 0);
        expect(sum).toBe(analysis.accounts.storedBytes);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("required paths", () => {
  const required = (layers: Member[][], patterns: string[], changes: Parameters<typeof checkLayers>[2] = {}) =>
    checkLayers(layers, { kind: "required", patterns }, changes, { base: baseOf(1) });

  test("pass where each pattern has a path", async () => {
    const layers = [[file("app/server", "x"), symlink("app/link", "server")]];
    const verdict = await required(layers, ["/app/server", "app/link", "/app", "ser*"]);
    expect(verdict).toMatchObject({ status: "passed", value: 0, limit: 0, findings: [] });
  });

  test("fail by the patterns that have none", async () => {
    const verdict = await required([[file("app/server", "x")]], ["/app/server", "/app/worker", "*.pem"]);
    expect(verdict).toMatchObject({ status: "failed", value: 2 });
    expect(verdict.findings).toEqual([{ pattern: "/app/worker" }, { pattern: "*.pem" }]);
  });

  test("must be there at the end", async () => {
    expect((await required([[file("f", "x")], [whiteout("f")]], ["f"])).status).toBe("failed");
  });

  test("of a group of layers must be brought by them", async () => {
    const layers = [[file("base", "x")], [file("own", "x")]];
    expect((await required(layers, ["own"], { layers: "own" })).status).toBe("passed");
    expect((await required(layers, ["base"], { layers: "own" })).status).toBe("failed");
    expect((await required(layers, ["base"], { layers: "base" })).status).toBe("passed");
  });

  test("do not count when they are ignored, which a note says", async () => {
    const verdict = await required([[file("f", "x")]], ["f", "g"], { ignore: ["f"] });
    expect(verdict).toMatchObject({ value: 2, notes: ["what f matches is there, but ignored"] });
  });
});

describe("setuid files", () => {
  const allowed = (layers: Member[][], patterns: string[], changes: Parameters<typeof checkLayers>[2] = {}) =>
    checkLayers(layers, { kind: "allowedSetuid", patterns }, changes, { base: baseOf(1) });
  const su = file("usr/bin/su", bytes(9), setuid);

  test("pass when they are allowed", async () => {
    expect(await allowed([[su]], ["/usr/bin/su"])).toMatchObject({ status: "passed", value: 0, limit: 0 });
  });

  test("fail when they are not, setgid ones too", async () => {
    const verdict = await allowed([[su], [file("opt/wall", bytes(3), { mode: 0o2755 })]], ["/usr/bin/passwd"]);
    expect(verdict).toMatchObject({ status: "failed", value: 2 });
    expect(verdict.findings.map((it) => `${pathOf(it)} ${it.bytes} ${it.layer}`)).toEqual([
      "usr/bin/su 9 0",
      "opt/wall 3 1",
    ]);
  });

  test("are no directories", async () => {
    expect((await allowed([[dir("var/mail", { mode: 0o2775 })]], [])).value).toBe(0);
  });

  test("count by each of their names", async () => {
    expect((await allowed([[su, hardlink("usr/bin/sudo", "usr/bin/su")]], ["su"])).findings.map(pathOf)).toEqual([
      "usr/bin/sudo",
    ]);
  });

  test("must be seen", async () => {
    expect((await allowed([[su], [whiteout("usr/bin/su")]], [])).value).toBe(0);
    expect((await allowed([[su], [file("usr/bin/su", bytes(9))]], [])).value).toBe(0);
  });

  test("can be asked of some layers and paths", async () => {
    expect((await allowed([[su]], [], { layers: "own" })).value).toBe(0);
    expect((await allowed([[su]], [], { paths: ["/opt"] })).value).toBe(0);
    expect(await allowed([[su]], [], { ignore: ["/usr"] })).toMatchObject({ value: 0, ignoredBytes: 9 });
  });
});

test("a saved report has the same verdicts as its image", async () => {
  const analysis = await scanLayers(
    [file("usr/bin/su", bytes(9), setuid), file("src/.git/HEAD", "x"), file("app/server", "x")],
    [whiteout("src"), hardlink("su", "usr/bin/su")],
  );
  const saved = await reopened(analysis);
  for (const limit of [
    { kind: "maxFiles", count: 1 },
    { kind: "forbidden", patterns: [".git"] },
    { kind: "required", patterns: ["/app/server", "/app/worker"] },
    { kind: "allowedSetuid", patterns: [] },
  ] as const) {
    expect(check(saved, limit)).toEqual(check(analysis, limit));
  }
});
