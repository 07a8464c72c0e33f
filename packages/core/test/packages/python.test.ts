import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DeclaredPackage } from "../../src/packages/package.ts";
import { pythonReader } from "../../src/packages/python.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectSoundFacts } from "./hostile-files.ts";

const SITE = "usr/local/lib/python3.12/site-packages";

const METADATA = `Metadata-Version: 2.1
Name: requests
Version: 2.31.0
License: Apache 2.0
Classifier: License :: OSI Approved :: Apache Software License
Requires-Dist: charset-normalizer (<4,>=2)
Requires-Dist: idna<4,>=2.5
Requires-Dist: zope.interface[test] >=5 ; python_version < "3.8"
Requires-Dist: PySocks !=1.5.7,>=1.5.6 ; extra == 'socks'

Name: not this one
Version: 0

Says what it is.
`;

const RECORD = `../../../bin/requests,sha256=abc,220
requests-2.31.0.dist-info/METADATA,sha256=abc,4634
requests-2.31.0.dist-info/RECORD,,
requests/__init__.py,sha256=abc,4963
requests/__pycache__/__init__.cpython-312.pyc,,
requests/deep/a.py,sha256=abc,1
"requests/odd, ""name"".txt",sha256=abc,1
/etc/requests.conf,sha256=abc,1
single.py,sha256=abc,1
../../../../../../above,sha256=abc,1
`;

const inSite = (metadata: string): DeclaredPackage | undefined =>
  factsOf(pythonReader, `${SITE}/x.dist-info/METADATA`, metadata)?.packages?.[0];

describe("METADATA of an installed wheel", () => {
  test("says what it is and needs, without what an extra needs, and reads no description", () => {
    expect(factsOf(pythonReader, `${SITE}/requests-2.31.0.dist-info/METADATA`, METADATA)).toEqual({
      packages: [
        {
          type: "pypi",
          name: "requests",
          version: "2.31.0",
          license: "Apache 2.0",
          requires: ["charset-normalizer", "idna", "zope.interface"],
          claims: [{ kind: "below", path: `${SITE}/requests-2.31.0.dist-info` }],
        },
      ],
    });
  });

  test("may have line ends of Windows", () => {
    expect(inSite(METADATA.replaceAll("\n", "\r\n"))).toMatchObject({ name: "requests", version: "2.31.0" });
  });

  test.each([
    ["License-Expression: MIT OR Apache-2.0\nLicense: other", "MIT OR Apache-2.0"],
    ["License: BSD-3-Clause", "BSD-3-Clause"],
    ["License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License", "MIT License"],
    [
      "License: Permission is hereby granted\n        to anybody\nClassifier: License :: OSI Approved :: MIT License",
      "MIT License",
    ],
    [`License: ${"x".repeat(300)}\nClassifier: License :: Public Domain`, "Public Domain"],
    ["Classifier: License :: OSI Approved\nClassifier: Topic :: Software Development", undefined],
    ["Keywords: none", undefined],
  ])("with %j has the license %s", (headers, license) => {
    expect(inSite(`Name: x\nVersion: 1\n${headers}\n`)?.license).toBe(license);
  });

  test("without name or version declares nothing", () => {
    expect(inSite("Name: x\n")).toBeUndefined();
    expect(inSite("Version: 1\n")).toBeUndefined();
    expect(inSite(`Name: ${"x".repeat(1001)}\nVersion: 1\n`)).toBeUndefined();
  });

  test("is in a directory of its kind only", () => {
    expect(isWanted(pythonReader, `${SITE}/requests/METADATA`)).toBe(false);
    expect(isWanted(pythonReader, "METADATA")).toBe(false);
  });
});

test("RECORD claims its files for the package beside it, and what Python compiles in its directories", () => {
  expect(factsOf(pythonReader, `${SITE}/requests-2.31.0.dist-info/RECORD`, RECORD)).toEqual({
    claimsFor: {
      declaredBy: `${SITE}/requests-2.31.0.dist-info/METADATA`,
      claims: [
        {
          kind: "files",
          paths: [
            "usr/local/bin/requests",
            `${SITE}/requests-2.31.0.dist-info/METADATA`,
            `${SITE}/requests-2.31.0.dist-info/RECORD`,
            `${SITE}/requests/__init__.py`,
            `${SITE}/requests/__pycache__/__init__.cpython-312.pyc`,
            `${SITE}/requests/deep/a.py`,
            `${SITE}/requests/odd, "name".txt`,
            "etc/requests.conf",
            `${SITE}/single.py`,
          ],
        },
        { kind: "below", path: `${SITE}/requests/__pycache__` },
        { kind: "below", path: `${SITE}/requests/deep/__pycache__` },
      ],
    },
  });
});

describe("an egg", () => {
  const info = "Metadata-Version: 1.1\nName: old\nVersion: 0.1\nLicense: MIT\n";

  test("has a directory with PKG-INFO", () => {
    expect(factsOf(pythonReader, `${SITE}/old-0.1-py3.12.egg-info/PKG-INFO`, info)?.packages).toMatchObject([
      { name: "old", version: "0.1", claims: [{ kind: "below", path: `${SITE}/old-0.1-py3.12.egg-info` }] },
    ]);
  });

  test("of distutils is one file", () => {
    expect(factsOf(pythonReader, `${SITE}/old-0.1.egg-info`, info)?.packages).toMatchObject([
      { name: "old", version: "0.1", claims: [{ kind: "itself" }] },
    ]);
  });

  test("of easy_install has all in one directory", () => {
    expect(factsOf(pythonReader, `${SITE}/old-0.1-py3.12.egg/EGG-INFO/PKG-INFO`, info)?.packages).toMatchObject([
      { name: "old", claims: [{ kind: "below", path: `${SITE}/old-0.1-py3.12.egg` }] },
    ]);
  });

  test("may list its files", () => {
    expect(factsOf(pythonReader, `${SITE}/old.egg-info/installed-files.txt`, "../old/a.py\nPKG-INFO\n")).toEqual({
      claimsFor: {
        declaredBy: `${SITE}/old.egg-info/PKG-INFO`,
        claims: [
          { kind: "files", paths: [`${SITE}/old/a.py`, `${SITE}/old.egg-info/PKG-INFO`] },
          { kind: "below", path: `${SITE}/old/__pycache__` },
        ],
      },
    });
  });

  test("names the modules that it has at the top", () => {
    expect(factsOf(pythonReader, `${SITE}/old.egg-info/top_level.txt`, "old\n_old\n../etc\n.\n\n")).toEqual({
      claimsFor: {
        declaredBy: `${SITE}/old.egg-info/PKG-INFO`,
        claims: [
          { kind: "below", path: `${SITE}/old` },
          { kind: "below", path: `${SITE}/_old` },
          { kind: "files", paths: [`${SITE}/old.py`, `${SITE}/_old.py`] },
        ],
      },
    });
  });

  test("where it is worked on claims nothing beside it", () => {
    expect(factsOf(pythonReader, "app/old.egg-info/top_level.txt", "old\n")).toBeUndefined();
    expect(factsOf(pythonReader, "app/old.egg-info/PKG-INFO", info)?.packages).toMatchObject([
      { claims: [{ kind: "below", path: "app/old.egg-info" }] },
    ]);
  });

  test("is not what a source archive has at its top", () => {
    expect(isWanted(pythonReader, "src/old-0.1/PKG-INFO")).toBe(false);
  });
});

test("a list of files without end is a problem", () => {
  const large = Buffer.alloc((16 << 20) + 1, "a\n");
  expect(factsOf(pythonReader, `${SITE}/x.dist-info/RECORD`, large)).toEqual({
    problem: "a file list of a Python package is larger than 16 MiB, it is not read",
  });
});

test("no file makes it throw, or say what is no name", () => {
  expectSoundFacts(pythonReader, {
    [`${SITE}/requests-2.31.0.dist-info/METADATA`]: METADATA,
    [`${SITE}/requests-2.31.0.dist-info/RECORD`]: RECORD,
    [`${SITE}/old.egg-info/PKG-INFO`]: "Name: old\nVersion: 1\n",
    [`${SITE}/old.egg-info/top_level.txt`]: "old\n_old\n",
    [`${SITE}/old.egg-info/installed-files.txt`]: "../old/a.py\nPKG-INFO\n",
    [`${SITE}/old-0.1.egg-info`]: "Name: old\nVersion: 1\n",
  });
});

/** What Python says of the packages in a directory, and of the files that it finds listed for each. */
const PROGRAM = `
import importlib.metadata as metadata, json, os, sys
found = []
for one in metadata.distributions(path=[sys.argv[1]]):
    files = [os.path.normpath(os.path.join(sys.argv[1], str(each))) for each in one.files or []]
    found.append({
        "name": one.metadata["Name"],
        "version": one.version,
        "files": files if one.read_text("RECORD") else [],
    })
json.dump(found, sys.stdout)
`;

interface Distribution {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
}

describe("second opinion", () => {
  const directories = siteDirectories();
  const reason = directories.length === 0 ? " (skipped: no python3 with packages)" : "";

  test.skipIf(directories.length === 0)(`Python finds the same packages and files in its directories${reason}`, () => {
    for (const { interpreter, directory } of directories) {
      const run = spawnSync(interpreter, ["-c", PROGRAM, directory], { encoding: "utf8", maxBuffer: 1 << 28 });
      expect(run.status, run.stderr).toBe(0);
      const expected: Distribution[] = JSON.parse(run.stdout);
      const found = readSite(directory);
      const named = (packages: readonly Distribution[]) =>
        packages.map(({ name, version }) => `${name} ${version}`).sort();
      expect(named(found), directory).toEqual(named(expected));
      const files = (packages: readonly Distribution[]) => packages.flatMap((each) => each.files).sort();
      expect(files(found), directory).toEqual(files(expected));
    }
  });
});

/** The packages that the reader finds in the files of a site directory. */
function readSite(directory: string): Distribution[] {
  const packages: { name: string; version: string; files: string[] }[] = [];
  for (const name of readdirSync(directory)) {
    if (!/\.(dist|egg)-info$/.test(name)) continue;
    const path = `${directory}/${name}`;
    const inside = statSync(path).isDirectory() ? readdirSync(path).map((each) => `${path}/${each}`) : [path];
    const files: string[] = [];
    let declared: DeclaredPackage | undefined;
    for (const file of inside) {
      if (statSync(file).isDirectory()) continue;
      const facts = factsOf(pythonReader, file.slice(1), readFileSync(file));
      declared ??= facts?.packages?.[0];
      if (!file.endsWith("/RECORD")) continue;
      for (const claim of facts?.claimsFor?.claims ?? []) {
        if (claim.kind === "files") files.push(...claim.paths.map((each) => `/${each}`));
      }
    }
    if (declared) packages.push({ name: declared.name, version: declared.version, files });
  }
  return packages;
}

/** Directories with packages of the interpreters of this machine. */
function siteDirectories(): { readonly interpreter: string; readonly directory: string }[] {
  const found: { interpreter: string; directory: string }[] = [];
  for (const interpreter of ["python3", "/usr/bin/python3"]) {
    const program =
      "import json, sys; json.dump([each for each in sys.path if each.endswith('-packages')], sys.stdout)";
    const run = spawnSync(interpreter, ["-c", program], { encoding: "utf8" });
    if (run.status !== 0) continue;
    const directories: string[] = JSON.parse(run.stdout);
    for (const directory of directories) {
      const hasPackages = existsSync(directory) && readdirSync(directory).some((name) => name.endsWith("-info"));
      if (hasPackages && !found.some((each) => each.directory === directory)) found.push({ interpreter, directory });
    }
  }
  return found;
}
