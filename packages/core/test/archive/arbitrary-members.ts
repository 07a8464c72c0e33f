/** Members of every kind that tar has, for laws. */
import fc from "fast-check";
import { gnuLongName, type Member, paxHeader, sparseFile } from "../../../../fixtures/build/tar.ts";
import { layer as overlayMembers } from "../../../../test/model/arbitrary.ts";

const path = fc.oneof(
  fc.constantFrom("a", "dir/b", "./c", "dir//d", "/abs", "é", "x".repeat(99), "x".repeat(100), "x".repeat(101)),
  fc.tuple(fc.nat(180), fc.nat(120)).map(([one, other]) => `${"p".repeat(one + 1)}/${"n".repeat(other + 1)}`),
  fc.constant("q/".repeat(300)),
);
const rawPath = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => bytes.map((byte) => byte || 1));
const content = fc.oneof(
  fc.constant(""),
  fc.nat(2000).map((size) => "c".repeat(size)),
);
const number = fc.constantFrom(0, 1, 1000, 0o7777777, 0o10000000, 3_000_000_000, 2 ** 32 - 1);
const mtime = fc.constantFrom(0, 1, 1_700_000_000, 2 ** 33, 2 ** 34);
const mode = fc.constantFrom(0, 0o644, 0o100644, 0o4755, 0o40755, 0o120777);
const type = fc.constantFrom("file", "directory", "symlink", "link", "char", "block", "fifo");
const format = fc.constantFrom(undefined, "pax" as const, "gnu" as const);

/** Plain: what every tar reader of our time should take alike. */
export const plainMember: fc.Arbitrary<Member> = fc
  .record({ path, content, uid: number, gid: number, mtime, mode, type, format, link: path })
  .map(({ format: chosen, type: kind, content: body, link, ...rest }): Member => {
    const member: Member = { ...rest, type: kind as NonNullable<Member["type"]> };
    if (chosen) member.format = chosen;
    if (kind === "file") member.content = body;
    if (kind === "symlink" || kind === "link") member.linkTarget = link;
    return member;
  });

const strangeMember: fc.Arbitrary<Member> = fc.oneof(
  fc.tuple(rawPath, content).map(([name, body]): Member => ({ path: name, content: body })),
  fc
    .tuple(rawPath, rawPath)
    .map(([name, link]): Member => ({ path: name, type: "symlink", linkTarget: link, format: "gnu" })),
  fc
    .constantFrom("V", "M", "7", "A", "D", "X")
    .map((typeflag): Member => ({ path: "odd", content: typeflag === "X" ? "" : "x", typeflag })),
  fc.constantFrom(-1.5, 1.25, -315_619_200).map((time): Member => ({ path: "time", mtime: time })),
  fc
    .constantFrom("directory" as const, "symlink" as const, "link" as const, "fifo" as const)
    .map((kind): Member => ({ path: "sized", type: kind, size: 700, linkTarget: "a" })),
  fc.uint8Array({ maxLength: 300 }).map((value): Member => ({ path: "x", xattrs: { "user.a": value } })),
  fc.constantFrom("5", "", "7").map((uid) => paxHeader({ uid }, "g")),
  fc.constant(paxHeader({ "SCHILY.xattr.user.all": "x" }, "g")),
  fc.nat(400).map((length) => gnuLongName("l".repeat(length + 1))),
  fc
    .record({ form: fc.constantFrom("gnu", "pax-0.0", "pax-0.1", "pax-1.0"), count: fc.nat(30) })
    .map(({ form, count }) =>
      sparseFile("sparse", {
        form: form as "gnu",
        realSize: count * 100 + 50,
        chunks: Array.from({ length: count }, (_, i) => ({ offset: i * 100, data: "dd" })),
      }),
    ),
);

export const anyMembers: fc.Arbitrary<Member[]> = fc
  .array(fc.oneof(overlayMembers, fc.array(plainMember, { maxLength: 3 }), fc.array(strangeMember, { maxLength: 3 })), {
    maxLength: 5,
  })
  .map((groups) => groups.flat());

export const ending: fc.Arbitrary<{ end: "two-blocks" | "none" | "one-block" }> = fc.record({
  end: fc.constantFrom("two-blocks", "none", "one-block"),
});
