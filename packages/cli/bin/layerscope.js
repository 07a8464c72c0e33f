#!/usr/bin/env node
// Plain JavaScript of an old dialect on purpose: an old Node must get as far as the message below.
import { existsSync } from "node:fs";

const [major, minor] = process.versions.node.split(".").map(Number);
const main = new URL("../dist/bundle/main.js", import.meta.url);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`layerscope: needs Node 20.19 or newer, this is ${process.versions.node}`);
  process.exitCode = 2;
} else if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("layerscope: not built yet; run `npm run build`");
  process.exitCode = 2;
}
