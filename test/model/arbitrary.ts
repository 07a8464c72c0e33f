/**
 * Hostile little layer stacks for property tests: few names, so that they collide all the time.
 * The same members can be written with the tar builder and given to the model.
 */
import fc from "fast-check";
import { dir, file, hardlink, type Member, opaque, symlink, whiteout } from "../../fixtures/build/tar.ts";
import { bytesOf } from "../../fixtures/build/tar-header.ts";
import type { ModelMember } from "./model-types.ts";

const NAMES = ["a", "b", "c", "é"];
const CONTENTS = ["", "x", "yy", "zz", "zzz", "12345678"];

/** A path of one to three segments; `..` is rare, and odd spellings of a path are common. */
const plainPath = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join("/"));

const SPELLINGS: Array<(path: string) => string> = [
  (path) => `./${path}`,
  (path) => `/${path}`,
  (path) => path.replace("/", "//"),
  (path) => path.replace("/", "/./"),
  (path) => `../${path}`,
  (path) => `b/../${path}`,
];

const spelledPath = fc
  .tuple(plainPath, fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, fc.constantFrom(...SPELLINGS)))
  .map(([path, spell]) => spell?.(path) ?? path);

const owner = { uid: fc.constantFrom(0, 1000), gid: fc.constantFrom(0, 1000) };
const mtime = fc.constantFrom(0, 1_700_000_000, 1_700_000_000.25, 1_700_000_000.75, -1.5);

const fileExtra = fc.record(
  {
    ...owner,
    mtime,
    mode: fc.constantFrom(0o644, 0o755, 0o100644),
    xattrs: fc.constant({ "security.capability": Uint8Array.of(1, 0, 0, 2, 0x80) }),
  },
  { requiredKeys: [] },
);

const dirExtra = fc.record({ ...owner, mtime, mode: fc.constantFrom(0o755, 0o700, 0o40755) }, { requiredKeys: [] });

const fileMember = fc
  .tuple(spelledPath, fc.constantFrom(...CONTENTS), fileExtra)
  .map(([path, content, extra]) => file(path, content, extra));

const dirMember = fc.tuple(spelledPath, dirExtra).map(([path, extra]) => dir(path, extra));

const symlinkMember = fc
  .tuple(spelledPath, fc.constantFrom("a", "/b", "nowhere"), fc.record({ mtime }, { requiredKeys: [] }))
  .map(([path, target, extra]) => symlink(path, target, extra));

const hardlinkMember = fc.tuple(spelledPath, spelledPath).map(([path, target]) => hardlink(path, target));

const specialMember = fc
  .tuple(spelledPath, fc.constantFrom("char" as const, "block" as const, "fifo" as const), fc.constantFrom(0, 3))
  .map(([path, type, minor]): Member => {
    return type === "fifo" ? { path, type } : { path, type, devMajor: 1, devMinor: minor };
  });

const markerMember = fc.oneof(
  { weight: 6, arbitrary: spelledPath.map(whiteout) },
  { weight: 3, arbitrary: fc.oneof(plainPath, fc.constant("")).map(opaque) },
);

/** Markers that no engine writes: of another type, with content, with nothing to remove. */
const oddMarkerMember = fc.oneof(
  fc.tuple(plainPath, fc.constantFrom("", "content")).map(([path, content]) => ({ ...whiteout(path), content })),
  plainPath.map((path): Member => ({ ...whiteout(path), type: "directory" })),
  fc.constantFrom(".wh.", "a/.wh..", ".wh...", ".wh..wh.aufs").map((path) => file(path)),
  fc.constantFrom(".wh..wh.plnk/1", "a/.wh..wh.orph").map((path) => file(path, "store")),
  fc.tuple(plainPath, fc.constant(".wh..wh.plnk/1")).map(([path, target]) => hardlink(path, target)),
);

const housekeepingMember = fc.constantFrom(
  file("stargz.index.json", "{}"),
  file(".prefetch.landmark", "\x0f"),
  file(".no.prefetch.landmark", "\x0f"),
);

const member: fc.Arbitrary<Member> = fc.oneof(
  { weight: 10, arbitrary: fileMember },
  { weight: 5, arbitrary: dirMember },
  { weight: 4, arbitrary: markerMember },
  { weight: 4, arbitrary: hardlinkMember },
  { weight: 2, arbitrary: symlinkMember },
  { weight: 1, arbitrary: specialMember },
  { weight: 1, arbitrary: oddMarkerMember },
  { weight: 1, arbitrary: housekeepingMember },
);

export const layer: fc.Arbitrary<Member[]> = fc.array(member, { maxLength: 8 });

/** Lowest layer first. */
export const layerStack: fc.Arbitrary<Member[][]> = fc.array(layer, { minLength: 1, maxLength: 5 });

const DEFAULT_MODE: Partial<Record<NonNullable<Member["type"]>, number>> = { directory: 0o755, symlink: 0o777 };

/** What a reader has to find in the tar of these members. Headers of their own are not understood. */
export function toModel(members: Member[]): ModelMember[] {
  return members.map((member) => {
    if (member.typeflag !== undefined || member.size !== undefined) {
      throw new Error("only members of a plain type and their true size can be modelled");
    }
    const type = member.type ?? "file";
    const content = bytesOf(member.content ?? "");
    const model: ModelMember = {
      path: member.path,
      type,
      mode: member.mode ?? DEFAULT_MODE[type] ?? 0o644,
      uid: member.uid ?? 0,
      gid: member.gid ?? 0,
      size: type === "file" ? content.length : 0,
      mtime: member.mtime ?? 0,
    };
    if (type === "file") model.content = content;
    if (member.linkTarget !== undefined) model.linkTarget = member.linkTarget;
    if (member.xattrs) model.xattrs = member.xattrs;
    if (type === "char" || type === "block") model.rdev = `${member.devMajor ?? 0}:${member.devMinor ?? 0}`;
    return model;
  });
}
