import { expect, test } from "vitest";
import { copySequence } from "../../../src/tui/terminal/clipboard.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is sent
const PLAIN = /^\x1b\]52;c;([A-Za-z0-9+/=]*)\x07$/;
const decoded = (sequence: string | undefined): string | undefined => {
  const found = PLAIN.exec(sequence ?? "");
  return found ? Buffer.from(found[1] ?? "", "base64").toString() : undefined;
};

test("a text is sent as base64", () => {
  expect(decoded(copySequence("/etc/naïve\n日本", { TERM: "xterm" }))).toBe("/etc/naïve\n日本");
});

test("nothing in a text reaches the terminal raw", () => {
  const hostile = "\x07\x1b]0;title\x07\x1b\\";
  expect(decoded(copySequence(hostile, { TERM: "xterm" }))).toBe(hostile);
});

test("tmux is told twice: itself, and to pass it on", () => {
  const sequence = copySequence("text", { TERM: "screen-256color", TMUX: "/tmp/tmux-0/default,1,0" }) ?? "";
  const [own, passed = ""] = sequence.split("\x1bPtmux;");
  expect(decoded(own)).toBe("text");
  expect(passed.endsWith("\x1b\\")).toBe(true);
  expect(decoded(passed.slice(0, -2).replaceAll("\x1b\x1b", "\x1b"))).toBe("text");
});

test("GNU screen passes it on in pieces that it can hold", () => {
  const text = "long ".repeat(1000);
  const sequence = copySequence(text, { TERM: "screen", STY: "1.pts" }) ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is sent
  const pieces = [...sequence.matchAll(/\x1bP(.*?)\x1b\\/gs)];
  expect(pieces.map(([piece]) => piece).join("")).toBe(sequence);
  expect(Math.max(...pieces.map(([piece]) => piece.length))).toBeLessThan(768);
  expect(decoded(pieces.map(([, content]) => content).join(""))).toBe(text);
});

test("a text that is too long is not sent", () => {
  expect(copySequence("x".repeat(56_000), {})).toBeDefined();
  expect(copySequence("x".repeat(57_000), {})).toBeUndefined();
});
