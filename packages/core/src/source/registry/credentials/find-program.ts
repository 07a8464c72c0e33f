/** Programs on the PATH. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * The path of a program, looked for as a shell would, but never in the current directory: not by an empty or relative
 * part of PATH, and not because Windows looks there first.
 * @param name a file name, without the ending that programs have on Windows
 */
export async function findProgram(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const ending = process.platform === "win32" && !name.toLowerCase().endsWith(".exe") ? ".exe" : "";
  for (const directory of (env.PATH ?? env.Path ?? "").split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    const path = join(directory, name + ending);
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
