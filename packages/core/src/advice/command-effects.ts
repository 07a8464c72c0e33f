/** What a command of a `RUN` does to an image, as far as its name and arguments tell. */
import { operands, type ShellCommand } from "./shell-commands.ts";

/** Package managers of distributions. */
type SystemManager = "apt" | "apk" | "dnf" | "zypper" | "pacman";

interface ManagerWords {
  readonly manager: SystemManager;
  readonly installs: ReadonlySet<string>;
  readonly refreshes: ReadonlySet<string>;
  readonly cleans: ReadonlySet<string>;
}

const APT: ManagerWords = {
  manager: "apt",
  installs: new Set(["install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep", "reinstall", "satisfy"]),
  refreshes: new Set(["update"]),
  cleans: new Set(["clean", "autoclean", "distclean"]),
};
const APK: ManagerWords = {
  manager: "apk",
  installs: new Set(["add", "upgrade", "fix"]),
  refreshes: new Set(["update"]),
  cleans: new Set(["cache"]),
};
const DNF: ManagerWords = {
  manager: "dnf",
  installs: new Set([
    ...["install", "update", "upgrade", "groupinstall", "group", "module", "reinstall", "localinstall", "distro-sync"],
    ...["builddep", "swap", "downgrade"],
  ]),
  refreshes: new Set(["makecache", "check-update"]),
  cleans: new Set(["clean"]),
};
const ZYPPER: ManagerWords = {
  manager: "zypper",
  installs: new Set(["install", "in", "update", "up", "patch", "dist-upgrade", "dup", "source-install", "si"]),
  refreshes: new Set(["refresh", "ref"]),
  cleans: new Set(["clean", "cc"]),
};

const MANAGERS: ReadonlyMap<string, ManagerWords> = new Map([
  ...["apt-get", "apt", "aptitude"].map((name) => [name, APT] as const),
  ["apk", APK],
  ...["dnf", "dnf5", "yum", "microdnf", "tdnf"].map((name) => [name, DNF] as const),
  ["zypper", ZYPPER],
]);

/** Options that take the next word. */
const WITH_VALUE: Readonly<Record<SystemManager, ReadonlySet<string>>> = {
  apt: new Set(["-o", "-t", "-c", "--option", "--target-release", "--config-file"]),
  apk: new Set(["-X", "--repository", "-p", "--root", "-t", "--virtual", "--keys-dir", "--repositories-file"]),
  dnf: new Set(["-c", "--config", "-x", "--exclude", "--enablerepo", "--disablerepo", "--repo", "--installroot"]),
  zypper: new Set(["-R", "--root", "-r", "--repo", "-t", "--type"]),
  pacman: new Set(["-r", "--root", "-b", "--dbpath"]),
};

export interface SystemEffect {
  readonly manager: SystemManager;
  /** `other`: removes, queries, or is not understood. */
  readonly kind: "install" | "refresh" | "clean" | "other";
  /** Of an install: what is named, which may be paths. */
  readonly packages: readonly string[];
}

/** What a command does with the package manager of a distribution; undefined when it is none. */
export function systemEffect({ name, args }: ShellCommand): SystemEffect | undefined {
  if (name === "pacman") return pacmanEffect(args);
  if (name === "dpkg" && args.some((arg) => arg === "-i" || arg === "--install")) {
    return { manager: "apt", kind: "install", packages: operands(args) };
  }
  const words = MANAGERS.get(name);
  if (!words) return undefined;
  const { manager, installs, refreshes, cleans } = words;
  const [verb = "", ...packages] = operands(args, WITH_VALUE[manager]);
  if (installs.has(verb)) return { manager, kind: "install", packages };
  if (refreshes.has(verb)) return { manager, kind: "refresh", packages: [] };
  return { manager, kind: cleans.has(verb) ? "clean" : "other", packages: [] };
}

function pacmanEffect(args: readonly string[]): SystemEffect {
  const packages = operands(args, WITH_VALUE.pacman);
  const sync = args.find((arg) => /^-S[a-z]{0,10}$/.test(arg)) ?? (args.includes("--sync") ? "-S" : undefined);
  if (args.some((arg) => /^-U[a-z]{0,10}$/.test(arg))) return { manager: "pacman", kind: "install", packages };
  if (sync === undefined) return { manager: "pacman", kind: "other", packages: [] };
  if (sync.includes("c")) return { manager: "pacman", kind: "clean", packages: [] };
  const installs = packages.length > 0 || sync.includes("u");
  return { manager: "pacman", kind: installs ? "install" : "refresh", packages };
}

const DOWNLOADERS = new Set(["curl", "wget", "aria2c", "axel", "gsutil", "gdown"]);
const FETCHING_GIT = new Set(["clone", "fetch", "pull", "submodule"]);

/** Whether it brings files from elsewhere, package managers apart. */
export function isDownload({ name, args }: ShellCommand): boolean {
  if (name === "git") return FETCHING_GIT.has(operands(args, new Set(["-C", "-c"]))[0] ?? "");
  if (name === "svn") return args[0] === "checkout" || args[0] === "co" || args[0] === "export";
  return DOWNLOADERS.has(name);
}

/** The paths that a command removes, as they are written; undefined when it removes none that it names. */
export function removedPaths({ name, args }: ShellCommand): readonly string[] | undefined {
  if (name === "rm" || name === "rmdir" || name === "unlink" || name === "shred") return operands(args);
  if (name === "find" && args.includes("-delete")) {
    const end = args.findIndex((arg) => arg.startsWith("-"));
    return args.slice(0, end);
  }
  return undefined;
}

/** Whether it takes files away, or moves them. */
export function isRemoval(command: ShellCommand): boolean {
  return (
    removedPaths(command) !== undefined ||
    systemEffect(command)?.kind === "clean" ||
    (systemEffect(command)?.kind === "other" && command.args.some((arg) => REMOVING.has(arg))) ||
    (CLEANERS.get(command.name)?.has(operands(command.args)[0] ?? "") ?? false)
  );
}

const REMOVING = new Set(["remove", "purge", "autoremove", "autopurge", "del", "erase", "rm"]);
const CLEANERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["npm", new Set(["cache", "prune", "uninstall"])],
  ["yarn", new Set(["cache"])],
  ["pnpm", new Set(["store", "prune"])],
  ["pip", new Set(["cache", "uninstall"])],
  ["pip3", new Set(["cache", "uninstall"])],
  ["go", new Set(["clean"])],
  ["cargo", new Set(["clean"])],
  ["gem", new Set(["cleanup", "uninstall"])],
  ["composer", new Set(["clear-cache", "clearcache"])],
]);

/** A change of owner or mode: `what` is the owner or the mode as it is written. */
export interface AttributeChange {
  readonly what: string;
  readonly paths: readonly string[];
}

export function ownerChange({ name, args }: ShellCommand): AttributeChange | undefined {
  if (name !== "chown" && name !== "chgrp") return undefined;
  const [owner, ...paths] = operands(args);
  if (owner === undefined || args.some((arg) => arg.startsWith("--reference"))) return undefined;
  return { what: name === "chgrp" ? `:${owner}` : owner, paths };
}

/** A mode such as `-x` looks like an option. */
export function modeChange({ name, args }: ShellCommand): AttributeChange | undefined {
  if (name !== "chmod" || args.some((arg) => arg.startsWith("--reference"))) return undefined;
  const rest = args.filter((arg) => !/^(?:-[Rcfv]{1,4}|--\w{1,20})$/.test(arg));
  const [mode, ...paths] = rest;
  return mode === undefined ? undefined : { what: mode, paths };
}
