// Makes docs/images anew: the built command on the demo image, played key by key in a terminal without a window.
//
//   npm run screenshots                                     all pictures
//   node scripts/screenshot.mjs view --image other.tar      one of them, of another image
//
// Needs python3, for the terminal.

import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { terminalSvg } from "./terminal-svg.mjs";
import { VirtualTerminal } from "./virtual-terminal.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const COMMAND = join(root, "packages/cli/bin/layerscope.js");

/** Screens of each width are used in the README beside each other. */
const STILL = { columns: 130, rows: 36 };
const ALL_READ = "efficiency";
const ESCAPE = "\u001b";

/**
 * Each step types `type` and waits for the text. One with `seconds` is a frame that stays so long, with `key` in the
 * title; a picture with one frame does not move.
 *
 * @type {Record<string, { columns: number, rows: number, steps: { type: string, waitFor: string, key?: string, seconds?: number }[] }>}
 */
const SCENES = {
  layers: {
    ...STILL,
    steps: [
      { type: "", waitFor: ALL_READ },
      { type: "]]]]]]]", waitFor: "what layer 7 did" },
      { type: "\r\rjl", waitFor: "▾ node_modules/" },
      { type: "//server\\.js$/\r", waitFor: "1 match" },
      // The hints come back with the next key.
      { type: "kj", waitFor: "enter open", seconds: 1 },
    ],
  },
  waste: {
    ...STILL,
    steps: [
      { type: "", waitFor: ALL_READ },
      { type: "2", waitFor: "by cause" },
      { type: "\rjmm", waitFor: "2 marked: saves 132 kB", seconds: 1 },
    ],
  },
  diff: {
    ...STILL,
    steps: [
      { type: "", waitFor: ALL_READ },
      { type: "]\r", waitFor: "what layer 1 did" },
      { type: "//status$/\r", waitFor: "1 match" },
      { type: "D", waitFor: "lines without changes", seconds: 1 },
    ],
  },
  tour: {
    columns: 110,
    rows: 30,
    steps: [
      { type: "", waitFor: ALL_READ, seconds: 2.5 },
      { type: "j", waitFor: "what layer 1 did", key: "j  next layer", seconds: 1.2 },
      { type: "jjjj", waitFor: "what layer 5 did", key: "j", seconds: 1 },
      { type: "jj", waitFor: "what layer 7 did", key: "j", seconds: 1.5 },
      { type: "\r", waitFor: "▸ Files", key: "Enter  to its files", seconds: 1 },
      { type: "\r", waitFor: "▾ app/", key: "Enter  open", seconds: 2 },
      { type: "t", waitFor: "as of layer 7", key: "t  the whole tree", seconds: 2 },
      { type: "2", waitFor: "by cause", key: "2  what is wasted?", seconds: 2.5 },
      { type: "\r", waitFor: "▾ deleted", key: "Enter  open", seconds: 1.5 },
      { type: "j", waitFor: "deleted by layer 2", key: "j", seconds: 2.5 },
      { type: "m", waitFor: "1 marked: saves 74.0 kB", key: "m  mark: what would it save?", seconds: 1.2 },
      { type: "mm", waitFor: "3 marked: saves 175 kB", key: "m m", seconds: 2 },
      { type: "k\r", waitFor: "▸ Files", key: "Enter  go to the file", seconds: 2 },
      { type: "H", waitFor: "History of a path", key: "H  its history", seconds: 2.5 },
      { type: ":", waitFor: "Commands", key: ":  every command by name", seconds: 1.2 },
      { type: "copy", waitFor: "copy-path", key: "copy", seconds: 1.5 },
      { type: ESCAPE, waitFor: "History of a path", key: "Escape", seconds: 0.6 },
    ],
  },
};

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { image: { type: "string", default: join(root, "fixtures/demo.tar") } },
});

async function play(name) {
  const { columns, rows, steps } = SCENES[name];
  const terminal = new VirtualTerminal([process.execPath, COMMAND, options.image], {
    columns,
    rows,
    cwd: root,
    // Nobody's configuration.
    env: { XDG_CONFIG_HOME: join(root, "none") },
  });
  const frames = [];
  try {
    for (const { type, key, waitFor, seconds } of steps) {
      terminal.type(type);
      await terminal.settled(waitFor);
      if (seconds !== undefined) frames.push({ cells: terminal.cells(), key, seconds });
    }
  } finally {
    terminal.close();
  }
  const file = join(root, "docs/images", `${name}.svg`);
  mkdirSync(join(root, "docs/images"), { recursive: true });
  writeFileSync(file, terminalSvg(frames, { columns, rows, title: `layerscope ${basename(options.image)}` }));
  console.log(file);
}

for (const name of names.length > 0 ? names : Object.keys(SCENES)) await play(name);
