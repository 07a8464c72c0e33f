import { describe, expect, test } from "vitest";
import { file, hardlink } from "../../../../fixtures/build/tar.ts";
import { condaReader } from "../../src/packages/conda.ts";
import { pythonReader } from "../../src/packages/python.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectSoundFacts } from "./hostile-files.ts";
import { inventoryOf, linesOf, packageNamed, type Said } from "./take-inventory.ts";

const META = "opt/conda/conda-meta/numpy-1.26.4-py311h64a7726_0.json";

const NUMPY = {
  name: "numpy",
  version: "1.26.4",
  build: "py311h64a7726_0",
  build_number: 0,
  channel: "https://conda.anaconda.org/conda-forge/linux-64",
  subdir: "linux-64",
  fn: "numpy-1.26.4-py311h64a7726_0.conda",
  license: "BSD-3-Clause",
  size: 8065890,
  depends: ["libblas >=3.9.0,<4.0a0", "python >=3.11,<3.12.0a0", "python_abi 3.11.* *_cp311", "__glibc >=2.17"],
  files: ["bin/f2py", "lib/python3.11/site-packages/numpy/__init__.py"],
  paths_data: {
    paths: [
      { _path: "bin/f2py", path_type: "hardlink", size_in_bytes: 200 },
      { _path: "lib/x.so", path_type: "softlink", size_in_bytes: 7 },
      { _path: "lib/python3.11/site-packages/numpy/__init__.py", path_type: "hardlink", size_in_bytes: 17000 },
    ],
    paths_version: 1,
  },
};

describe("what conda says of a package", () => {
  test("are its name, version, build, channel, needs, and files from the root", () => {
    expect(factsOf(condaReader, META, NUMPY)?.packages).toEqual([
      {
        type: "conda",
        name: "numpy",
        version: "1.26.4",
        architecture: "linux-64",
        license: "BSD-3-Clause",
        claimedBytes: 17_200,
        requires: ["libblas", "python", "python_abi"],
        qualifiers: { build: "py311h64a7726_0", channel: "conda-forge", type: "conda" },
        claims: [
          {
            kind: "files",
            paths: ["opt/conda/bin/f2py", "opt/conda/lib/python3.11/site-packages/numpy/__init__.py"],
          },
          { kind: "itself" },
        ],
      },
    ]);
  });

  test.each([
    ["pkgs/main", "main"],
    ["conda-forge", "conda-forge"],
    ["https://repo.anaconda.com/pkgs/main/linux-64", "main"],
    ["https://conda.anaconda.org/t/not-for-others/private/linux-64", "private"],
    ["https://user:password@conda.example.org/get/team/linux-64?a=b/c", "c"],
    ["", undefined],
    [42, undefined],
  ])("channel %s is %s", (channel, expected) => {
    const [found] = factsOf(condaReader, META, { ...NUMPY, channel })?.packages ?? [];
    expect(found?.qualifiers?.channel).toBe(expected);
  });

  test("is a package without anything but name and version", () => {
    const [found] = factsOf(condaReader, "conda-meta/a-1-0.json", { name: "a", version: "1" })?.packages ?? [];
    expect(found).toEqual({
      type: "conda",
      name: "a",
      version: "1",
      qualifiers: {},
      claims: [{ kind: "files", paths: [] }, { kind: "itself" }],
    });
    expect(factsOf(condaReader, META, { name: "a" })).toBeUndefined();
    expect(factsOf(condaReader, META, "{")?.problem).toBe("what conda says of a package is not JSON");
  });

  test("is in any environment, and nowhere else", () => {
    expect(isWanted(condaReader, "home/me/envs/web/conda-meta/a-1-0.json")).toBe(true);
    expect(isWanted(condaReader, "opt/conda/conda-meta/history")).toBe(false);
    expect(isWanted(condaReader, "opt/conda/pkgs/a-1-0/info/index.json")).toBe(false);
    expect(isWanted(condaReader, "opt/not-conda-meta/a.json")).toBe(false);
  });

  test("may be anything", () => expectSoundFacts(condaReader, { [META]: JSON.stringify(NUMPY) }));
});

describe("an environment of conda", () => {
  const modules = "opt/conda/lib/python3.11/site-packages";
  const metadata = (name: string): string => `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.26.4\n\n`;
  const files: Record<string, string> = {
    [META]: JSON.stringify({
      ...NUMPY,
      files: [...NUMPY.files, "lib/python3.11/site-packages/numpy-1.26.4.dist-info/METADATA"],
    }),
    [`${modules}/numpy-1.26.4.dist-info/METADATA`]: metadata("numpy"),
    [`${modules}/numpy/__init__.py`]: "import this",
    [`${modules}/mine-1.26.4.dist-info/METADATA`]: metadata("mine"),
    "opt/conda/bin/f2py": "#!/opt/conda/bin/python",
  };
  const said: Said[number] = {};
  for (const [path, content] of Object.entries(files)) {
    const packages = factsOf(condaReader, path, content) ?? factsOf(pythonReader, path, content);
    if (packages) said[path] = { packages };
  }
  const members = Object.entries(files).map(([path, content]) => file(path, content));
  const sizeOf = (...paths: string[]): number => paths.reduce((sum, path) => sum + (files[path]?.length ?? 0), 0);

  test("owns what it lists, and brings Python's packages; what pip installed there is its own", async () => {
    const taken = await inventoryOf([members], [said]);
    const numpy = taken.inventory.packages.find(({ type }) => type === "conda");
    const others = Object.keys(files).filter((path) => !path.includes("mine"));
    expect(numpy).toMatchObject({ name: "numpy", bytes: sizeOf(...others), files: 4, installedIn: 0 });
    expect(numpy?.purl).toBe(
      "pkg:conda/numpy@1.26.4?build=py311h64a7726_0&channel=conda-forge&subdir=linux-64&type=conda",
    );
    const module = taken.inventory.packages.find(({ type, name }) => type === "pypi" && name === "numpy");
    expect(module).toMatchObject({ bytes: 0, partOf: numpy?.index });
    expect(packageNamed(taken, "mine").partOf).toBeUndefined();
  });

  test("knows which layer removed one", async () => {
    const taken = await inventoryOf(
      [members, [file("opt/conda/conda-meta/.wh.numpy-1.26.4-py311h64a7726_0.json")]],
      [said],
    );
    expect(linesOf(taken)).toContain("numpy 1.26.4 0 0>1");
  });

  test("has no second package in what conda keeps to link from", async () => {
    const kept = `opt/conda/pkgs/numpy-1.26.4-py311h64a7726_0/lib/python3.11/site-packages/numpy-1.26.4.dist-info/METADATA`;
    const linked = await inventoryOf(
      [[...members, hardlink(kept, `${modules}/numpy-1.26.4.dist-info/METADATA`)]],
      [said],
    );
    expect(linked.inventory.packages.filter(({ name }) => name === "numpy")).toHaveLength(2);
    const copied = await inventoryOf(
      [[file(kept, metadata("numpy"))]],
      [{ [kept]: said[`${modules}/numpy-1.26.4.dist-info/METADATA`] ?? {} }],
    );
    expect(copied.inventory.packages).toEqual([]);
  });
});
