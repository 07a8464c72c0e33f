import { describe, expect, test } from "vitest";
import { composerReader } from "../../src/packages/composer.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectSoundFacts } from "./hostile-files.ts";

const LIST = "var/www/vendor/composer/installed.json";

const MONOLOG = {
  name: "monolog/monolog",
  version: "3.5.0",
  version_normalized: "3.5.0.0",
  require: { php: ">=8.1", "ext-json": "*", "psr/log": "^2.0 || ^3.0" },
  license: ["MIT"],
  "install-path": "../monolog/monolog",
};

const TEST_TOOL = {
  name: "phpunit/phpunit",
  version: "10.5.1",
  license: ["BSD-3-Clause", "MIT"],
  "install-path": "../phpunit/phpunit",
};

describe("what Composer 2 installed", () => {
  test("is listed with names, versions, licenses and needs", () => {
    const list = { packages: [MONOLOG, TEST_TOOL], dev: true, "dev-package-names": ["phpunit/phpunit"] };
    expect(factsOf(composerReader, LIST, list)).toEqual({
      packages: [
        {
          type: "composer",
          namespace: "monolog",
          name: "monolog",
          version: "3.5.0",
          license: "MIT",
          requires: ["psr/log"],
          claims: [{ kind: "below", path: "var/www/vendor/monolog/monolog" }],
        },
        {
          type: "composer",
          namespace: "phpunit",
          name: "phpunit",
          version: "10.5.1",
          license: "BSD-3-Clause OR MIT",
          isDevelopment: true,
          claims: [{ kind: "below", path: "var/www/vendor/phpunit/phpunit" }],
        },
      ],
    });
  });

  test.each([
    ["../../web/core", [{ kind: "below", path: "var/www/web/core" }]],
    ["/opt/theme/", [{ kind: "below", path: "opt/theme" }]],
    // Nothing is installed of a package that only names others.
    [null, []],
    // The root, what is above it, and what has the vendor directory in it.
    ["/", []],
    ["../../../../../..", []],
    ["../..", []],
    ["..", []],
    [".", []],
  ])("into %j owns %j", (path, claims) => {
    const list = { packages: [{ ...MONOLOG, "install-path": path }] };
    expect(factsOf(composerReader, LIST, list)?.packages?.[0]?.claims).toEqual(claims);
  });
});

test("what Composer 1 installed is below the directory of its vendor", () => {
  const { "install-path": _, ...monolog } = MONOLOG;
  expect(factsOf(composerReader, LIST, [monolog])?.packages).toMatchObject([
    { name: "monolog", claims: [{ kind: "below", path: "var/www/vendor/monolog/monolog" }] },
  ]);
});

test("what has no vendor or no version is no package", () => {
  const list = [{ name: "monolog", version: "1" }, { name: "a/b" }, { name: "/b", version: "1" }, "a/b", null];
  expect(factsOf(composerReader, LIST, list)).toBeUndefined();
});

test("the list may be anywhere in a directory called composer, and nowhere else", () => {
  expect(isWanted(composerReader, "vendor/composer/installed.json")).toBe(true);
  expect(isWanted(composerReader, "app/libraries/composer/installed.json")).toBe(true);
  expect(isWanted(composerReader, "app/installed.json")).toBe(false);
  expect(isWanted(composerReader, "app/vendor/composer/installed.php")).toBe(false);
});

test("a list that is not JSON is a problem", () => {
  expect(factsOf(composerReader, LIST, "[")).toEqual({ problem: "a list of what Composer installed is not JSON" });
});

test("no file makes it throw, or say what is no name", () => {
  expectSoundFacts(composerReader, {
    [LIST]: JSON.stringify({ packages: [MONOLOG, TEST_TOOL], "dev-package-names": ["phpunit/phpunit"] }),
    "vendor/composer/installed.json": JSON.stringify([MONOLOG]),
  });
});
