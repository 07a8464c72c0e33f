/**
 * A program that has a terminal session and does what it is told by keys: a stand-in for the view. Is bundled and run in a
 * real terminal by session.test.ts.
 */
import { spawn } from "node:child_process";
import { readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Screen } from "../../../src/tui/terminal/screen.ts";
import { openTerminal } from "../../../src/tui/terminal/session.ts";

const session = openTerminal({ stdout: process.stdout, env: process.env, mouse: true });
if (session === undefined) {
  console.log("no keyboard");
  process.exit();
}
const screen = new Screen(session.output);
const seen: string[] = [];
const draw = (): void => {
  const width = screen.columns;
  screen.setRegion("all", { x: 0, y: 0, width, height: screen.rows }, [
    `view ${screen.columns}x${screen.rows} pid ${process.pid}`,
    `keys: ${seen.join(" ")}`,
    `end of row 3 ${"-".repeat(width - 14)}|`,
  ]);
};

/** The next line of a terminal, read by another program. */
const HAND_OVER = 'echo "child is here"; read line; echo "child got $line"; read line';

function act(key: string): void {
  switch (key) {
    case "q":
      void session?.close();
      return;
    case "t":
      throw new Error("thrown on purpose");
    case "r":
      void Promise.reject(new Error("rejected on purpose"));
      return;
    case "ctrl+z":
      void session?.suspend();
      return;
    case "h":
      void session?.handOver(
        () =>
          new Promise((resolve) => {
            spawn("sh", ["-c", `{ ${HAND_OVER}; } < /dev/tty`], { stdio: "inherit" }).on("close", resolve);
          }),
      );
      return;
    case "m":
      session?.setMouse(false);
      return;
    case "x":
      process.exit(7);
  }
}

/** So that nothing of an image that comes in is lost. */
function readInput(): string {
  const bytes = Buffer.alloc(100);
  return bytes.toString("utf8", 0, readSync(0, bytes));
}

if (process.env.READ_INPUT) seen.push(`<${readInput().trim()}>`);
await sleep(Number(process.env.LISTEN_AFTER ?? 0));
session.listen({
  input: (event) => {
    if (event.type === "background") return;
    seen.push(event.type === "key" ? event.key.name : event.type);
    draw();
    if (event.type === "key") act(event.key.name);
  },
  resized: () => {
    screen.repaint();
    draw();
  },
  left: () => screen.pause(),
  entered: () => {
    screen.resume();
    draw();
  },
  closed: () => {},
});
screen.repaint();
draw();
