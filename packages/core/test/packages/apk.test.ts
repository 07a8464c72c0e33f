import { describe, expect, test } from "vitest";
import { apkReader } from "../../src/packages/apk.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectNothingThrown } from "./mutations.ts";

const INSTALLED = "lib/apk/db/installed";

const DATABASE = `C:Q1aaaaaaaaaaaaaaaaaaaaaaaaaaa=
P:musl
V:1.2.5-r0
A:x86_64
S:407278
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
t:1711044531
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1bbbbbbbbbbbbbbbbbbbbbbbbbbb=
R:libc.musl-x86_64.so.1

P:ssl_client
V:1.36.1-r29
A:x86_64
I:28672
L:GPL-2.0-only
o:busybox
D:so:libc.musl-x86_64.so.1 musl>=1.2 nothing-here !conflict
F:
R:at-the-root
F:usr
F:usr/bin
M:0:0:1777
R:ssl_client
R:ünknown

P:.build-dependencies
V:20240101.000000
A:noarch
D:ssl_client
`;

describe("The database of apk", () => {
  test.each([
    [INSTALLED, true],
    ["usr/lib/apk/db/installed", true],
    ["srv/root/lib/apk/db/installed", false],
    ["lib/apk/db/triggers", false],
    ["installed", false],
  ])("is it %s: %s", (path, expected) => {
    expect(isWanted(apkReader, path)).toBe(expected);
  });

  test("has packages with what they were built from, what they need, and their files", () => {
    const facts = factsOf(apkReader, INSTALLED, DATABASE);
    expect(facts?.problem).toBeUndefined();
    expect(facts?.packages).toEqual([
      {
        type: "apk",
        name: "musl",
        version: "1.2.5-r0",
        architecture: "x86_64",
        license: "MIT",
        source: undefined,
        claimedBytes: 667648,
        claims: [{ kind: "files", paths: ["lib/ld-musl-x86_64.so.1", "lib/libc.musl-x86_64.so.1"] }],
      },
      {
        type: "apk",
        name: "ssl_client",
        version: "1.36.1-r29",
        architecture: "x86_64",
        license: "GPL-2.0-only",
        source: { name: "busybox", version: "1.36.1-r29" },
        claimedBytes: 28672,
        requires: ["musl"],
        claims: [{ kind: "files", paths: ["at-the-root", "usr/bin/ssl_client", "usr/bin/ünknown"] }],
      },
      {
        type: "apk",
        name: ".build-dependencies",
        version: "20240101.000000",
        architecture: "noarch",
        license: undefined,
        source: undefined,
        claimedBytes: undefined,
        requires: ["ssl_client"],
        claims: [],
      },
    ]);
  });

  test("tells what it could not read", () => {
    expect(factsOf(apkReader, INSTALLED, "P:a\n\nV:1\nR:x\n\nP:b\nV:2\n")).toMatchObject({
      packages: [{ name: "b" }],
      problem: "2 paragraphs of the apk database have no name or no version",
    });
    expect(factsOf(apkReader, INSTALLED, "nonsense")?.problem).toBe("the apk database has no package that can be read");
  });

  test("cannot stand for more paths than a system has", () => {
    const files = `F:${"d".repeat(4000)}\n${"R:x\n".repeat(20_000)}`;
    const facts = factsOf(apkReader, INSTALLED, `P:a\nV:1\n${files}`);
    const [claim] = facts?.packages?.[0]?.claims ?? [];
    expect(facts?.problem).toBe("the apk database has too many files, the rest counts as no package's");
    expect(claim?.kind === "files" && claim.paths.length).toBeLessThan(17_000);
    expect(factsOf(apkReader, INSTALLED, `P:a\nV:1\nF:${"d".repeat(5000)}\nR:x`)?.packages?.[0]?.claims).toEqual([]);
  });

  test("never makes it throw, whatever is in it", () => {
    expectNothingThrown(apkReader, INSTALLED, Buffer.from(DATABASE));
  });
});
