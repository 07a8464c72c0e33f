/** Images that Docker has built on a Debian that Debian's tools have made: what is said of them, measured in other ways. */
import { mkdirSync } from "node:fs";
import type { InstalledPackage } from "@layerscope/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cycloneDxProblems } from "../../packages/core/test/report/sbom/cyclone-dx-schema.ts";
import { spdxProblems } from "../../packages/core/test/report/sbom/spdx-rules.ts";
import { layerscope } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { BASE, type Debian, dockerRun, startDebian } from "./debian-base.ts";
import { findingText, type LookedInto, lookInto, rulesOf } from "./look-into.ts";
import {
  APPLICATION,
  ARCHIVE,
  ASSETS,
  BUILD_FILES,
  buildImages,
  CACHED,
  COVERAGE,
  DESKTOP,
  EDITOR,
  ENVIRONMENT,
  KEY,
  LOCAL_MODULES,
  LOCK,
  LOG,
  NODE_BASE,
  PACKAGES,
  REPOSITORY,
  sizeOf,
} from "./node-application.ts";
import { run } from "./programs.ts";
import { type DebianPackage, dpkgPackages, measure } from "./second-opinion.ts";

const started = await startDebian();
const why = typeof started === "string" ? ` (skipped: ${started})` : "";
const { docker, root } = started as Debian;

const present = ({ inspection }: LookedInto): InstalledPackage[] =>
  inspection.packages.packages.filter(({ type, removedIn }) => type === "deb" && removedIn === undefined);

const find = ({ inspection }: LookedInto, name: string): InstalledPackage | undefined =>
  inspection.packages.packages.find((one) => one.type === "deb" && one.name === name);

const identity = ({ name, version, architecture = "" }: InstalledPackage): DebianPackage => ({
  name,
  version,
  architecture,
});

const byName = (one: DebianPackage, other: DebianPackage): number => (one.name < other.name ? -1 : 1);

/** What is in a package URL. */
function parsePackageUrl(url: string): DebianPackage {
  const [, name = "", version = "", architecture = ""] =
    /^pkg:deb\/debian\/([^@]+)@([^?]+)\?arch=([^&]+)/.exec(url) ?? [];
  return { name: decodeURIComponent(name), version: decodeURIComponent(version), architecture };
}

describe.skipIf(why)(`images on a Debian${why}`, () => {
  let base: LookedInto;
  let bad: LookedInto;
  let good: LookedInto;
  let plain: LookedInto;
  let changed: LookedInto;
  /** The container of `changed`, unpacked. */
  const changedRoot = temporaryPath("changed-root");

  beforeAll(async () => {
    await buildImages(docker);
    base = await lookInto(docker, BASE);
    const nodeBase = await lookInto(docker, NODE_BASE);
    bad = await lookInto(docker, "bad", nodeBase);
    good = await lookInto(docker, "good", nodeBase);
    plain = await lookInto(docker, "plain", base);
    changed = await lookInto(docker, "changed", bad);
    const container = temporaryPath("container.tar");
    const id = (await dockerRun(docker, "create", "changed")).trim();
    await dockerRun(docker, "export", "--output", container, id);
    mkdirSync(changedRoot);
    await run("tar", ["-xf", container, "-C", changedRoot]);
  }, 300_000);
  afterAll(() => docker.stop());

  describe("packages of the distribution", () => {
    test("are those that dpkg knows, in the same versions", async () => {
      expect(present(base).map(identity).sort(byName)).toEqual(await dpkgPackages(root));
      expect(present(changed).map(identity).sort(byName)).toEqual(await dpkgPackages(changedRoot));
    });

    test("own what dpkg lists for them, to the byte, and nobody owns the rest", async () => {
      const { byPackage, total } = await measure(root);
      expect(new Map(present(base).map(({ name, bytes }) => [name, bytes]))).toEqual(byPackage);
      const owned = [...byPackage.values()].reduce((sum, bytes) => sum + bytes, 0);
      expect(owned).toBeGreaterThan(50_000_000);
      expect(owned + base.inspection.packages.unownedBytes).toBe(total);
      expect(base.analysis.accounts.finalBytes).toBe(total);
      // Layers above change nothing of this.
      const sizes = await measure(changedRoot);
      expect(new Map(present(changed).map(({ name, bytes }) => [name, bytes]))).toEqual(sizes.byPackage);
    });

    test("came and went with the layers that the Dockerfile says", () => {
      const layers = ({ installedIn, removedIn }: Partial<InstalledPackage> = {}) => [installedIn, removedIn];
      expect(new Set(present(base).map(({ installedIn }) => installedIn))).toEqual(new Set([0]));
      expect(layers(find(changed, "dpkg"))).toEqual([0, undefined]);
      expect(layers(find(changed, "tini"))).toEqual([4, undefined]);
      expect(layers(find(changed, "make"))).toEqual([12, undefined]);
      expect(layers(find(changed, "media-types"))).toEqual([4, 13]);
      expect(find(changed, "media-types")?.bytes).toBe(0);
      expect(layers(find(bad, "media-types"))).toEqual([4, undefined]);
    });

    test("are what bills of materials list, and nothing else is", async () => {
      const [cycloneDx, spdx] = await Promise.all(
        ["cyclonedx", "spdx"].map((format) => layerscope(["packages", base.path, "--format", format])),
      );
      expect([cycloneDx?.code, cycloneDx?.stderr, spdx?.code, spdx?.stderr]).toEqual([0, "", 0, ""]);
      const components = JSON.parse(cycloneDx?.stdout ?? "");
      const document = JSON.parse(spdx?.stdout ?? "");
      expect(cycloneDxProblems(components)).toEqual([]);
      expect(spdxProblems(document)).toEqual([]);
      const expected = await dpkgPackages(root);
      const listed = components.components.filter(({ type }: { type: string }) => type !== "operating-system");
      expect(listed.map(({ purl }: { purl: string }) => parsePackageUrl(purl)).sort(byName)).toEqual(expected);
      expect(listed.map(({ name, version }: DebianPackage) => `${name} ${version}`).sort()).toEqual(
        expected.map(({ name, version }) => `${name} ${version}`).sort(),
      );
    });
  });

  describe("a badly built image", () => {
    test("has what is said of it, in the layers and with the bytes that its Dockerfile tells", () => {
      const installed = sizeOf(...Object.values(PACKAGES), { LOCK });
      const chowned = [APPLICATION, REPOSITORY, BUILD_FILES(), ENVIRONMENT, EDITOR, DESKTOP, COVERAGE, LOG];
      const { findings } = bad.advice;
      const own = findings.filter(({ scope, rule }) => scope === "own" && !rule.id.startsWith("apt-"));
      expect(
        own
          .map(findingText)
          .filter((text) => !text.includes("package-manager"))
          .sort(),
      ).toEqual(
        [
          `own secret-in-file 6,11 0`,
          `own secret-in-file 6,9 0`,
          `own secret-in-file 9,10 0`,
          `own copied-version-control 6,11 ${sizeOf(REPOSITORY)}`,
          `own copied-environment-files 6,11 ${sizeOf(ENVIRONMENT)}`,
          `own copied-editor-files 6,11 ${sizeOf(EDITOR)}`,
          `own copied-desktop-files 6,11 ${sizeOf(DESKTOP)}`,
          `own copied-coverage 6,11 ${sizeOf(COVERAGE)}`,
          `own copied-logs 6,11 ${sizeOf(LOG)}`,
          `own copied-build-files 6,11 ${sizeOf(BUILD_FILES())}`,
          `own rewritten-by-touch 6,7 ${sizeOf(LOCAL_MODULES)}`,
          `own rewritten-by-chown 6,11 ${sizeOf(...chowned)}`,
          `own rewritten-by-chown 7,11 ${installed}`,
          `own rewritten-by-chown 8,11 ${sizeOf(ASSETS)}`,
          `own added-then-removed 6,8 ${sizeOf(ARCHIVE)}`,
          `own added-then-removed 6,9 ${sizeOf({ KEY })}`,
          `own removed-later 9,10 ${sizeOf({ KEY })}`,
          `own npm-cache 7 ${sizeOf(CACHED)}`,
          `own dev-dependencies 7,11 ${sizeOf(PACKAGES.bundler)}`,
          `own copy-before-install 6,7 0`,
          `own runs-as-root  0`,
          `own shell-form  0`,
          `own no-healthcheck  0`,
        ].sort(),
      );
    });

    test("has what apt leaves, as find sees it", async () => {
      const { findings } = bad.advice;
      const bytesOf = (id: string) =>
        findings
          .filter(({ rule, scope }) => rule.id === id && scope === "own")
          .map(({ layers, bytes }) => [layers, bytes]);
      const files = (path: string) => filesIn("bad", path);
      expect(bytesOf("apt-lists")).toEqual([[[3], await files("/var/lib/apt/lists")]]);
      expect(bytesOf("apt-update-alone")).toEqual([[[3], 0]]);
      const archives = bytesOf("apt-archives");
      expect(archives.map(([layers]) => layers).sort()).toEqual([[3], [4]]);
      expect(archives.reduce((sum, [, bytes]) => sum + Number(bytes), 0)).toBe(await files("/var/cache/apt"));
      expect(bytesOf("rewritten-by-package-manager")).toMatchObject([[[3, 4], expect.any(Number)]]);
    });

    test("would store without all that just what the well-built one stores", () => {
      const { accounts } = bad.analysis;
      expect(accounts.storedBytes - bad.advice.savedBytes.own).toBe(good.analysis.accounts.storedBytes);
      expect(bad.advice.savedBytes.own).toBeGreaterThan(100_000_000);
    });

    test("has two secrets, one of them removed by later layers", () => {
      const found = bad.inspection.secrets.map(({ place, ...secret }) => [
        secret.kind,
        place.kind === "file" && place.layer,
        place.kind === "file" && place.hiddenBy,
      ]);
      expect(found).toEqual([
        ["secret-value", 6, 11],
        ["private-key", 6, 9],
        ["private-key", 9, 10],
        ["secret-value", 11, undefined],
      ]);
      const text = JSON.stringify(bad.inspection.secrets);
      expect(text).not.toContain(KEY.split("\n")[1]);
    });

    test("is told which lines keep out what was copied", () => {
      const snippets = bad.advice.findings.map(({ snippet = "" }) => snippet);
      const ignored = snippets.filter((snippet) => snippet.startsWith("# .dockerignore"));
      const lines = ignored.flatMap((snippet) => snippet.split("\n").filter((line) => /^[*!]/.test(line)));
      expect([...new Set(lines)].sort()).toEqual([
        "**/*.log",
        "**/.DS_Store",
        "**/.env",
        "**/.git",
        "**/.gitignore",
        "**/.vscode",
        "**/Dockerfile",
        "**/lcov.info",
        "**/node_modules",
        "**/npm-debug.log*",
      ]);
    });
  });

  // What a reviewer would sign, and nothing else.
  describe("nothing is said without need of", () => {
    /** Debian's packages bring them; the -slim variant of its image is without. */
    const OF_DEBIAN = ["documentation", "locales", "man-pages"];
    /** Another base image with less: nothing is counted. */
    const HINT = "large-base";

    test("a plain Debian", () => {
      // dpkg and debconf keep what they had before; in an image nobody goes back.
      expect(rulesOf(base.advice, "own")).toEqual(["documentation", "dpkg-backups", "locales", "man-pages"]);
      expect(rulesOf(base.advice, "base")).toEqual([]);
      expect(base.inspection.secrets).toEqual([]);
    });

    test("a plain Debian with a layer on top", () => {
      expect(rulesOf(plain.advice, "own")).toEqual([HINT]);
      expect(rulesOf(plain.advice, "base")).toEqual(OF_DEBIAN);
      expect(plain.advice.savedBytes.own).toBe(0);
      expect(plain.inspection.secrets).toEqual([]);
    });

    test("a well-built image", () => {
      expect(rulesOf(good.advice, "own")).toEqual([HINT]);
      // The database of dpkg that came with the base is there once more, since there are more packages.
      expect(rulesOf(good.advice, "base")).toEqual([...OF_DEBIAN, "rewritten-by-package-manager"]);
      expect(good.advice.savedBytes.own).toBe(0);
      expect(good.inspection.secrets).toEqual([]);
    });
  });

  test("tools that only build are told with the package and the layer", () => {
    const finding = changed.advice.findings.find(({ rule }) => rule.id === "compilers-and-build-tools");
    expect(finding).toMatchObject({ scope: "own", layers: [12], bytes: find(changed, "make")?.bytes });
    expect(finding?.what).toContain("make");
  });

  /** Sizes of the files below a directory of a container of an image. */
  async function filesIn(image: string, path: string): Promise<number> {
    const command = ["find", path, "-type", "f", "-printf", "%s\\n"];
    const sizes = await dockerRun(docker, "run", "--rm", "--network=none", image, ...command);
    return sizes.split("\n").reduce((sum, size) => sum + Number(size), 0);
  }
});
