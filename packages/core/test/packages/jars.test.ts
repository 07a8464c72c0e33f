/** Which packages Java archives are, and which they hold. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BytesInMemory } from "../../src/layer/file-inspector.ts";
import { javaReader } from "../../src/packages/java/jars.ts";
import { declaringFile, factsOf } from "./declaring-file.ts";
import { type ZipMemberSpec, zip } from "./zip-builder.ts";

const manifest = (...lines: readonly string[]): ZipMemberSpec => ({
  name: "META-INF/MANIFEST.MF",
  content: ["Manifest-Version: 1.0", ...lines, ""].join("\r\n"),
});

const pom = (group: string, artifact: string, version: string): ZipMemberSpec => ({
  name: `META-INF/maven/${group}/${artifact}/pom.properties`,
  content: `#Generated\nversion=${version}\ngroupId=${group}\nartifactId=${artifact}\n`,
});

const CLASS = { name: "org/example/Main.class", content: "class" };

/** `group:name:version` of each package, and what else there is to say. */
function shown(path: string, members: readonly ZipMemberSpec[]): string[] {
  return shownOf(path, zip(members));
}

function shownOf(path: string, bytes: Uint8Array): string[] {
  const facts = factsOf(javaReader, path, bytes);
  return (facts?.packages ?? []).map(({ type, namespace, name, version, isApplication, license, claims }) => {
    expect(type).toBe("maven");
    const more = [license, isApplication && "application", ...claims.map(({ kind }) => kind)].filter(Boolean);
    return [`${namespace ?? ""}:${name}:${version}`, ...more].join(" ");
  });
}

test("archives of Java are wanted, and nothing else", () => {
  const wanted = (path: string, size = 100): boolean => javaReader.wants(declaringFile(path, size));
  expect(["app.jar", "srv/app.war", "srv/app.ear"].every((path) => wanted(path))).toBe(true);
  expect(["app.jmod", "jar", "app.jar.sha1", "app.tar", "app.bar"].some((path) => wanted(path))).toBe(false);
  expect(wanted("huge.jar", 2 ** 29 + 1)).toBe(false);
});

describe("one jar:", () => {
  test("as Maven wrote it down", () => {
    expect(shown("lib/thing-1.2.jar", [manifest(), pom("org.example", "thing", "1.2"), CLASS])).toEqual([
      "org.example:thing:1.2 itself",
    ]);
    expect(shown("app.jar", [pom("org.example", "thing", "1.2")])).toEqual(["org.example:thing:1.2 itself"]);
  });

  test("what is missing from pom.properties is in its path", () => {
    const { name } = pom("org.example", "thing", "");
    expect(shown("x.jar", [{ name, content: "version=3" }])).toEqual(["org.example:thing:3 itself"]);
    // Without a version it says nothing.
    expect(shown("x.jar", [{ name, content: "groupId=org.example" }])).toEqual([]);
    expect(shown("x.jar", [{ name, content: "version=$" + "{project.version}" }])).toEqual([]);
  });

  test.each([
    ["commons-lang3-3.12.0", "commons-lang3", "3.12.0"],
    ["guava-31.1-jre", "guava", "31.1-jre"],
    ["log4j-1.2-api-2.17.1", "log4j-1.2-api", "2.17.1"],
    ["thing-2.0.0-rc-1", "thing", "2.0.0-rc-1"],
    ["thing-1.0-20210101.120000-1", "thing", "1.0-20210101.120000-1"],
    ["thing-1.0-SNAPSHOT", "thing", "1.0-SNAPSHOT"],
    ["jaxb-api-2.2.12-b140109.1041", "jaxb-api", "2.2.12-b140109.1041"],
    ["akka-actor_2.13-2.6.20", "akka-actor_2.13", "2.6.20"],
    ["javax.inject-1", "javax.inject", "1"],
  ])("by its file name: %s", (base, name, version) => {
    expect(shown(`lib/${base}.jar`, [CLASS])).toEqual([`:${name}:${version} itself`]);
  });

  test("by its manifest, where the file name has no version", () => {
    const title = [
      "Implementation-Title: thing",
      "Implementation-Version: 1.2 (b0)",
      "Implementation-Vendor-Id: org.example",
    ];
    expect(shown("x.jar", [manifest(...title)])).toEqual(["org.example:thing:1.2 itself"]);
    // The title of a package of classes is no artifact's name.
    expect(shown("jna.jar", [manifest("Implementation-Title: com.sun.jna", "Bundle-Version: 5.17.0")])).toEqual([
      ":jna:5.17.0 itself",
    ]);
    const bundle = ["Bundle-SymbolicName: org.example.ui;singleton:=true", "Bundle-Version: 7.8.0.2026"];
    expect(shown("plugins/org.example.ui_7.8.0.2026.jar", [manifest(...bundle)])).toEqual([
      ":org.example.ui:7.8.0.2026 itself",
    ]);
  });

  test("long lines of the manifest, also where they break a character, and its main section only", () => {
    const bytes = Buffer.from(
      "Bundle-License: Größe\r\nImplementation-Version: 1.\r\n 2\r\n\r\nName: a/\r\nImplementation-Title: no\r\n",
    );
    const at = bytes.indexOf(0xb6);
    const broken = Buffer.concat([bytes.subarray(0, at), Buffer.from("\r\n "), bytes.subarray(at)]);
    expect(shown("x.jar", [{ name: "meta-inf/manifest.mf", content: broken }])).toEqual([":x:1.2 Größe itself"]);
  });

  test("its license, when it is one", () => {
    const licensed = (value: string) => shown("x-1.jar", [manifest(`Bundle-License: ${value}`)]);
    expect(licensed('Apache-2.0;link="https://example.org"')).toEqual([":x:1 Apache-2.0 itself"]);
    expect(licensed("MIT, Apache-2.0")).toEqual([":x:1 itself"]);
  });

  test("of which nothing says a version is no package", () => {
    expect(shown("x.jar", [manifest("Main-Class: x"), CLASS])).toEqual([]);
    expect(factsOf(javaReader, "x.jar", zip([CLASS]))).toBeUndefined();
  });

  test("the foundation is no group, though Maven 1 wrote it", () => {
    expect(shown("velocity-1.7.jar", [manifest("Implementation-Vendor-Id: org.apache")])).toEqual([
      ":velocity:1.7 itself",
    ]);
  });
});

describe("a jar that others were copied into", () => {
  const others = [pom("org.other", "first", "1.0"), pom("org.other", "second", "2.0")];
  const own = pom("org.example", "tool", "3.0");
  const held = ["org.other:first:1.0", "org.other:second:2.0"];

  test.each([
    ["the name of its file", "tool-3.0.jar", []],
    ["the name of its file with a classifier", "tool-3.0-all.jar", []],
    ["the name of its file without a version", "tool.jar", []],
    ["its title", "app.jar", ["Implementation-Title: tool"]],
    ["its bundle", "app.jar", ["Bundle-SymbolicName: org.example.tool;x=y"]],
  ])("is known by %s", (_, path, lines) => {
    expect(shown(path, [manifest(...lines), ...others, own])).toEqual(["org.example:tool:3.0 itself", ...held]);
  });

  test("has no pom.properties of its own, and another name and version", () => {
    expect(shown("tool-3.0.jar", others)).toEqual([":tool:3.0 itself", ...held]);
    expect(shown("tool-3.0.jar", others.slice(0, 1))).toEqual([":tool:3.0 itself", "org.other:first:1.0"]);
  });

  test("is somebody's program when nothing names its version", () => {
    expect(shown("app.jar", others)).toEqual([":app: application itself", ...held]);
  });
});

describe("archives in an archive", () => {
  const inner = zip([pom("org.example", "inner", "1.0")]);
  const named = zip([CLASS]);

  test.each([true, false])("belong to it, and own nothing (stored: %s)", (isStored) => {
    expect(
      shown("app.jar", [
        pom("org.example", "app", "9"),
        { name: "BOOT-INF/lib/inner-1.0.jar", content: inner, isStored },
        { name: "BOOT-INF/lib/named-2.0.jar", content: named, isStored },
        { name: "BOOT-INF/lib/inner-copy.jar", content: inner, isStored },
      ]),
    ).toEqual(["org.example:app:9 application itself", "org.example:inner:1.0", ":named:2.0"]);
  });

  test("a war in an ear, and an application without a version", () => {
    const war = zip([{ name: "WEB-INF/lib/named-2.0.jar", content: named }]);
    expect(shown("srv/all.ear", [{ name: "web.war", content: war }])).toEqual([
      ":all: application itself",
      ":named:2.0",
    ]);
  });

  test("four deep is deep enough", () => {
    let content = zip([CLASS]);
    for (const level of [6, 5, 4, 3, 2]) content = zip([{ name: `level-${level}.jar`, content }]);
    expect(shownOf("level-1.jar", content)).toEqual([
      ":level:1 application itself",
      ":level:2",
      ":level:3",
      ":level:4",
    ]);
  });

  test("large ones that are stored are not read as a whole", () => {
    const large = zip([
      pom("org.example", "large", "1"),
      { name: "data", content: Buffer.alloc(3 << 20, "xyz"), isStored: true },
    ]);
    const bytes = new CountedBytes(zip([{ name: "lib/large-1.jar", content: large, isStored: true }]));
    const facts = javaReader.read(declaringFile("app-2.jar", bytes.size), bytes);
    expect(facts?.packages?.map(({ name }) => name)).toEqual(["app", "large"]);
    expect(bytes.total).toBeLessThan(300_000);
  });

  test("are not decompressed where that takes too much memory at once", () => {
    const stated = (name: string, mebibytes: number, content: Buffer): ZipMemberSpec => {
      return { name, content, statedSize: mebibytes << 20 };
    };
    const within = zip([stated("a.war", 60, zip([stated("lib/x-1.jar", 60, inner)])), stated("b.war", 100, inner)]);
    expect(factsOf(javaReader, "all-1.ear", within)?.problem).toBeUndefined();
    const beyond = zip([stated("a.war", 70, zip([stated("lib/x-1.jar", 70, inner)])), stated("b.war", 130, inner)]);
    const facts = factsOf(javaReader, "all-1.ear", beyond);
    expect(facts?.packages?.map(({ name }) => name)).toEqual(["all"]);
    expect(facts?.problem).toBe("an archive in this archive cannot be read");
  });

  test("what cannot be read in it is said, and the rest is there", () => {
    const members = [
      { name: "lib/x-1.jar", content: inner, isEncrypted: true },
      { name: "lib/inner.jar", content: inner },
    ];
    const facts = factsOf(javaReader, "app-1.jar", zip(members));
    expect(facts?.packages?.map(({ name }) => name)).toEqual(["app", "inner"]);
    expect(facts?.problem).toBe("an archive in this archive cannot be read");
  });
});

class CountedBytes extends BytesInMemory {
  total = 0;

  override read(offset: number, length: number): Uint8Array {
    const read = Buffer.from(super.read(offset, length));
    this.total += read.length;
    return read;
  }
}

test("what is no archive is said to be none", () => {
  expect(factsOf(javaReader, "x-1.jar", Buffer.alloc(500))).toEqual({
    packages: [],
    problem: "the directory of this archive cannot be read",
  });
});

test("a bomb of archives in archives ends", () => {
  // Each level holds the level below a hundred times: a hundred million archives, if all were opened.
  let content = zip([{ name: "x-1.jar", content: "" }]);
  for (let level = 0; level < 4; level++) {
    content = zip(Array.from({ length: 100 }, (_, index) => ({ name: `l${level}-${index}.jar`, content })));
  }
  const facts = factsOf(javaReader, "bomb-1.jar", content);
  expect(facts?.packages?.length).toBeGreaterThan(1);
  expect(facts?.problem).toBe("an archive in this archive cannot be read");
});

test("whatever is in the file, names are names", () => {
  const nested = zip([pom("org.example", "inner", "1.0"), manifest("Bundle-License: MIT")], { comment: "c" });
  const original = zip([
    manifest("Implementation-Title: thing", "Implementation-Version: 1"),
    { ...pom("org.other", "first", "1.0"), isStored: true },
    { name: "lib/inner-1.jar", content: nested, isStored: true },
  ]);
  const change = fc.tuple(fc.nat(original.length - 1), fc.constantFrom(0, 1, 10, 0x2f, 0x3d, 0x50, 0x7f, 0xff));
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 8 }),
      fc.constantFrom("a.jar", "-1.jar", ".jar", "a-1.war"),
      (changes, path) => {
        const bytes = Buffer.from(original);
        for (const [at, value] of changes) bytes[at] = value;
        for (const { name, version, namespace = "x", license = "x", isApplication } of factsOf(javaReader, path, bytes)
          ?.packages ?? []) {
          for (const text of [name, namespace, license]) expect(text).toMatch(/^[^\r\n\0]{1,1000}$/);
          expect(version).toMatch(isApplication ? /^[^\r\n\0]{0,1000}$/ : /^[^\r\n\0]{1,1000}$/);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
