import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOsRelease, parseOsRelease } from "../../src/packages/os-release.ts";
import { declaringFile } from "./declaring-file.ts";

describe("The file that says which distribution it is", () => {
  test.each([
    ["etc/os-release", true],
    ["usr/lib/os-release", true],
    ["usr/lib/os.release.d/os-release-fedora", true],
    ["srv/rootfs/etc/os-release", false],
    ["etc/os-release.bak", false],
    ["etc/lsb-release", false],
  ])("is it %s: %s", (path, expected) => {
    expect(isOsRelease(declaringFile(path))).toBe(expected);
  });

  test("of Debian is read as a shell reads it", () => {
    const text = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
# a comment
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`;
    expect(parseOsRelease(text)).toEqual({
      id: "debian",
      idLike: [],
      versionId: "12",
      codename: "bookworm",
      prettyName: "Debian GNU/Linux 12 (bookworm)",
    });
  });

  test("may have relatives, single quotes, escapes and other ends of lines", () => {
    const text =
      'ID=\'Rocky\'\r\nID_LIKE="rhel  centos Fedora"\r\nPRETTY_NAME="a \\"b\\" \\$c \\d"\r\nVERSION_ID=""\r\n';
    expect(parseOsRelease(text)).toEqual({
      id: "rocky",
      idLike: ["rhel", "centos", "fedora"],
      versionId: undefined,
      codename: undefined,
      prettyName: 'a "b" $c \\d',
    });
  });

  test("says nothing without an ID", () => {
    expect(parseOsRelease("NAME=Something\nID=\n")).toBeUndefined();
    expect(parseOsRelease("")).toBeUndefined();
  });

  test("never throws", () => {
    const line = fc
      .tuple(fc.constantFrom("ID=", "ID_LIKE=", "=", "PRETTY_NAME="), fc.string())
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ unit: "binary" }))), (lines) => {
        expect(parseOsRelease(["ID=x", ...lines].join("\n"))?.id).not.toBe("");
      }),
    );
  });
});
