/** Which package owns which bytes, and which layer installed and removed it. */
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import type { FileClaim } from "../../src/packages/package.ts";
import { nodeAt } from "../tree/scan-layers.ts";
import {
  apk,
  bytesOfAll,
  deb,
  declares,
  inventoryOf,
  linesOf,
  lists,
  npm,
  packageNamed,
  type Said,
  unownedIn,
} from "./take-inventory.ts";

const STATUS = "var/lib/dpkg/status";
const list = (name: string): string => `var/lib/dpkg/info/${name}.list`;

const bytes = (count: number): Buffer => Buffer.alloc(count, "x");

describe("files that a distribution's package lists", () => {
  test("are its own, wherever its list is", async () => {
    const image = await inventoryOf(
      [
        [file(STATUS, "db"), file(list("sed"), "1"), file(list("libc6:amd64"), "1"), file("bin/sed", bytes(30))],
        [file("lib/libc.so", bytes(20)), file("opt/own", bytes(7))],
      ],
      [
        {
          [STATUS]: declares(deb("sed"), deb("libc6", { architecture: "amd64" })),
          [list("sed")]: lists("sed", "/.", "/bin", "/bin/sed"),
          [list("libc6:amd64")]: lists("libc6:amd64", "/lib/libc.so"),
        },
      ],
    );
    expect(linesOf(image)).toEqual(["sed 1 30 0>", "libc6 1 20 0>"]);
    expect(packageNamed(image, "libc6")).toMatchObject({ files: 1, bytesByLayer: new Map([[1, 20]]) });
    expect(image.inventory.unownedBytes).toBe(4 + 7);
    expect(unownedIn(image)).toEqual(["opt/own 7 1", "var/lib/dpkg/ 4 3"]);
  });

  test("are found through directories that are links", async () => {
    const image = await inventoryOf(
      [
        [
          dir("usr/bin"),
          symlink("bin", "usr/bin"),
          symlink("usr/lib64", "/lib"),
          symlink("lib", "usr/lib"),
          file("usr/bin/sh", bytes(9)),
          symlink("usr/bin/bash", "sh"),
          file("usr/lib/ld.so", bytes(5)),
          file("db", "d"),
        ],
      ],
      [{ db: declares(apk("shell", "/bin/sh", "bin/bash"), apk("loader", "/usr/lib64/ld.so")) }],
    );
    expect(linesOf(image)).toEqual(["shell 1 9 0>", "loader 1 5 0>"]);
    expect(packageNamed(image, "shell").files).toBe(1);
  });

  test("are the first package's when two list them, and no other's in any case", async () => {
    const others: FileClaim[] = [{ kind: "files", paths: ["f"] }, { kind: "itself" }, { kind: "below", path: "" }];
    const image = await inventoryOf(
      [[file("f", bytes(5)), file("a", "a"), file("db", "d")]],
      [{ db: declares(apk("one", "f"), apk("two", "f")), a: declares(npm("", "other", { claims: others })) }],
    );
    expect(linesOf(image)).toEqual(["one 1 5 0>", "other 1 2 0>", "two 1 0 0>"]);
  });

  test("count for a package of distroless by the name of the file that declares it", async () => {
    const parts = "var/lib/dpkg/status.d";
    const image = await inventoryOf(
      [[file(`${parts}/libssl3`, "s"), file(`${parts}/libssl3.md5sums`, "m"), file("usr/lib/libssl.so", bytes(6))]],
      [
        {
          [`${parts}/libssl3`]: declares(deb("libssl3t64")),
          [`${parts}/libssl3.md5sums`]: lists("libssl3", "usr/lib/libssl.so"),
        },
      ],
    );
    expect(linesOf(image)).toEqual(["libssl3t64 1 6 0>"]);
  });
});

describe("of all who claim a file", () => {
  const claimedBy = async (...claims: FileClaim[]): Promise<string[]> => {
    const declared = claims.map((claim, index) => npm("", `p${index}`, { claims: [claim] }));
    return linesOf(await inventoryOf([[file("a/b/f", bytes(8))]], [{ "a/b/f": declares(...declared) }])).slice(0, 1);
  };

  test("a list goes before the declaring file, which goes before directories", async () => {
    const listed: FileClaim = { kind: "files", paths: ["/a/b/f"] };
    expect(await claimedBy({ kind: "below", path: "a/b" }, { kind: "itself" }, listed)).toEqual(["p2 1 8 0>"]);
    expect(await claimedBy({ kind: "below", path: "a/b" }, { kind: "itself" })).toEqual(["p1 1 8 0>"]);
  });

  test("the closest directory counts", async () => {
    const below = (path: string): FileClaim => ({ kind: "below", path });
    expect(await claimedBy(below(""), below("/a/b/"), below("a"))).toEqual(["p1 1 8 0>"]);
  });
});

test("modules in modules own what is theirs", async () => {
  const image = await inventoryOf(
    [
      [
        file("app/index.js", bytes(3)),
        file("app/node_modules/a/package.json", bytes(10)),
        file("app/node_modules/a/index.js", bytes(100)),
        file("app/node_modules/a/node_modules/b/package.json", bytes(20)),
        file("app/node_modules/a/node_modules/b/lib/b.js", bytes(200)),
      ],
    ],
    [
      {
        "app/node_modules/a/package.json": declares(npm("app/node_modules/a", "a")),
        "app/node_modules/a/node_modules/b/package.json": declares(npm("app/node_modules/a/node_modules/b", "b")),
      },
    ],
  );
  expect(linesOf(image)).toEqual(["b 1 220 0>", "a 1 110 0>"]);
  expect(unownedIn(image)).toEqual(["app/index.js 3 1"]);
});

describe("claims beside the declaration", () => {
  const layers: Member[][] = [[file("p/METADATA", "m"), file("p/RECORD", "rr"), file("p.py", bytes(9))]];
  const record = (declaredBy: string): Said[number][string] => {
    return {
      packages: { claimsFor: { declaredBy, claims: [{ kind: "files", paths: ["p.py"] }, { kind: "itself" }] } },
    };
  };
  const metadata = declares(npm("", "p", { type: "pypi", claims: [{ kind: "itself" }] }));

  test("count as its own; `itself` is the file that has them", async () => {
    const image = await inventoryOf(layers, [{ "p/METADATA": metadata, "p/RECORD": record("p/METADATA") }]);
    expect(linesOf(image)).toEqual(["p 1 12 0>"]);
  });

  test("count for nothing when one of the two files is gone", async () => {
    const said = [{ "p/METADATA": metadata, "p/RECORD": record("p/METADATA") }];
    expect(linesOf(await inventoryOf([...layers, [whiteout("p/METADATA")]], said))).toEqual(["p 1 0 0>1"]);
    expect(linesOf(await inventoryOf([...layers, [whiteout("p/RECORD")]], said))).toEqual(["p 1 1 0>"]);
    const elsewhere = [{ "p/METADATA": metadata, "p/RECORD": record("nowhere/METADATA") }];
    expect(linesOf(await inventoryOf(layers, elsewhere))).toEqual(["p 1 1 0>"]);
  });
});

describe("a package that came with one of the distribution", () => {
  const PACKAGE = "usr/share/nodejs/semver/package.json";

  test("is part of that and owns nothing", async () => {
    const image = await inventoryOf(
      [[file("db", "d"), file(PACKAGE, bytes(4)), file("usr/share/nodejs/semver/index.js", bytes(6))]],
      [
        {
          db: declares(apk("node-semver", PACKAGE, "usr/share/nodejs/semver/index.js")),
          [PACKAGE]: declares(npm("usr/share/nodejs/semver", "semver")),
        },
      ],
    );
    expect(linesOf(image)).toEqual(["node-semver 1 10 0>", "semver 1 0 0>"]);
    expect(packageNamed(image, "semver").partOf).toBe(packageNamed(image, "node-semver").index);
    expect(packageNamed(image, "node-semver").partOf).toBeUndefined();
  });

  test("is its own when that one does not list the file", async () => {
    const image = await inventoryOf(
      [[file("db", "d"), file(PACKAGE, bytes(4))]],
      [
        {
          db: declares(apk("node-semver", "usr/share/nodejs")),
          [PACKAGE]: declares(npm("usr/share/nodejs/semver", "semver")),
        },
      ],
    );
    expect(packageNamed(image, "semver")).toMatchObject({ bytes: 4 });
    expect(packageNamed(image, "semver").partOf).toBeUndefined();
  });
});

describe("through the layers", () => {
  const at = (version: string): Said[number] => ({ [STATUS]: declares(deb("curl", { version }), deb("sed")) });

  test("a database that is written again with the same packages changes nothing", async () => {
    const image = await inventoryOf(
      [[file(STATUS, "1")], [file(STATUS, "2")], [file("x", "y"), hardlink("copy", STATUS)], [file(STATUS, "3")]],
      [at("1"), at("1"), {}, at("1")],
    );
    expect(linesOf(image)).toEqual(["curl 1 0 0>", "sed 1 0 0>"]);
  });

  test("another version is another package, and the old one is removed", async () => {
    const image = await inventoryOf([[file(STATUS, "1")], [file("x")], [file(STATUS, "2")]], [at("1"), {}, at("2")]);
    expect(linesOf(image)).toEqual(["curl 2 0 2>", "sed 1 0 0>", "curl 1 0 0>2"]);
  });

  test("what leaves the database is removed, and can come back", async () => {
    const image = await inventoryOf(
      [[file(STATUS, "1")], [file(STATUS, "2")], [file(STATUS, "3")]],
      [at("1"), { [STATUS]: declares(deb("sed")) }, at("1")],
    );
    expect(linesOf(image)).toEqual(["curl 1 0 2>", "sed 1 0 0>", "curl 1 0 0>1"]);
  });

  const PACKAGE = "app/node_modules/a/package.json";
  test.each<[string, Member[]]>([
    ["it", [whiteout(PACKAGE)]],
    ["a directory above it", [whiteout("app")]],
    ["it by a directory", [file(`${PACKAGE}/x`)]],
    ["a directory above it by a file", [file("app")]],
    ["it by a file that declares nothing", [file(PACKAGE, "{")]],
  ])("removing or replacing %s removes the package", async (_, removal) => {
    const said = [{ [PACKAGE]: declares(npm("app/node_modules/a", "a")) }];
    const image = await inventoryOf([[file(PACKAGE, "{}")], [file("x")], removal], said);
    expect(linesOf(image)).toEqual(["a 1 0 0>2"]);
    expect(image.inventory.packages[0]).toMatchObject({ bytes: 0, files: 0, bytesByLayer: new Map() });
  });

  test("the order of removed ones is that of their removal", async () => {
    const image = await inventoryOf(
      [[file(STATUS, "1")], [file(STATUS, "2")], [file(STATUS, "3")]],
      [{ [STATUS]: declares(deb("z"), deb("a"), deb("b")) }, { [STATUS]: declares(deb("a"), deb("b")) }, {}],
    );
    expect(linesOf(image)).toEqual(["z 1 0 0>1", "a 1 0 0>2", "b 1 0 0>2"]);
  });

  test("files of a package that other layers wrote count for those layers", async () => {
    const image = await inventoryOf(
      [[file("db", "d"), file("etc/conf", bytes(5)), file("bin/x", bytes(50))], [file("etc/conf", bytes(7))]],
      [{ db: declares(apk("x", "etc/conf", "bin/x")) }],
    );
    expect(packageNamed(image, "x").bytesByLayer).toEqual(
      new Map([
        [0, 50],
        [1, 7],
      ]),
    );
  });
});

describe("a file with several names", () => {
  test("counts once, for the owner of the first name that has one", async () => {
    const image = await inventoryOf(
      [[file("db", "d"), file("c", bytes(10)), hardlink("a", "c"), hardlink("b", "c")]],
      [{ db: declares(apk("of c", "c"), apk("of b", "b")) }],
    );
    expect(linesOf(image)).toEqual(["of b 1 10 0>", "of c 1 0 0>"]);
    expect(bytesOfAll(image.inventory)).toBe(image.accounts.finalBytes);
  });

  test("counts for who has the better claim, whatever the name", async () => {
    const image = await inventoryOf(
      [
        [
          file("db", "d"),
          file("app/p/package.json", "{}"),
          file("app/p/tool", bytes(10)),
          hardlink("usr/tool", "app/p/tool"),
        ],
      ],
      [{ db: declares(apk("tool", "usr/tool")), "app/p/package.json": declares(npm("app/p", "p")) }],
    );
    expect(packageNamed(image, "tool").bytes).toBe(10);
  });

  test("that nobody owns is at the first of them", async () => {
    const image = await inventoryOf([[file("b", bytes(10)), hardlink("a", "b")]], []);
    expect(unownedIn(image)).toEqual(["a 10 1"]);
  });

  test("declares its package at each place that a store links it to", async () => {
    const image = await inventoryOf(
      [
        [
          file("app/node_modules/p/package.json", "{}"),
          file("app/node_modules/p/p.js", bytes(5)),
          hardlink("app/sub/node_modules/p/package.json", "app/node_modules/p/package.json"),
          file("app/sub/node_modules/p/more.js", bytes(7)),
          hardlink("store/00/7a", "app/node_modules/p/package.json"),
        ],
      ],
      [{ "app/node_modules/p/package.json": declares(npm("app/node_modules/p", "p")) }],
    );
    expect(linesOf(image)).toEqual(["p 1 7 0>", "p 1 7 0>"]);
    const { versions } = image.inventory;
    expect(versions).toEqual([{ type: "npm", namespace: undefined, name: "p", packages: [0, 1] }]);
  });
});

describe("packages in several versions", () => {
  test("are listed by version, those with most bytes first; what is run or was removed does not count", async () => {
    const place = (name: string, version: string, at: string, more = {}): Said[number] => ({
      [`${at}/package.json`]: declares(npm(at, name, { version, ...more })),
    });
    const image = await inventoryOf(
      [
        ["b/1", "b/2", "b/3", "a/1", "a/2", "once", "app/1", "app/2"]
          .map((at) => file(`${at}/package.json`, at))
          .concat(file("a/1/x", bytes(99))),
        [whiteout("b/3")],
      ],
      [
        {
          ...place("b", "10.0.0", "b/1"),
          ...place("b", "9.1.0", "b/2"),
          ...place("b", "1.0.0", "b/3"),
          ...place("a", "1.0.0", "a/1"),
          ...place("a", "1.0.0", "a/2"),
          ...place("once", "1.0.0", "once"),
          ...place("app", "1", "app/1", { isApplication: true }),
          ...place("app", "2", "app/2", { isApplication: true }),
        },
      ],
    );
    const { packages, versions } = image.inventory;
    const named = versions.map(({ name, packages: indexes }) => [
      name,
      ...indexes.map((index) => packages[index]?.version),
    ]);
    expect(named).toEqual([
      ["a", "1.0.0", "1.0.0"],
      ["b", "9.1.0", "10.0.0"],
    ]);
  });
});

test("the owner of a file is known by its inode", async () => {
  const image = await inventoryOf(
    [[file("db", "d"), file("bin/x", "x"), file("gone", "g")], [whiteout("gone")]],
    [{ db: declares(apk("x", "bin/x", "gone")) }],
  );
  const { tree } = image.image;
  const ownerAt = (path: string) => {
    const first = tree.revisionAt(nodeAt(image, path), 0);
    return image.inventory.ownerOf(tree.inodeOf(tree.revisionEntry(first)));
  };
  expect(["bin/x", "db", "gone"].map(ownerAt)).toEqual([0, undefined, undefined]);
  expect(image.inventory.ownerOf(1e9)).toBeUndefined();
});

test("what could not be read is said with its path, of files that are there, and not without end", async () => {
  const problem = { packages: { problem: "no JSON" } };
  const many = Array.from({ length: 150 }, (_, index) => `${1000 + index}/package.json`);
  const said = [{ "a/package.json": problem, "gone/package.json": problem }];
  const few = await inventoryOf(
    [[file("a/package.json", "{"), file("gone/package.json", "{")], [whiteout("gone")]],
    said,
  );
  expect(few.inventory.problems).toEqual(["a/package.json: no JSON"]);
  const all = Object.fromEntries(many.map((path) => [path, problem]));
  const { problems } = (await inventoryOf([many.map((path) => file(path, "{"))], [all])).inventory;
  expect([problems.length, problems[0], problems.at(-1)]).toEqual([
    101,
    "1000/package.json: no JSON",
    "50 more files about packages could not be read",
  ]);
});

describe("the distribution", () => {
  const debian = { id: "debian", idLike: [], versionId: "12", codename: "bookworm", prettyName: "Debian 12" };

  test("is what /etc/os-release says, also where that is a link; it is in the URLs of its packages", async () => {
    const image = await inventoryOf(
      [[symlink("etc/os-release", "../usr/lib/os-release"), file("usr/lib/os-release", "o"), file(STATUS, "s")]],
      [
        {
          "usr/lib/os-release": { distribution: debian },
          [STATUS]: declares(deb("curl", { version: "7.88.1-10+deb12u5", architecture: "amd64" })),
        },
      ],
    );
    expect(image.inventory.distribution).toEqual(debian);
    expect(packageNamed(image, "curl").purl).toBe(
      "pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12",
    );
  });

  test("is none where there is no such file, or it leads round in circles", async () => {
    expect((await inventoryOf([[file("x", "y")]], [])).inventory.distribution).toBeUndefined();
    const layer = [
      symlink("etc/os-release", "../usr/lib/os-release"),
      symlink("usr/lib/os-release", "/etc/os-release"),
    ];
    expect((await inventoryOf([layer], [])).inventory.distribution).toBeUndefined();
  });
});

describe("hostile claims", () => {
  const claimed = async (layer: Member[], ...paths: string[]): Promise<string[]> => {
    const claims: FileClaim[] = [
      { kind: "files", paths },
      ...paths.map((path): FileClaim => ({ kind: "below", path })),
    ];
    return linesOf(await inventoryOf([[file("db", "d"), ...layer]], [{ db: declares(npm("", "p", { claims })) }]));
  };

  test("cannot leave the image", async () => {
    expect(await claimed([file("etc/passwd", bytes(5))], "../../../etc/passwd")).toEqual(["p 1 5 0>"]);
  });

  test("may be empty, of any length, and of nothing that is there", async () => {
    const paths = [
      "",
      "/",
      "//",
      ".",
      "..",
      "x".repeat(70_000),
      "a/".repeat(50_000),
      "\ud800",
      "\0",
      "db/x",
      "no/where",
    ];
    const image = await claimed([file("x/y", bytes(5))], ...paths.slice(5));
    expect(image).toEqual(["p 1 0 0>"]);
    expect(await claimed([file("x/y", bytes(5))], ...paths)).toEqual(["p 1 6 0>"]);
  });

  test("may lead in circles, and over 40 links as Linux goes, not over more", async () => {
    const circle = [symlink("a", "b"), symlink("b", "a"), symlink("c", "c/c")];
    expect(await claimed([...circle, file("f", bytes(5))], "a/f", "b/../f", "c/c/f")).toEqual(["p 1 0 0>"]);
    const chain = Array.from({ length: 50 }, (_, index) => symlink(`l${index}`, `l${index + 1}`));
    const layer = [...chain, dir("l50"), file("l50/f", bytes(5))];
    expect(await claimed(layer, "l9/f")).toEqual(["p 1 0 0>"]);
    expect(await claimed(layer, "l10/f")).toEqual(["p 1 5 0>"]);
    expect(await claimed(layer, "l9/f", "l0/f", "l49/f/../..", "l10/f")).toEqual(["p 1 5 0>"]);
  });

  test("may be links that double with each step", async () => {
    const doubling = Array.from({ length: 60 }, (_, index) => symlink(`d/${index}`, `${index + 1}/../${index + 1}`));
    expect(await claimed([...doubling, dir("d/60"), file("d/60/f", "x")], "d/0/f", "d/56/f")).toEqual(["p 1 1 0>"]);
  });

  test("may be of packages without a name or with one beyond measure", async () => {
    const image = await inventoryOf(
      [[file("db", "d")]],
      [{ db: declares(deb(""), deb("x".repeat(5000)), deb("y", { version: "1".repeat(5000) }), deb("ok")) }],
    );
    expect(linesOf(image)).toEqual(["ok 1 0 0>"]);
  });
});
