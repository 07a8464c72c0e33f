/** Programs on the PATH. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * The path of a program, looked for as a shell would, but never in the current directory: not by an empty or relative
 * part of PATH, and not because Windows looks there first.
 * @param name a file name, without the ending that programs have on Windows
 */
export function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const ending = process.platform === "win32" && !name.toLowerCase().endsWith(".exe") ? ".exe" : "";
  for (const directory of (env.PATH ?? env.Path ?? "").split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    const path = join(directory, name + ending);
    if (isProgram(path)) return path;
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
