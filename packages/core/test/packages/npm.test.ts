import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { file, hardlink } from "../../../../fixtures/build/tar.ts";
import { CONTENT_INSPECTOR } from "../../src/inspection/content-inspector.ts";
import { inspectImage } from "../../src/inspection/inspect-image.ts";
import { analyse } from "../../src/metrics/analyse.ts";
import { npmReader } from "../../src/packages/npm.ts";
import type { DeclaredPackage } from "../../src/packages/package.ts";
import type { ScannedImage } from "../../src/tree/scan-image.ts";
import { PACKINGS, pack, pathText, withScan } from "../tree/scan-layers.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectSoundFacts } from "./hostile-files.ts";

const inModules = (manifest: object): DeclaredPackage | undefined =>
  factsOf(npmReader, "app/node_modules/left/package.json", manifest)?.packages?.[0];

describe("a package in node_modules", () => {
  test("has its name, version and license, and owns its directory", () => {
    const manifest = { name: "left", version: "1.2.3", license: "MIT" };
    expect(factsOf(npmReader, "app/node_modules/left/package.json", manifest)).toEqual({
      packages: [
        {
          type: "npm",
          name: "left",
          version: "1.2.3",
          license: "MIT",
          claims: [{ kind: "below", path: "app/node_modules/left" }],
        },
      ],
    });
  });

  test("with a scope has it as its namespace", () => {
    const facts = factsOf(npmReader, "node_modules/@a/b/package.json", { name: "@a/b", version: "1.0.0" });
    expect(facts?.packages).toMatchObject([
      { namespace: "@a", name: "b", claims: [{ kind: "below", path: "node_modules/@a/b" }] },
    ]);
  });

  test("under another name is the one that it says it is", () => {
    expect(inModules({ name: "right", version: "1.0.0" })).toMatchObject({
      name: "right",
      claims: [{ path: "app/node_modules/left" }],
    });
  });

  test("needs its dependencies, those it can do without too, but not those of who works on it", () => {
    const declared = inModules({
      name: "left",
      version: "1.0.0",
      dependencies: { a: "1", "@s/b": "2" },
      optionalDependencies: { a: "1", c: "3" },
      devDependencies: { d: "4" },
    });
    expect(declared?.requires).toEqual(["a", "@s/b", "c"]);
    expect(declared?.developmentRequires).toBeUndefined();
  });

  test.each([
    [{ license: "(MIT OR Apache-2.0)" }, "(MIT OR Apache-2.0)"],
    [{ license: { type: "BSD-3-Clause", url: "x" } }, "BSD-3-Clause"],
    [{ licenses: [{ type: "MIT" }, { type: "GPL-2.0" }] }, "MIT OR GPL-2.0"],
    [{ licenses: ["ISC"] }, "ISC"],
    [{ licenses: { type: "MIT" } }, "MIT"],
    [{ license: 7 }, undefined],
    [{ license: "x".repeat(2000) }, undefined],
    [{}, undefined],
  ])("with %j has the license %s", (fields, license) => {
    expect(inModules({ name: "left", version: "1.0.0", ...fields })?.license).toBe(license);
  });

  test.each([
    "node_modules/left/package.json",
    "usr/local/lib/node_modules/npm/package.json",
    "usr/local/lib/node_modules/npm/node_modules/@npmcli/arborist/package.json",
    "app/node_modules/.pnpm/left@1.0.0/node_modules/left/package.json",
    "app/node_modules/.pnpm/@a+b@1.0.0/node_modules/@a/b/package.json",
    "usr/share/nodejs/semver/package.json",
    "usr/share/nodejs/@types/node/package.json",
    "usr/share/nodejs/webpack/node_modules/left/package.json",
  ])("is at %s", (path) => {
    expect(factsOf(npmReader, path, { name: "x", version: "1.0.0" })?.packages).toMatchObject([
      { claims: [{ kind: "below", path: path.replace("/package.json", "") }] },
    ]);
  });

  test.each([
    "node_modules/left/esm/package.json",
    "node_modules/@a/b/dist/package.json",
    "node_modules/@a/package.json",
    "node_modules/package.json",
    "node_modules/.cache/package.json",
    "usr/share/nodejs/semver/dist/package.json",
    "node_modules/left/package.json.orig",
    "node_modules/left/xpackage.json",
  ])("is none at %s", (path) => {
    expect(
      factsOf(npmReader, path, { name: "x", version: "1.0.0", dependencies: { y: "1" } })?.packages,
    ).toBeUndefined();
  });

  test.each([
    [{ version: "1.0.0" }],
    [{ name: "left" }],
    [{ name: "", version: "1.0.0" }],
    [{ name: "x".repeat(1001), version: "1.0.0" }],
    [{ name: ["left"], version: "1.0.0" }],
    [["left"]],
  ])("is not declared by %j", (manifest) => {
    expect(inModules(manifest)).toBeUndefined();
  });

  test("that cannot be read is a problem", () => {
    expect(factsOf(npmReader, "node_modules/left/package.json", "{")).toEqual({
      problem: "a package.json is not JSON",
    });
    const large = `{"name":"left","version":"1.0.0","x":"${"x".repeat(2 << 20)}"}`;
    expect(factsOf(npmReader, "node_modules/left/package.json", large)).toEqual({
      problem: "a package.json is larger than 2 MiB, it is not read",
    });
  });

  test("may begin with a byte-order mark", () => {
    const marked = `\ufeff${JSON.stringify({ name: "left", version: "1.0.0" })}`;
    expect(factsOf(npmReader, "node_modules/left/package.json", marked)?.packages).toMatchObject([{ name: "left" }]);
  });
});

describe("a package.json outside of node_modules", () => {
  const application = (manifest: object | string) => factsOf(npmReader, "app/package.json", manifest);

  test("is an application, which owns nothing", () => {
    expect(
      application({ name: "app", version: "0.1.0", dependencies: { a: "1" }, devDependencies: { t: "1" } }),
    ).toEqual({
      packages: [
        {
          type: "npm",
          name: "app",
          version: "0.1.0",
          requires: ["a"],
          developmentRequires: ["t"],
          isApplication: true,
          claims: [],
        },
      ],
    });
  });

  test("needs no version where it has dependencies", () => {
    expect(application({ name: "app", devDependencies: { t: "1" } })?.packages).toMatchObject([{ version: "" }]);
  });

  test.each([
    "usr/lib/python3/dist-packages/notebook/static/package.json",
    "usr/local/bundle/gems/actioncable-7.1.0/package.json",
    "var/www/vendor/symfony/ux-turbo/assets/package.json",
  ])("at %s is a part of what another package manager installed", (path) => {
    expect(factsOf(npmReader, path, { name: "x", version: "1.0.0" })).toBeUndefined();
  });

  test("that only marks a kind of module, or is a draft, says nothing", () => {
    expect(application({ type: "module" })).toBeUndefined();
    expect(application({ name: "app" })).toBeUndefined();
    expect(application("{{ name }}")).toBeUndefined();
  });
});

describe("npm's list of what it installed", () => {
  test("says which packages are only there to develop", () => {
    const packages = {
      "node_modules/a": { version: "1.0.0" },
      "node_modules/t": { version: "1.0.0", dev: true },
      "node_modules/t/node_modules/a": { version: "2.0.0", dev: true },
      "node_modules/o": { version: "1.0.0", devOptional: true },
      "node_modules/x": { dev: "yes" },
      "node_modules/../../etc": { dev: true },
      "packages/own": { dev: true },
    };
    expect(factsOf(npmReader, "app/node_modules/.package-lock.json", { lockfileVersion: 3, packages })).toEqual({
      developmentPaths: ["app/node_modules/t", "app/node_modules/t/node_modules/a"],
    });
  });

  test("at the root has paths without a leading slash", () => {
    const packages = { "node_modules/t": { dev: true } };
    expect(factsOf(npmReader, "node_modules/.package-lock.json", { packages })?.developmentPaths).toEqual([
      "node_modules/t",
    ]);
  });

  test("may say that none is, or nothing", () => {
    const none = { packages: { "node_modules/a": { version: "1.0.0" } } };
    expect(factsOf(npmReader, "node_modules/.package-lock.json", none)).toEqual({ developmentPaths: [] });
    expect(factsOf(npmReader, "node_modules/.package-lock.json", { lockfileVersion: 1 })).toBeUndefined();
  });

  test("is in node_modules, not elsewhere", () => {
    expect(isWanted(npmReader, "app/.package-lock.json")).toBe(false);
    expect(isWanted(npmReader, "app/package-lock.json")).toBe(false);
  });
});

test("the packages of this repository are those that npm says it installed, each at its place and in its version", () => {
  const root = fileURLToPath(new URL("../../../..", import.meta.url));
  const list: { packages: Record<string, { version?: string; link?: boolean; dev?: boolean; license?: string }> } =
    JSON.parse(readFileSync(join(root, "node_modules/.package-lock.json"), "utf8"));
  const expected = new Map<string, string>();
  const expectedDevelopment: string[] = [];
  for (const [path, { version, link, dev }] of Object.entries(list.packages)) {
    if (link || !path.startsWith("node_modules/") || version === undefined) continue;
    expected.set(path, version);
    if (dev) expectedDevelopment.push(path);
  }
  const found = new Map<string, string>();
  const licenses = new Map<string, string | undefined>();
  for (const path of manifestsBelow(root, "node_modules")) {
    const facts = factsOf(npmReader, path, readFileSync(join(root, path)));
    expect(facts?.problem, path).toBeUndefined();
    for (const { version, license, claims } of facts?.packages ?? []) {
      const [claim] = claims;
      if (claim?.kind !== "below") continue;
      found.set(claim.path, version);
      licenses.set(claim.path, license);
    }
  }
  expect(found.size).toBeGreaterThan(100);
  expect([...found].sort()).toEqual([...expected].sort());
  const facts = factsOf(
    npmReader,
    "node_modules/.package-lock.json",
    readFileSync(join(root, "node_modules/.package-lock.json")),
  );
  expect(facts?.developmentPaths ?? []).toEqual(expectedDevelopment);
  for (const [path, { license }] of Object.entries(list.packages)) {
    if (license !== undefined && found.has(path)) expect(licenses.get(path), path).toBe(license);
  }
});

/** Paths of the files named package.json, from the root; links are not followed. */
function* manifestsBelow(root: string, directory: string): Generator<string> {
  for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) yield* manifestsBelow(root, path);
    else if (entry.name === "package.json" && entry.isFile()) yield path;
  }
}

describe("pnpm's store, where it comes before the packages that are linked from it", () => {
  const left = JSON.stringify({ name: "left", version: "1.2.3", dependencies: { right: "1" } });
  const stored = (first: string): string => `root/.local/share/pnpm/store/v10/files/${first}/${"0a".repeat(63)}`;
  const modules = "usr/src/app/node_modules/.pnpm/left@1.2.3/node_modules";
  const layer = [
    file(stored("a1"), left),
    file(stored("b2"), "{ no manifest }"),
    file(stored("c3"), "module.exports = 1;"),
    hardlink(`${modules}/left/package.json`, stored("a1")),
    hardlink(`${modules}/left/index.js`, stored("c3")),
    hardlink(`${modules}/left/lib/package.json`, stored("a1")),
    hardlink("srv/node_modules/@side/left/package.json", stored("a1")),
  ];

  test.each(PACKINGS)("%s: each place in node_modules has a package, and bytes count once", async (packing) => {
    const check = async (image: ScannedImage): Promise<void> => {
      const { packages, unownedBytes } = (await inspectImage(analyse(image))).packages;
      const rows = packages.map(({ name, version, location, bytes, files }) => {
        return [pathText(image.tree, location), name, version, bytes, files];
      });
      expect(rows.sort()).toEqual([
        ["srv/node_modules/@side/left/package.json", "left", "1.2.3", left.length, 1],
        [`${modules}/left/package.json`, "left", "1.2.3", 19, 1],
      ]);
      expect(unownedBytes).toBe("{ no manifest }".length);
    };
    await withScan(pack([layer], packing), check, { inspector: CONTENT_INSPECTOR });
  });
});

test("no file makes it throw, or say what is no name", () => {
  expectSoundFacts(npmReader, {
    "app/node_modules/@a/b/package.json": JSON.stringify({
      name: "@a/b",
      version: "1.0.0",
      licenses: [{ type: "MIT" }],
      dependencies: { a: "1" },
      optionalDependencies: { b: "2" },
    }),
    "package.json": JSON.stringify({ name: "app", dependencies: { a: "1" }, devDependencies: { b: "1" } }),
    "app/node_modules/.package-lock.json": JSON.stringify({ packages: { "node_modules/a": { dev: true } } }),
  });
});
