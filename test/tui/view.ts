/** Opens images in the interactive view, in a real terminal. */
import { test } from "vitest";
import { COMMAND, DEMO } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { highlighted } from "./painted.ts";
import { HAS_TMUX, type StartOptions, Terminal, until, WITHOUT_TMUX } from "./tmux.ts";

/** A test that is skipped where there is no terminal to play it in. */
export function story(title: string, play: () => Promise<void>): void {
  test.skipIf(!HAS_TMUX)(`${title}${WITHOUT_TMUX}`, play);
}

/** The command on a terminal, with nobody's configuration. */
export function layerscopeIn(args: readonly string[], options: StartOptions = {}): Promise<Terminal> {
  const env = { XDG_CONFIG_HOME: temporaryPath(), ...options.env };
  return Terminal.start([process.execPath, COMMAND, ...args], { ...options, env });
}

/** An image in the view, when all of it is read. */
export async function explore(image = DEMO, options: StartOptions = {}): Promise<Terminal> {
  const terminal = await layerscopeIn([image], options);
  await allRead(terminal);
  return terminal;
}

/** Waits until the top row tells what is wasted, and nothing more can be added to what is shown. */
export async function allRead(terminal: Terminal): Promise<void> {
  await terminal.waitFor(([top = ""]) => top.includes("wasted") && !/opening|reading|comparing|looking/.test(top));
}

/** Waits until a row with the cursor of a pane (focused or not) has the text; gives all rows with a cursor. */
export async function cursorOn(terminal: Terminal, text: string): Promise<void> {
  let rows: string[] = [];
  await until(
    async () => {
      rows = (await terminal.paintedScreen()).map(highlighted).filter((row) => row !== "");
      return rows.some((row) => row.includes(text));
    },
    () => `no cursor on "${text}", but on:\n${rows.join("\n")}`,
  );
}

/** The last row: hints, a message, or what is being typed. */
export const footer =
  (pattern: RegExp) =>
  (screen: readonly string[]): boolean =>
    pattern.test(screen.at(-1) ?? "");
