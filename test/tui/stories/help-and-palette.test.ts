/** What can be done, and how. */
import { expect } from "vitest";
import { cursorOn, explore, footer, story } from "../view.ts";

story("help has the keys of the pane one is in first, can be searched, and closes", async () => {
  const terminal = await explore();
  await terminal.keys("?");
  await terminal.waitFor(/\(here\)/);
  await terminal.text("clipb");
  await terminal.waitFor(/Nothing about|[Cc]opy/);
  await terminal.keys("C-u");
  await terminal.text("copy");
  const screen = await terminal.waitFor(/y +Copy the path/);
  expect(screen.join("\n")).not.toContain("Close all directories");
  await terminal.keys("Escape");
  await terminal.waitFor((rows) => !rows.join("\n").includes("Copy the path"));
});

story("the palette runs a command by its name", async () => {
  const terminal = await explore();
  await terminal.keys(":");
  await terminal.text("viewwaste");
  await cursorOn(terminal, "view-waste");
  await terminal.keys("Enter");
  await terminal.waitFor("▸ Waste");
  await terminal.keys(":");
  await terminal.text("toggle-units");
  await cursorOn(terminal, "toggle-units");
  await terminal.keys("Enter");
  await terminal.waitFor(/\d KiB/);
  await terminal.keys(":");
  await terminal.text("quit");
  await cursorOn(terminal, "quit");
  await terminal.keys("Enter");
  expect(await terminal.exitStatus()).toBe(0);
});

story("hints are about the pane that has the keys", async () => {
  const terminal = await explore();
  await terminal.waitFor(footer(/enter files/));
  await terminal.keys("Enter");
  await terminal.waitFor(footer(/enter open/));
  await terminal.keys("2");
  await terminal.waitFor(footer(/enter go to file/));
});
