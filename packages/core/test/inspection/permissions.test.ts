/** What a container's files allow that they better would not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dir, file, hardlink, type Member, symlink, whiteout } from "../../../../fixtures/build/tar.ts";
import { parseCapabilities } from "../../src/inspection/file-capabilities.ts";
import { findPermissions } from "../../src/inspection/find-permissions.ts";
import { findIds, idsFile, parseIds } from "../../src/inspection/ids.ts";
import type { Permissions, PlacedPath } from "../../src/inspection/permissions.ts";
import { finishAtOnce } from "../../src/model/turns.ts";
import { inspectFiles } from "../../src/tree/inspect-files.ts";
import { fileOf } from "../secrets/made-up.ts";
import { pack, pathText, withScan } from "../tree/scan-layers.ts";

/** As the attribute `security.capability` has it. */
function attribute(revision: 1 | 2 | 3, permitted: bigint, effective = true, inheritable = 0n): Buffer {
  const bytes = Buffer.alloc([12, 20, 24][revision - 1] ?? 0);
  bytes.writeUInt32LE(((revision << 24) | (effective ? 1 : 0)) >>> 0, 0);
  for (let word = 0; word < (revision === 1 ? 1 : 2); word++) {
    bytes.writeUInt32LE(Number((permitted >> BigInt(32 * word)) & 0xffffffffn), 4 + word * 8);
    bytes.writeUInt32LE(Number((inheritable >> BigInt(32 * word)) & 0xffffffffn), 8 + word * 8);
  }
  return bytes;
}

const PASSWD = "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/:/bin/false\n";
const GROUP = "root:x:0:\nwww-data:x:33:\n";

interface Listed {
  readonly privileged: string[];
  readonly unknownOwners: string[] | undefined;
  readonly worldWritable: string[];
  readonly writableSystemFiles: string[];
}

/** Each path with its layer, and what is special about it. */
async function permissionsOf(...layers: Member[][]): Promise<Listed> {
  return withScan(pack(layers, "plain"), async (image) => {
    const { facts } = await inspectFiles(image, {
      wants: (inspected) => idsFile(inspected) !== undefined,
      inspect: (_, bytes) => ({ ids: parseIds(Buffer.from(bytes.read(0, bytes.size)).toString("latin1")) }),
    });
    const ids = findIds(image, facts as ReadonlyMap<number, { ids?: ReadonlySet<number> }>);
    const found: Permissions = finishAtOnce(findPermissions(image, ids, () => 7));
    const text = ({ node, layer }: PlacedPath): string => `${pathText(image.tree, node)} in ${layer}`;
    return {
      privileged: found.privileged.map((one) =>
        [
          text(one),
          ...(one.setuid ? ["setuid"] : []),
          ...(one.setgid ? ["setgid"] : []),
          ...one.capabilities,
          ...(one.capabilitiesEffective ? ["effective"] : []),
          `package ${one.package}`,
        ].join(" "),
      ),
      unknownOwners: found.unknownOwners?.map((one) => `${text(one)} ${one.uid}:${one.gid}`),
      worldWritable: found.worldWritable.map(text),
      writableSystemFiles: found.writableSystemFiles.map(text),
    };
  });
}

describe("files that run as somebody else", () => {
  test("by bits, when they are programs", async () => {
    const { privileged } = await permissionsOf([
      file("usr/bin/su", "x", { mode: 0o4755 }),
      file("usr/bin/wall", "x", { mode: 0o2755 }),
      file("usr/bin/both", "x", { mode: 0o6711 }),
      file("data", "x", { mode: 0o4644 }),
      dir("var/mail", { mode: 0o2775 }),
      symlink("link", "su", { mode: 0o4777 }),
    ]);
    expect(privileged).toEqual([
      "usr/bin/both in 0 setuid setgid package 7",
      "usr/bin/su in 0 setuid package 7",
      "usr/bin/wall in 0 setgid package 7",
    ]);
  });

  test("by capabilities, in the layer that stores the file as it is", async () => {
    const xattrs = { "security.capability": attribute(2, 1n << 13n) };
    const { privileged } = await permissionsOf([file("usr/bin/ping", "x")], [file("usr/bin/ping", "x", { xattrs })]);
    expect(privileged).toEqual(["usr/bin/ping in 1 cap_net_raw effective package 7"]);
  });

  test("not when a later layer removed them, and once for all names of an inode", async () => {
    const { privileged } = await permissionsOf(
      [file("b", "x", { mode: 0o4755 }), file("c", "x", { mode: 0o4755 }), hardlink("a", "b")],
      [whiteout("c")],
    );
    expect(privileged).toEqual(["a in 0 setuid package 7"]);
  });
});

describe("the layer that is named gave the permission", () => {
  test("though a later one gave the file another owner or time", async () => {
    const found = await permissionsOf(
      [file("etc/passwd", PASSWD), file("app/a", "x"), file("etc/b", "x"), file("usr/bin/c", "x", { mode: 0o755 })],
      [file("app/a", "x", { mode: 0o666 }), file("etc/b", "x", { uid: 33 }), file("usr/bin/c", "x", { mode: 0o4755 })],
      [
        file("app/a", "x", { mode: 0o666, uid: 33 }),
        file("etc/b", "x", { uid: 33, mtime: 9 }),
        file("usr/bin/c", "x", { mode: 0o4755, mtime: 9 }),
      ],
    );
    expect(found.worldWritable).toEqual(["app/a in 1"]);
    expect(found.writableSystemFiles).toEqual(["etc/b in 1"]);
    expect(found.privileged).toEqual(["usr/bin/c in 1 setuid package 7"]);
  });

  test("of an owner without a name, whoever gave the file to it", async () => {
    const { unknownOwners } = await permissionsOf(
      [file("etc/passwd", PASSWD), file("etc/group", GROUP), file("a", "x", { uid: 70, gid: 33 })],
      [file("a", "x", { uid: 71, gid: 33 })],
      [file("a", "x", { uid: 71, gid: 33, mode: 0o600 })],
    );
    expect(unknownOwners).toEqual(["a in 1 71:undefined"]);
  });

  test("not where the file was there before with less, was removed, or has another content", async () => {
    const open = { mode: 0o666 };
    const { worldWritable } = await permissionsOf(
      [file("a", "x", open), file("b", "x", open), file("c", "x", open)],
      [file("a", "x"), whiteout("b"), file("c", "y", open)],
      [file("a", "x", open), file("b", "x", open), file("c", "y", { ...open, mtime: 9 })],
    );
    expect(worldWritable).toEqual(["a in 2", "b in 2", "c in 1"]);
  });
});

describe("capabilities", () => {
  test.each([1, 2, 3] as const)("revision %s", (revision) => {
    expect(parseCapabilities(attribute(revision, (1n << 10n) | (1n << 13n), false))).toEqual({
      names: ["cap_net_bind_service", "cap_net_raw"],
      effective: false,
    });
  });

  test("of the second word, and newer than any list", () => {
    expect(parseCapabilities(attribute(2, (1n << 40n) | (1n << 41n)))?.names).toEqual([
      "cap_checkpoint_restore",
      "cap_41",
    ]);
  });

  test("nothing is permitted by what is only inheritable, cut or of an unknown revision", () => {
    const good = attribute(2, 1n);
    expect(parseCapabilities(attribute(2, 0n, true, 1n))).toBeUndefined();
    expect(parseCapabilities(good.subarray(0, 19))).toBeUndefined();
    expect(parseCapabilities(Buffer.concat([good, Buffer.alloc(1)]))).toBeUndefined();
    expect(parseCapabilities(Buffer.from([0, 0, 0, 4, ...good.subarray(4)]))).toBeUndefined();
  });

  test("any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => (parseCapabilities(bytes)?.names.length ?? 1) <= 64),
    );
  });
});

describe("owners without a name", () => {
  const etc = [file("etc/passwd", PASSWD), file("etc/group", GROUP)];

  test("are told by number, what has a name is not", async () => {
    const { unknownOwners } = await permissionsOf([
      ...etc,
      file("a", "x", { uid: 1000, gid: 33 }),
      file("b", "x", { uid: 33, gid: 1000 }),
      dir("c", { uid: 1000, gid: 1000 }),
      file("d", "x", { uid: 33, gid: 33 }),
      symlink("e", "a", { uid: 1000 }),
      file("implied/f", "x"),
    ]);
    expect(unknownOwners).toEqual([
      "a in 0 1000:undefined",
      "b in 0 undefined:1000",
      "c in 0 1000:1000",
      "e in 0 1000:undefined",
    ]);
  });

  test("the last layer's names count", async () => {
    const { unknownOwners } = await permissionsOf(
      [...etc, file("a", "x", { uid: 1000 }), file("b", "x", { uid: 33 })],
      [file("etc/passwd", "root:x:0:0::/:\nme:x:1000:0::/:\n")],
    );
    expect(unknownOwners).toEqual(["b in 0 33:undefined"]);
  });

  test("nothing is said without /etc/passwd, and of groups nothing without /etc/group", async () => {
    expect((await permissionsOf([file("a", "x", { uid: 1000 })])).unknownOwners).toBeUndefined();
    expect((await permissionsOf(etc, [whiteout("etc/passwd")])).unknownOwners).toBeUndefined();
    const { unknownOwners } = await permissionsOf([file("etc/passwd", PASSWD), file("a", "x", { uid: 33, gid: 1000 })]);
    expect(unknownOwners).toEqual([]);
  });
});

test("what everybody may write to", async () => {
  const { worldWritable } = await permissionsOf([
    dir("tmp", { mode: 0o1777 }),
    dir("open", { mode: 0o777 }),
    dir("closed", { mode: 0o775 }),
    file("open/file", "x", { mode: 0o666 }),
    file("open/sticky", "x", { mode: 0o1666 }),
    file("open/mine", "x", { mode: 0o660 }),
    symlink("link", "open", { mode: 0o777 }),
  ]);
  expect(worldWritable).toEqual(["open in 0", "open/file in 0", "open/sticky in 0"]);
});

test("files of the system that others than root may write to", async () => {
  const { writableSystemFiles } = await permissionsOf([
    file("bin/owned", "x", { uid: 33 }),
    file("etc/group-writable", "x", { mode: 0o664, gid: 33 }),
    file("etc/group-root", "x", { mode: 0o664 }),
    file("etc/group-readable", "x", { mode: 0o640, gid: 33 }),
    file("lib64/open", "x", { mode: 0o646 }),
    dir("usr", { mode: 0o777 }),
    dir("usr/lib/x", { uid: 33 }),
    file("usr/local/bin/x", "x", { uid: 33 }),
    file("usr/src/app/x", "x", { uid: 33 }),
    file("usr/share/x", "x"),
    file("etcetera/x", "x", { uid: 33 }),
    file("app/etc/x", "x", { uid: 33 }),
    symlink("etc/link", "x", { mode: 0o777, uid: 33 }),
  ]);
  expect(writableSystemFiles).toEqual([
    "bin/owned in 0",
    "etc/group-writable in 0",
    "lib64/open in 0",
    "usr in 0",
    "usr/lib/x in 0",
  ]);
});

describe("ids", () => {
  test("are the third field; what is none counts for nothing", () => {
    expect([...parseIds("a:x:0:\nb:x:12:0::/:\nc:x:4294967295:\nd:x:-1:\ne:x:1e3:\nf\n\n:::\ng:x: 5:\n+::::")]).toEqual(
      [0, 12],
    );
  });

  test("any text", () => {
    fc.assert(fc.property(fc.string(), (text) => [...parseIds(text)].every((id) => Number.isSafeInteger(id))));
  });

  test("stand in two files", () => {
    expect(idsFile(fileOf("etc/passwd", 10))).toBe("users");
    expect(idsFile(fileOf("etc/group", 10))).toBe("groups");
    expect(idsFile(fileOf("app/etc/passwd", 10))).toBeUndefined();
    expect(idsFile(fileOf("etc/passwd-", 10))).toBeUndefined();
  });
});
