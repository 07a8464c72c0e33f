/** How the commands of an image would look without the waste: done in one `RUN`, from a mount, or by flags of `COPY`. */
import type { AdviceContext } from "./advice-context.ts";
import type { BuildStep } from "./build-steps.ts";
import { isRemoval, removedPaths, systemEffect } from "./command-effects.ts";
import { type CopyCommand, copyCommand, joinPath, workingDirectory } from "./copy-command.ts";
import { commandsIn, commandsOf, type ShellCommand, standsAlone } from "./shell-commands.ts";
import { dockerfileText, mergeRuns, snippetOf } from "./snippet.ts";
import { isAllThatIsLeft, isRun, pathsOf, type WasteGroup } from "./waste-groups.ts";

/**
 * What is done in the hiding step, done in the storing one: only the statements that count, where they can be told and nothing
 * before them may need the files. Undefined where the steps between keep the two apart.
 */
export function inSameRun(
  context: AdviceContext,
  group: WasteGroup,
  counts: (command: ShellCommand) => boolean,
): string | undefined {
  const { stored, hidden } = group;
  if (!isRun(stored) || !isRun(hidden) || !stored.isOwn) return undefined;
  const between = stepsThatMean(context, group, stored.index + 1, hidden.index);
  const apart = new Set(context.steps.slice(stored.index + 1, hidden.index).map(({ command }) => command.keyword));
  const commands = commandsOf(hidden);
  const first = commands.findIndex(counts);
  const counting = commands.filter(counts);
  const canBeTold = first >= 0 && counting.every(({ statement }) => standsAlone(statement));
  if (canBeTold && (counting.every(isOfCache) || commands.slice(0, first).every(isHarmless))) {
    const isMovable = !apart.has("WORKDIR") || counting.every(({ args }) => args.every((arg) => /^[-/]/.test(arg)));
    const statements = [...new Set(counting.map(({ statement }) => statement))];
    return isMovable ? mergeRuns([stored, ...between], { statements }) : undefined;
  }
  return APART.some((keyword) => apart.has(keyword)) ? undefined : mergeRuns([stored, ...between, hidden]);
}

/** Steps that commands cannot be moved over. */
const APART = ["COPY", "ADD", "WORKDIR", "USER", "ENV", "ARG", "SHELL"];

const CACHES = /^(?:\/var\/(?:lib\/apt\/lists|cache)|\/root\/\.(?:cache|npm))(?:\/|$)/;

/** Whether it only removes what a package manager has fetched, which nothing needs after the install. */
function isOfCache(command: ShellCommand): boolean {
  const removed = removedPaths(command);
  return removed ? removed.every((path) => CACHES.test(path)) : isRemoval(command);
}

/** Whether it has no use for files that are not the system's. */
function isHarmless(command: ShellCommand): boolean {
  return systemEffect(command) !== undefined || isRemoval(command) || HARMLESS.has(command.name);
}

const HARMLESS = new Set(["set", "echo", "true", "export", "mkdir", "chown", "chmod", "useradd", "adduser", "touch"]);

const MOST_OPERANDS = 50;

/** Whether a command removes some of the files, as far as its arguments tell. */
export function removes(context: AdviceContext, group: WasteGroup): (command: ShellCommand) => boolean {
  const paths = pathsOf(context, group);
  const directory = group.hidden ? workingDirectory(context.steps, group.hidden) : "/";
  return (command) => {
    if (!isRemoval(command)) return false;
    const removed = removedPaths(command);
    if (!removed) return cleansCacheOf(command, paths);
    return removed.slice(0, MOST_OPERANDS).some((path) => meansSome(path, directory, paths));
  };
}

function cleansCacheOf(command: ShellCommand, paths: readonly string[]): boolean {
  const manager = systemEffect(command)?.manager;
  return manager === undefined || paths.some((path) => path.includes(`/${manager}/`));
}

/** A path as written, up to its first wildcard. Where it is relative, no directory is known for sure. */
function meansSome(written: string, directory: string, paths: readonly string[]): boolean {
  const wildcard = written.search(/[*?[]/);
  const fixed = wildcard < 0 ? written : written.slice(0, wildcard);
  const prefix = joinPath(directory, fixed);
  const isOpen = wildcard >= 0 && !fixed.endsWith("/");
  const fits = (path: string): boolean =>
    path === prefix || path.startsWith(prefix === "/" ? "/" : `${prefix}/`) || (isOpen && path.startsWith(prefix));
  if (fixed !== "" && paths.some(fits)) return true;
  if (written.startsWith("/") || wildcard >= 0 || written === "." || written === "") return false;
  return paths.some((path) => path.endsWith(`/${written}`) || path.includes(`/${written}/`));
}

/** Steps after this many are not looked at, so that a history of many is no work. */
const MOST_STEPS = 100;

/** The own `RUN`s from one place of the history up to another that name some of the files. */
function stepsThatMean(context: AdviceContext, group: WasteGroup, from: number, to: number): BuildStep[] {
  const names = namesOf(context, group);
  return context.steps
    .slice(from, Math.min(to, from + MOST_STEPS))
    .filter((step) => isRun(step) && names.some((name) => isNamedIn(step, name)));
}

/** Names that are not found in other words by chance. */
function namesOf(context: AdviceContext, group: WasteGroup): string[] {
  const names = pathsOf(context, group).map((path) => path.slice(path.lastIndexOf("/") + 1));
  return [...new Set(names)].filter((name) => name.length > 2).slice(0, 10);
}

function isNamedIn({ command }: BuildStep, name: string): boolean {
  return command.body.slice(0, 20_000).includes(name);
}

/**
 * What was copied, mounted for the `RUN`s that use it; for whole directories that nothing uses, the lines of .dockerignore that
 * keep the files out.
 */
export function withoutCopying(context: AdviceContext, group: WasteGroup): string | undefined {
  const { stored, hidden } = group;
  const copy = stored && copyCommand(stored);
  if (!copy || !isRun(hidden) || !stored.isOwn || copy.hidden || copy.sources.some(isRemote)) return undefined;
  const isRemoved = removes(context, group);
  const isOnlyRemoving = (statement: string): boolean => {
    const commands = commandsIn(statement);
    return commands.length > 0 && commands.every(isRemoved);
  };
  const users = [
    ...stepsThatMean(context, group, stored.index + 1, hidden.index),
    ...(hidden.statements.every(isOnlyRemoving) ? [] : [hidden]),
  ];
  const root = joinPath(workingDirectory(context.steps, stored), copy.target);
  if (users.length === 0) {
    const others = context.steps.slice(stored.index + 1, hidden.index).filter((step) => isRun(step) && !isSystem(step));
    return others.length === 0 ? ignoring(context, group, root, copy.sources) : inStages(context, stored, others);
  }
  const mounts = mountsOf(context, group, copy, root);
  if (mounts.length === 0) return inStages(context, stored, users);
  const run = mergeRuns(users, { mounts, without: isOnlyRemoving });
  return run === "" ? undefined : run;
}

/** Each file by itself, or the one directory that was copied; empty where neither can be. */
function mountsOf(context: AdviceContext, group: WasteGroup, { sources }: CopyCommand, root: string): string[] {
  const paths = pathsOf(context, group);
  const bind = (source: string, target: string): string =>
    `type=bind,${source.startsWith("/") ? "from=build," : ""}source=${source},target=${target}`;
  const files = paths.map((path) => {
    const source = sources.find((one) => joinPath("/", one).endsWith(path.slice(path.lastIndexOf("/"))));
    return source === undefined ? undefined : bind(source, path);
  });
  if (files.length <= MOST_MOUNTS && files.every((mount) => mount !== undefined)) return files;
  const [source = "", ...others] = sources;
  const isDirectory = others.length === 0 && joinPath("/", source) !== "/" && root !== "/";
  return isDirectory && isAllThatIsLeft(context, group) ? [`${bind(source, root)},rw`] : [];
}

/** Mounts that a person would still write. */
const MOST_MOUNTS = 4;

/** What installs packages of the distribution has no use for what was copied. */
function isSystem(step: BuildStep): boolean {
  return commandsOf(step).every((command) => systemEffect(command) !== undefined || isRemoval(command));
}

export const isRemote = (source: string): boolean => /^(?:https?|ftp|git|ssh):\/\/|^git@/.test(source);

/** Lines for .dockerignore, where the context's own root or a directory of it was copied. */
function ignoring(
  context: AdviceContext,
  group: WasteGroup,
  root: string,
  sources: readonly string[],
): string | undefined {
  const [source = ""] = sources;
  if (sources.length > 1 || source.startsWith("/")) return undefined;
  const inside = `${root === "/" ? "" : root}/`;
  const removed = group.hidden ? commandsOf(group.hidden).flatMap((command) => removedPaths(command) ?? []) : [];
  const directory = group.hidden ? workingDirectory(context.steps, group.hidden) : "/";
  const wanted = removed.map((path) => joinPath(directory, path)).filter((path) => path.startsWith(inside));
  const prefix = joinPath("/", source) === "/" ? "" : `${joinPath("/", source).slice(1)}/`;
  const lines = wanted.map((path) => prefix + path.slice(inside.length));
  return lines.length === 0 ? undefined : snippetOf("# .dockerignore", ...new Set(lines));
}

/** A stage that builds, and the image that only has what comes out of it. Begins with the storing step, up to the last user. */
export function inStages(context: AdviceContext, stored: BuildStep, users: readonly BuildStep[]): string {
  const base = `FROM ${context.base.name ?? "BASE"}`;
  const directory = workingDirectory(context.steps, stored);
  const last = users.at(-1);
  const end = Math.min((last?.index ?? stored.index) + 1, stored.index + MOST_STEPS);
  const all = context.steps.slice(stored.index, end).filter(({ isOwn }) => isOwn);
  const taken = directory === "/" ? "/PATH/OF/RESULT" : directory;
  const isLater = context.steps.slice(0, stored.index).some(({ isOwn, layer }) => isOwn && layer !== undefined);
  const before = isLater ? ["# the steps before these, as they are"] : [];
  return snippetOf(
    `${base} AS build`,
    ...before,
    ...(directory === "/" ? [] : [`WORKDIR ${directory}`]),
    ...all.map(dockerfileText),
    base,
    `# only what is needed to run`,
    `COPY --from=build ${taken} ${taken}`,
  );
}
