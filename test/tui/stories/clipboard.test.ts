/** Copying goes through the terminal (OSC 52), over any number of connections. */
import { expect } from "vitest";
import { sequencesIn } from "../sequences.ts";
import { cursorOn, explore, footer, story } from "../view.ts";

function copied(bytes: string): string[] {
  return sequencesIn(bytes).flatMap((sequence) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
    const [, base64] = /^.\]52;c;([^\u0007\u001b]*)/.exec(sequence) ?? [];
    return base64 === undefined ? [] : [Buffer.from(base64, "base64").toString()];
  });
}

story("path, digest and command", async () => {
  const terminal = await explore();
  await terminal.keys("t", "/");
  await terminal.text("/etc/passwd");
  await terminal.keys("Enter");
  await cursorOn(terminal, "passwd");
  await terminal.keys("y");
  await terminal.waitFor(footer(/Copied the path/));
  await terminal.keys("Y");
  await terminal.waitFor(footer(/Copied the digest of layer 0/));
  await terminal.keys("C-y");
  await terminal.waitFor(footer(/Copied the command of layer 0/));
  const [path, digest, command] = copied(terminal.bytes());
  expect(path).toBe("/etc/passwd");
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(command).toContain("rootfs.tar.xz");
});
