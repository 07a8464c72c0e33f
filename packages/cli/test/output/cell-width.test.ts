import stringWidth from "string-width";
import { expect, test } from "vitest";
import { cellWidth } from "../../src/output/terminal.ts";

test("what is measured the short way is as wide as the long way says, alone and after others", () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const character = String.fromCodePoint(code);
    expect([code, cellWidth(character)]).toEqual([code, stringWidth(character)]);
    const among = `a${character}\u00e9${character}\u2026`;
    expect([code, cellWidth(among)]).toEqual([code, stringWidth(among)]);
  }
});
