import fc from "fast-check";
import { expect, test } from "vitest";
import { tar } from "../../../../fixtures/build/tar.ts";
import type { TarMember } from "../../src/archive/tar-decoder.ts";
import { encodeHeader, endOfTar, paddingAfter } from "../../src/archive/tar-encoder.ts";
import { TarPush } from "../../src/archive/tar-push.ts";
import { TYPE } from "../../src/model/entry.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { anyMembers } from "./arbitrary-members.ts";
import { push } from "./read-tar.ts";

/** The same members, written anew. */
function writtenAnew(archive: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  let last = 0;
  const member = (member: TarMember): void => {
    const name = member.name.slice(member.nameStart, member.nameEnd);
    const hasLink = member.type === TYPE.LINK || member.type === TYPE.SYMLINK;
    last = member.type === TYPE.FILE ? member.storedSize : 0;
    const link = hasLink ? member.link.slice(member.linkStart, member.linkEnd) : new Uint8Array();
    parts.push(encodeHeader({ ...member, name, link, storedSize: last }));
  };
  const body = (bytes: Uint8Array, start: number, end: number) => last > 0 && parts.push(bytes.slice(start, end));
  const reader = new TarPush({ member, body, memberEnd: () => parts.push(paddingAfter(last)) }, DEFAULT_LIMITS);
  reader.write(archive);
  return Buffer.concat([...parts, endOfTar()]);
}

test("members that are read and written are the same when they are read again", () => {
  const law = fc.property(anyMembers, (members) => {
    const first = push(tar(members), DEFAULT_LIMITS, 512);
    fc.pre(first.error === undefined && first.members.every(({ type }) => type !== "not a file"));
    const again = push(writtenAnew(tar(members)), DEFAULT_LIMITS, 512);
    expect(again.error).toBeUndefined();
    const essence = (reading: typeof first) =>
      reading.members.map(({ bodyOffset, storedSize, link, ...rest }) => ({
        ...rest,
        path: rest.type === "directory" ? rest.path.replace(/\/$/, "") : rest.path,
        link: rest.type === "link" || rest.type === "symlink" ? link : "",
      }));
    expect(essence(again)).toEqual(essence(first));
  });
  fc.assert(law, { numRuns: 300 });
});
