import { PassThrough } from "node:stream";
import { Box, render, Text } from "ink";
import { createElement } from "react";
import { expect, test } from "vitest";
import { openScreen } from "./shown-terminal.ts";

// What the screen relies on, and what a new version of Ink might do otherwise.
test("Ink hands the screen whole frames, and nothing that moves the cursor or clears", async () => {
  const { screen, terminal } = openScreen(20, 4);
  const view = (text: string) =>
    createElement(Box, { width: 20, height: 4, flexDirection: "column" }, [
      createElement(Text, { key: 0, color: "red" }, text),
      createElement(Text, { key: 1 }, "second"),
    ]);
  const ink = render(view("first"), {
    debug: true,
    stdout: screen as unknown as NodeJS.WriteStream,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  screen.setRegion("pane", { x: 4, y: 2, width: 6, height: 2 }, ["pane"]);
  screen.flushNow();
  expect(await terminal.shown()).toEqual(["first", "second", "    pane", ""]);
  ink.rerender(view("other"));
  screen.flushNow();
  expect(await terminal.shown()).toEqual(["other", "second", "    pane", ""]);
  ink.unmount();
  await ink.waitUntilExit();
  screen.flushNow();
  const written = terminal.writes.join("");
  for (const sequence of ["\x1b[2J", "\x1b[3J", "\x1b[?25", "\x1b[1A", "\n"]) expect(written).not.toContain(sequence);
});
