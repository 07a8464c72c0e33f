/** What a user can set, nearly all of it for the interactive view, what it is when nothing is set, and the file it is read from. */
import { homedir } from "node:os";
import { posix, win32 } from "node:path";
import type { Mirrors } from "@layerscope/core";
import type { Units } from "../output/bytes.ts";
import type { KeyOverride } from "../tui/keymap/keymap.ts";
import { COLUMNS, type Column, type Shown, type Sort } from "../tui/state/files-state.ts";
import { readConfigFile } from "./read-config-file.ts";

export const THEME_SETTINGS = ["auto", "dark", "light", "none"] as const;
/** `auto` asks the terminal, `none` leaves out all colours. */
type ThemeSetting = (typeof THEME_SETTINGS)[number];

export interface UserConfig {
  readonly theme: ThemeSetting;
  readonly mouse: boolean;
  /** What the file tree shows at first. */
  readonly view: Shown;
  readonly sort: Sort;
  readonly units: Units;
  /** The columns of the file tree. */
  readonly columns: readonly Column[];
  readonly preview: boolean;
  readonly screenReader: boolean;
  readonly keys: readonly KeyOverride[];
  /** By the host that names begin with: whom to ask before the registry. For every command. */
  readonly mirrors: Mirrors;
}

export const DEFAULT_CONFIG: UserConfig = {
  theme: "auto",
  mouse: true,
  view: "changes",
  sort: "size",
  units: "si",
  columns: COLUMNS,
  preview: true,
  screenReader: false,
  keys: [],
  mirrors: {},
};

/**
 * The user's configuration; the defaults where there is no file.
 * @param env the environment: where the file is
 * @throws LayerscopeError `invalid-config` with file, line and column; `unreadable`
 */
export async function loadUserConfig(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Promise<UserConfig> {
  for (const path of configPaths(env, platform)) {
    const text = readConfigFile(path, LARGEST);
    // Nearly nobody has a file, and what reads it takes a while to load.
    if (text !== undefined) return (await import("./parse-config.ts")).parseConfig(text, path);
  }
  return DEFAULT_CONFIG;
}

/**
 * Where the file may be, the first that is there counts. As the XDG Base Directory Specification says, a variable with a
 * relative path is as if it were not set.
 */
export function configPaths(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const { join, isAbsolute } = platform === "win32" ? win32 : posix;
  const named = env.XDG_CONFIG_HOME;
  const appData = platform === "win32" ? env.APPDATA : undefined;
  const directory =
    named && isAbsolute(named)
      ? named
      : appData && isAbsolute(appData)
        ? appData
        : join(env.HOME || homedir(), ".config");
  return ["config.yaml", "config.yml"].map((name) => join(directory, "layerscope", name));
}

/** Far more than all settings take. */
const LARGEST = 256 * 1024;
