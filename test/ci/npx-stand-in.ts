import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMAND, ROOT } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";

const { version } = JSON.parse(readFileSync(join(ROOT, "packages/cli/package.json"), "utf8"));

/**
 * Not npm is tested with it: it runs the built command when it is told to run this version of it, at once.
 * @returns a directory for PATH
 */
export function npxStandIn(): string {
  const directory = temporaryPath();
  mkdirSync(directory);
  const script = `#!/bin/sh
[ "$1" = --yes ] || exit 64
shift
[ "$1" = -- ] && shift
[ "$1" = "layerscope@${version}" ] || exit 64
shift
exec '${process.execPath}' '${COMMAND}' "$@"
`;
  writeFileSync(join(directory, "npx"), script, { mode: 0o755 });
  return directory;
}
