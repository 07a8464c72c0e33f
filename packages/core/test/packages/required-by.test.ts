/** Why packages of npm are there, as Node finds modules. */
import { describe, expect, test } from "vitest";
import { file, type Member, symlink } from "../../../../fixtures/build/tar.ts";
import type { DeclaredPackage } from "../../src/packages/package.ts";
import { declares, inventoryOf, npm, type Said, type Taken } from "./take-inventory.ts";

/** Directories of packages, with what each needs. The last segment is the name, with the one before where that is a scope. */
async function modules(
  needs: Record<string, Partial<DeclaredPackage>>,
  more: Member[] = [],
  said: Said[number] = {},
): Promise<Taken> {
  const facts = Object.entries(needs).map(([directory, declared]) => {
    const [, scope, name] = /(?:(@[^/]*)\/)?([^/]*)$/.exec(directory) ?? [];
    return [
      `${directory}/package.json`,
      declares(npm(directory, name ?? "", { namespace: scope, ...declared })),
    ] as const;
  });
  return inventoryOf(
    [[...facts.map(([path]) => file(path, "{}")), ...more]],
    [{ ...Object.fromEntries(facts), ...said }],
  );
}

const application = (...requires: string[]): Partial<DeclaredPackage> => ({ isApplication: true, requires });
const needing = (...requires: string[]): Partial<DeclaredPackage> => ({ requires });

/** By name: the chain of those that need it. */
function chains({ inventory }: Taken): Record<string, string | undefined> {
  return Object.fromEntries(
    inventory.packages.map(({ namespace, name, version, requiredBy }) => [
      `${namespace ? `${namespace}/` : ""}${name}${version === "1" ? "" : ` ${version}`}`,
      requiredBy?.join(" > "),
    ]),
  );
}

const inDevelopment = ({ inventory }: Taken): string[] =>
  inventory.packages.filter((one) => one.isDevelopment === true).map(({ name }) => name);

describe("who needs a package", () => {
  test("is told from the application down, by a shortest way", async () => {
    const image = await modules({
      app: application("a", "c"),
      "app/node_modules/a": needing("b"),
      "app/node_modules/b": needing("@s/d"),
      "app/node_modules/c": needing("@s/d"),
      "app/node_modules/@s/d": needing("e"),
      "app/node_modules/e": {},
    });
    expect(chains(image)).toEqual({
      app: undefined,
      a: "app",
      b: "app > a",
      c: "app",
      "@s/d": "app > c",
      e: "app > c > @s/d",
    });
  });

  test("is found in the closest node_modules", async () => {
    const image = await modules({
      app: application("a", "b"),
      "app/node_modules/a": needing("b"),
      "app/node_modules/a/node_modules/b": { version: "2", requires: ["c"] },
      "app/node_modules/b": {},
      "node_modules/c": {},
    });
    expect(chains(image)).toEqual({ app: undefined, a: "app", b: "app", "b 2": "app > a", c: "app > a > b" });
  });

  test("is found over the links that pnpm lays", async () => {
    const store = "app/node_modules/.pnpm";
    const image = await modules(
      {
        app: application("a"),
        [`${store}/a@1/node_modules/a`]: needing("b"),
        [`${store}/b@1/node_modules/b`]: {},
      },
      [
        symlink("app/node_modules/a", ".pnpm/a@1/node_modules/a"),
        symlink(`${store}/a@1/node_modules/b`, "../../b@1/node_modules/b"),
      ],
    );
    expect(chains(image)).toEqual({ app: undefined, a: "app", b: "app > a" });
  });

  test("is told from a package that nobody needs, where there is no application", async () => {
    const image = await modules({
      "usr/lib/node_modules/npm": needing("semver"),
      "usr/lib/node_modules/npm/node_modules/semver": needing("lru-cache"),
      "usr/lib/node_modules/npm/node_modules/lru-cache": {},
    });
    expect(chains(image)).toEqual({ npm: undefined, semver: "npm", "lru-cache": "npm > semver" });
  });

  test("is told of packages that need each other in circles, and of one that needs itself", async () => {
    const image = await modules({
      "node_modules/a": needing("b"),
      "node_modules/b": needing("a", "c"),
      "node_modules/c": needing("c"),
    });
    expect(chains(image)).toEqual({ a: undefined, b: "a", c: "a > b" });
  });

  test("is not told by a chain beyond measure", async () => {
    const count = 3000;
    const image = await modules(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`node_modules/p${index}`, needing(`p${index + 1}`)] as const),
      ),
    );
    const found = chains(image);
    expect([found.p0, found.p2, found.p51]).toEqual([undefined, "p0 > p1", undefined]);
    expect(found.p50?.split(" > ").length).toBe(50);
  });

  test("is nobody where names lead nowhere", async () => {
    const hostile = ["", "..", "../a", "a/../a", "/a", "a/b/c", "@s", "node_modules/a", "\0", "x".repeat(9000)];
    const image = await modules({ app: application(...hostile), "app/node_modules/a": {} });
    expect(chains(image)).toEqual({ app: undefined, a: undefined });
  });

  test("goes round no links that lead in circles", async () => {
    const image = await modules({ app: application("a") }, [
      symlink("app/node_modules/a", "b"),
      symlink("app/node_modules/b", "a"),
      symlink("node_modules", "node_modules"),
    ]);
    expect(chains(image)).toEqual({ app: undefined });
  });
});

describe("only needed to develop", () => {
  const needs = {
    app: { ...application("a"), developmentRequires: ["d", "both"] },
    "app/node_modules/a": needing("both"),
    "app/node_modules/both": {},
    "app/node_modules/d": needing("e", "a"),
    "app/node_modules/e": {},
    "app/node_modules/unknown": {},
  };

  test("is what the application needs for nothing else", async () => {
    const image = await modules(needs);
    expect(inDevelopment(image)).toEqual(["d", "e"]);
    expect(chains(image)).toMatchObject({ d: "app", e: "app > d" });
  });

  test("is what the lock file says, for what is beside it", async () => {
    const lock = "app/node_modules/.package-lock.json";
    const image = await modules(
      { ...needs, tool: { isApplication: true, developmentRequires: ["f"] }, "tool/node_modules/f": {} },
      [file(lock, "{}")],
      {
        [lock]: {
          packages: { developmentPaths: ["app/node_modules/unknown", "app/../..", "no/where", "x".repeat(9000)] },
        },
      },
    );
    expect(inDevelopment(image)).toEqual(["f", "unknown"]);
  });

  test("is what the declaring file says", async () => {
    expect(inDevelopment(await modules({ "node_modules/a": { isDevelopment: true } }))).toEqual(["a"]);
  });
});
