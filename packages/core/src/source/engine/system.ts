import { readdir, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";

/** What the search for engines knows of the machine and the user. */
export interface System {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Undefined where users have no numbers. */
  readonly userId: number | undefined;
  /** Which socket is at a path, undefined for none: the same text for two paths to one socket. */
  readonly socketAt: (path: string) => Promise<string | undefined>;
}

/** The machine and user of this process. */
export function thisSystem(env: NodeJS.ProcessEnv): System {
  return { env, platform: process.platform, userId: process.getuid?.(), socketAt };
}

async function socketAt(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    return found.isSocket() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** The value of a variable; undefined when it is empty, which means the same to every engine. */
export function variable({ env }: System, name: string): string | undefined {
  return env[name] || undefined;
}

export function homeDirectory(system: System): string {
  return variable(system, system.platform === "win32" ? "USERPROFILE" : "HOME") ?? homeOfUser();
}

/** A container may run under a number that no user has. */
function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    return "/";
  }
}

/** Where programs keep the sockets of the user's own services: as the session says, and as systemd has it. */
export function runtimeDirectories(system: System): readonly string[] {
  const said = variable(system, "XDG_RUNTIME_DIR");
  return [...(said ? [said] : []), ...(system.userId === undefined ? [] : [`/run/user/${system.userId}`])];
}

export function configDirectory(system: System): string {
  return variable(system, "XDG_CONFIG_HOME") ?? join(homeDirectory(system), ".config");
}

/** How many names of a directory are looked at; those that are searched here have a handful. */
const MOST_NAMES = 1000;

/** The names in a directory, in order; none when it cannot be read. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort().slice(0, MOST_NAMES);
  } catch {
    return [];
  }
}
