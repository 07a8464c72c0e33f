/** What a Go program is made of, as its linker has written it down. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { has } from "../../../../test/cli/terminal.ts";
import { BytesInMemory } from "../../src/layer/file-inspector.ts";
import { readElf } from "../../src/packages/elf-sections.ts";
import { readGoPackages } from "../../src/packages/go.ts";
import type { PackageFacts } from "../../src/packages/package.ts";
import { AMD64, elf, LAYOUTS } from "./elf-builder.ts";
import { framed, goProgram, inlineSection, oldGoProgram } from "./go-builder.ts";

const LINES = [
  "path\texample.org/tool/cmd/tool",
  "mod\texample.org/tool\tv1.4.2\th1:sum=",
  "dep\tgithub.com/one/thing/v3\tv3.0.1\th1:sum=",
  "dep\tgopkg.in/yaml.v3\tv3.0.0",
  "=>\tgithub.com/fork/yaml\tv3.9.9\th1:sum=",
  "dep\texample.org/near\tv0.1.0",
  "=>\t./near\t(devel)\t",
  "build\t-compiler=gc",
  "build\tvcs.revision=dep",
];

function goPackages(bytes: Uint8Array): PackageFacts | undefined {
  const file = readElf(new BytesInMemory(bytes));
  return file && readGoPackages(file);
}

/** `namespace name version`, and what else there is to say. */
function shown(bytes: Uint8Array): string[] | undefined {
  return goPackages(bytes)?.packages?.map(({ type, namespace, name, version, isApplication, claims }) => {
    expect(type).toBe("golang");
    const rest = [isApplication && "application", ...claims.map(({ kind }) => kind)].filter(Boolean);
    return [namespace ?? "-", name, version || "-", ...rest].join(" ");
  });
}

const EXPECTED = [
  "example.org tool v1.4.2 application itself",
  "- stdlib 1.21.5",
  "github.com/one/thing v3 v3.0.1",
  "github.com/fork yaml v3.9.9",
  "example.org near v0.1.0",
];

describe.each(LAYOUTS)("64 bits: $is64, little endian: $isLittleEndian", (layout) => {
  test("texts in the section itself, as since Go 1.18", () => {
    expect(shown(goProgram(layout, "go1.21.5", LINES))).toEqual(EXPECTED);
  });

  test("texts by their addresses, as before", () => {
    expect(shown(oldGoProgram(layout, "go1.21.5", LINES))).toEqual(EXPECTED);
  });
});

test.each([
  ["go1.22.3 X:boringcrypto", "1.22.3"],
  ["go1.23rc1", "1.23rc1"],
  ["devel go1.24-0123abc Mon", "devel go1.24-0123abc Mon"],
])("the standard library of %s has version %s", (version, expected) => {
  expect(goPackages(goProgram(AMD64, version, []))?.packages).toEqual([
    { type: "golang", namespace: undefined, name: "stdlib", version: expected, claims: [] },
  ]);
});

test("a main module without a version keeps what Go calls that", () => {
  expect(shown(goProgram(AMD64, "go1.20", ["path\tx/y", "mod\tx/y\t(devel)\t"]))).toEqual([
    "x y (devel) application itself",
    "- stdlib 1.20",
  ]);
});

test("a program that was built without modules is known by its package", () => {
  expect(
    shown(goProgram(AMD64, "go1.19.8", ["path\tgithub.com/docker/docker/cmd/dockerd", "build\tGOOS=linux"])),
  ).toEqual(["github.com/docker/docker/cmd dockerd - application itself", "- stdlib 1.19.8"]);
});

test("a module without a version or a name is none", () => {
  const lines = ["mod\ta/b\tv1", "dep\tc/d\t", "dep\te/\tv1", "dep\t\tv1", "dep\tf\rg\tv1", "dep"];
  expect(shown(goProgram(AMD64, "go1.20", lines))).toEqual(["a b v1 application itself", "- stdlib 1.20"]);
});

test("a program that is none of Go's says nothing", () => {
  expect(goPackages(elf({ ...AMD64, sections: [] }))).toBeUndefined();
  const content = Buffer.alloc(64, "no build information");
  expect(goPackages(elf({ ...AMD64, sections: [{ name: ".go.buildinfo", content }] }))).toBeUndefined();
});

test("damaged build information is said to be so", () => {
  const { name, content } = inlineSection("go1.20", framed(LINES));
  const cut = elf({ ...AMD64, sections: [{ name, content: content.subarray(0, 36) }] });
  expect(goPackages(cut)).toEqual({ problem: "the build information of this Go program is damaged" });
});

test("twenty thousand modules are enough", () => {
  const lines = Array.from({ length: 20_001 }, (_, index) => `dep\ta/m${index}\tv1`);
  const facts = goPackages(goProgram(AMD64, "go1.20", lines));
  expect(facts?.packages).toHaveLength(20_001);
  expect(facts?.problem).toMatch(/more than 20000 modules/);
});

test("whatever is in the file, it throws nothing and names are names", () => {
  const originals = [
    goProgram(AMD64, "go1.20", LINES),
    ...LAYOUTS.map((layout) => oldGoProgram(layout, "go1.16", LINES)),
  ];
  const change = fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.constantFrom(0, 1, 9, 10, 0x7f, 0xff));
  fc.assert(
    fc.property(fc.constantFrom(...originals), fc.array(change, { maxLength: 8 }), (original, changes) => {
      const bytes = Buffer.from(original);
      for (const [where, value] of changes) bytes[Math.floor(where * bytes.length)] = value;
      for (const { name, version, isApplication } of goPackages(bytes)?.packages ?? []) {
        expect(name).toMatch(/^[^\r\n\0/]{1,1000}$/);
        expect(version).toMatch(isApplication ? /^[^\r\n\0]{0,1000}$/ : /^[^\r\n\0]{1,1000}$/);
      }
    }),
    { numRuns: 1000 },
  );
});

/** Go programs that may be installed, with their versions as their own build wrote them. */
const INSTALLED = ["skopeo", "podman", "dockerd", "ctr", "umoci"].filter(has);
test.skipIf(INSTALLED.length === 0)(
  `real programs${INSTALLED.length > 0 ? `: ${INSTALLED}` : " (skipped: none of skopeo, podman, dockerd, ctr, umoci)"}`,
  () => {
    for (const program of INSTALLED) {
      const path = execFileSync("sh", ["-c", 'command -v "$0"', program], { encoding: "utf8" }).trim();
      const bytes = readFileSync(path);
      const packages = goPackages(bytes)?.packages ?? [];
      expect(packages.find(({ isApplication }) => isApplication)?.claims, program).toEqual([{ kind: "itself" }]);
      // The version of Go is also a plain text among the constants of the program.
      const library = packages.find(({ name }) => name === "stdlib");
      expect(library?.version, program).toMatch(/^1\.\d+/);
      expect(bytes.includes(`go${library?.version}`), program).toBe(true);
      // So are the modules, each on a line of its own.
      const lines = bytes.toString("latin1").match(/\ndep\t[^\t\n]+\t[^\t\n]+/g) ?? [];
      expect(packages.filter(({ name, isApplication }) => name !== "stdlib" && !isApplication).length, program).toBe(
        new Set(lines).size,
      );
    }
  },
);

test.skipIf(!has("go") || INSTALLED.length === 0)(
  `the same as "go version -m"${has("go") ? "" : " (skipped: no go)"}`,
  () => {
    for (const program of INSTALLED) {
      const path = execFileSync("sh", ["-c", 'command -v "$0"', program], { encoding: "utf8" }).trim();
      const told = execFileSync("go", ["version", "-m", path], { encoding: "utf8" });
      const needed = [...told.matchAll(/^\tdep\t(\S+)\t(\S+)/gm)].map(([, name, version]) => `${name} ${version}`);
      const replaced = (told.match(/^\t=>/gm) ?? []).length;
      const packages = goPackages(readFileSync(path))?.packages?.slice(2) ?? [];
      const names = packages.map(
        ({ namespace, name, version }) => `${namespace ? `${namespace}/` : ""}${name} ${version}`,
      );
      expect(names.length).toBe(needed.length);
      expect(names.filter((name) => !needed.includes(name)).length).toBeLessThanOrEqual(replaced);
    }
  },
);
