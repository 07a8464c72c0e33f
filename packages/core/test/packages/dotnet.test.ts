import { describe, expect, test } from "vitest";
import { dotnetReader } from "../../src/packages/dotnet.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectSoundFacts } from "./hostile-files.ts";

const PUBLISHED = {
  runtimeTarget: { name: ".NETCoreApp,Version=v8.0/linux-x64", signature: "" },
  targets: {
    ".NETCoreApp,Version=v8.0": {},
    ".NETCoreApp,Version=v8.0/linux-x64": {
      "Shop/1.0.0": { dependencies: { Humanizer: "2.14.1", "Shop.Core": "1.0.0" }, runtime: { "Shop.dll": {} } },
      "Shop.Core/1.0.0": { runtime: { "Shop.Core.dll": {} } },
      "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {
        runtime: { "System.Runtime.dll": {} },
        native: { "libcoreclr.so": {} },
      },
      "Humanizer/2.14.1": {
        dependencies: { "System.Text.Json": "8.0.0" },
        runtime: { "lib/net6.0/Humanizer.dll": { assemblyVersion: "2.14.0.0" } },
        resources: { "lib/net6.0/de/Humanizer.resources.dll": { locale: "de" } },
      },
      "SQLite.Native/2.1.6": {
        native: { "runtimes/linux-x64/native/libe_sqlite3.so": {} },
        runtimeTargets: { "runtimes/win-x64/native/e_sqlite3.dll": { rid: "win-x64", assetType: "native" } },
      },
      "NETStandard.Library/2.0.3": { runtime: { "lib/netstandard2.0/_._": {} } },
    },
  },
  libraries: {
    "Shop/1.0.0": { type: "project" },
    "Shop.Core/1.0.0": { type: "project" },
    "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { type: "runtimepack" },
    "Humanizer/2.14.1": { type: "package", sha512: "x" },
    "SQLite.Native/2.1.6": { type: "package" },
    "NETStandard.Library/2.0.3": { type: "package" },
    "Some.Reference/1.0.0": { type: "reference" },
  },
};

const SHARED = "usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1";
const FRAMEWORK = {
  runtimeTarget: { name: ".NETCoreApp,Version=v8.0/linux-x64" },
  targets: {
    ".NETCoreApp,Version=v8.0/linux-x64": {
      "Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { runtime: { "System.dll": {} } },
    },
  },
  libraries: { "Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { type: "package" } },
};

describe("a published program", () => {
  const packages = factsOf(dotnetReader, "app/Shop.deps.json", PUBLISHED)?.packages ?? [];
  const named = (name: string) => packages.find((each) => each.name === name);

  test("has packages, applications, and no mere references", () => {
    expect(
      packages.map(({ type, name, version, isApplication }) => [type, name, version, isApplication ?? false]),
    ).toEqual([
      ["nuget", "Shop", "1.0.0", true],
      ["nuget", "Shop.Core", "1.0.0", true],
      ["nuget", "Microsoft.NETCore.App.Runtime.linux-x64", "8.0.1", false],
      ["nuget", "Humanizer", "2.14.1", false],
      ["nuget", "SQLite.Native", "2.1.6", false],
      ["nuget", "NETStandard.Library", "2.0.3", false],
    ]);
  });

  test("has the files of its packages beside it, by language and by platform", () => {
    expect(named("Humanizer")?.claims).toEqual([
      { kind: "files", paths: ["app/Humanizer.dll", "app/de/Humanizer.resources.dll"] },
    ]);
    expect(named("SQLite.Native")?.claims).toEqual([
      { kind: "files", paths: ["app/libe_sqlite3.so", "app/runtimes/win-x64/native/e_sqlite3.dll"] },
    ]);
    expect(named("Microsoft.NETCore.App.Runtime.linux-x64")?.claims).toEqual([
      { kind: "files", paths: ["app/System.Runtime.dll", "app/libcoreclr.so"] },
    ]);
  });

  test("claims nothing for itself, nor for a package without files", () => {
    expect(named("Shop")?.claims).toEqual([]);
    expect(named("NETStandard.Library")?.claims).toEqual([]);
  });

  test("says who needs what", () => {
    expect(named("Shop")?.requires).toEqual(["Humanizer", "Shop.Core"]);
    expect(named("Humanizer")?.requires).toEqual(["System.Text.Json"]);
  });

  test("at the root has paths without a leading slash", () => {
    const facts = factsOf(dotnetReader, "Shop.deps.json", PUBLISHED);
    expect(facts?.packages?.[3]?.claims).toEqual([
      { kind: "files", paths: ["Humanizer.dll", "de/Humanizer.resources.dll"] },
    ]);
  });

  test("claims nothing outside of its directory", () => {
    const targets = {
      any: {
        "Evil/1.0.0": {
          runtime: { "/": {}, "..": {}, "a/..": {} },
          runtimeTargets: { "../../etc/passwd": {}, "/etc/shadow": {}, "ok/x.dll": {} },
        },
      },
    };
    const facts = factsOf(dotnetReader, "app/a.deps.json", {
      targets,
      libraries: { "Evil/1.0.0": { type: "package" } },
    });
    expect(facts?.packages?.[0]?.claims).toEqual([{ kind: "files", paths: ["app/ok/x.dll"] }]);
  });
});

describe("a framework that programs share", () => {
  test("owns its directory", () => {
    expect(factsOf(dotnetReader, `${SHARED}/Microsoft.NETCore.App.deps.json`, FRAMEWORK)?.packages).toEqual([
      {
        type: "nuget",
        name: "Microsoft.NETCore.App.Runtime.linux-x64",
        version: "8.0.1",
        claims: [{ kind: "below", path: SHARED }],
      },
    ]);
  });

  test("does not where the file is that of another", () => {
    expect(factsOf(dotnetReader, `${SHARED}/Other.deps.json`, FRAMEWORK)?.packages?.[0]?.claims).toEqual([
      { kind: "files", paths: [`${SHARED}/System.dll`] },
    ]);
  });
});

test("names and versions come from sound identities only", () => {
  const libraries = { "A/": { type: "package" }, "/1": { type: "package" }, A: { type: "package" }, "B/1": "package" };
  expect(factsOf(dotnetReader, "a.deps.json", { libraries })).toBeUndefined();
});

test("only files that end so are wanted", () => {
  expect(isWanted(dotnetReader, "app/Shop.deps.json")).toBe(true);
  expect(isWanted(dotnetReader, "app/Shop.runtimeconfig.json")).toBe(false);
});

test("a file that is not JSON is a problem", () => {
  expect(factsOf(dotnetReader, "app/a.deps.json", "{")).toEqual({ problem: "a .deps.json is not JSON" });
});

test("no file makes it throw, or say what is no name", () => {
  expectSoundFacts(dotnetReader, {
    "app/Shop.deps.json": JSON.stringify(PUBLISHED),
    [`${SHARED}/Microsoft.NETCore.App.deps.json`]: JSON.stringify(FRAMEWORK),
  });
});
