/** Commands that give files their owner, permissions and attributes in the step that brings them. */
import type { LayerEntries } from "../layer/layer-entries.ts";
import { REVISION } from "../tree/history-tree.ts";
import type { AdviceContext } from "./advice-context.ts";
import { modeChange, ownerChange } from "./command-effects.ts";
import { copyCommand } from "./copy-command.ts";
import { dependencyInstallOf } from "./dependency-install.ts";
import { commandsIn, commandsOf, type ShellCommand, shellQuoted } from "./shell-commands.ts";
import { dockerfileText, mergeRuns, runOf, snippetOf, withFlag, withMount } from "./snippet.ts";
import { isAllThatIsLeft, isCopy, isRun, pathsOf, type WasteGroup } from "./waste-groups.ts";
import { inSameRun } from "./waste-snippets.ts";

/** The step that brings the files, so that it gives them the owner and the mode at once; undefined where no flag can. */
export function attributesAtOnce(context: AdviceContext, group: WasteGroup): string | undefined {
  const { stored, hidden } = group;
  if (!isCopy(stored)) return inSameRun(context, group, changesAttributes);
  // A flag changes everything that is copied.
  if (!stored.isOwn || !isAllThatIsLeft(context, group)) return undefined;
  const flags = attributeFlags(context, group);
  if (flags.length === 0) return undefined;
  const without = (statement: string): boolean => commandsIn(statement).every(changesAttributes);
  const rest = isRun(hidden) ? mergeRuns([hidden], { without }) : "";
  return snippetOf(withFlag(stored, ...flags), ...(rest === "" ? [] : [rest]));
}

function changesAttributes(command: ShellCommand): boolean {
  return ownerChange(command) !== undefined || modeChange(command) !== undefined;
}

function attributeFlags(context: AdviceContext, group: WasteGroup): string[] {
  const commands = group.hidden ? commandsOf(group.hidden) : [];
  const flags: string[] = [];
  const changed = [...group.reasons].flatMap(({ fields }) => fields);
  if (changed.includes("owner")) {
    const written = commands.flatMap((command) => ownerChange(command)?.what ?? []);
    const named = isUserMadeLater(context, group) ? undefined : writtenOnce(written);
    const owner = named ?? onlyOne(context, group, ({ uid, gid }, index) => `${uid[index]}:${gid[index]}`);
    if (owner === undefined) return [];
    flags.push(`--chown=${owner}`);
  }
  if (changed.includes("mode")) {
    const octal = commands
      .flatMap((command) => modeChange(command)?.what ?? [])
      .filter((mode) => /^[0-7]+$/.test(mode));
    const mode = writtenOnce(octal) ?? onlyOne(context, group, (entries, index) => entries.mode[index]?.toString(8));
    if (mode === undefined) return [];
    flags.push(`--chmod=${mode}`);
  }
  return flags;
}

/** Before a user is made, only its number can be given. */
function isUserMadeLater({ steps }: AdviceContext, { stored, hidden }: WasteGroup): boolean {
  const between = steps.slice((stored?.index ?? -1) + 1, (hidden?.index ?? -1) + 1);
  return between.some((step) => commandsOf(step).some(({ name }) => USER_MAKERS.has(name)));
}

const USER_MAKERS = new Set(["useradd", "adduser", "usermod", "groupadd", "addgroup"]);

/** What a flag can say: one owner or mode, without a variable of the shell, and not only a group. */
function writtenOnce(written: readonly string[]): string | undefined {
  const [only, ...others] = new Set(written);
  return only !== undefined && others.length === 0 && /^[\w.-]+(?::[\w.-]+)?$/.test(only) ? only : undefined;
}

/** What all files are after the change; undefined where they differ. */
function onlyOne(
  { tree }: AdviceContext,
  { inodes, hiddenBy }: WasteGroup,
  attribute: (entries: LayerEntries, index: number) => string | undefined,
): string | undefined {
  let only: string | undefined;
  for (const wasted of inodes) {
    const revision = tree.revisionAt(tree.lossNodeOf(wasted), hiddenBy);
    if (!tree.isPresent(revision) || tree.revisionKind(revision) !== REVISION.ENTRY) return undefined;
    const { entries, index } = tree.locate(tree.inodeOf(tree.revisionEntry(revision)));
    const one = attribute(entries, index);
    if (one === undefined || (only !== undefined && only !== one)) return undefined;
    only = one;
  }
  return only;
}

/** One file that was copied and then given attributes: mounted, copied and changed in one `RUN`. */
export function mountedCopy(context: AdviceContext, group: WasteGroup): string | undefined {
  const { stored, hidden, inodes } = group;
  const copy = stored && copyCommand(stored);
  if (!copy || copy.hidden || copy.sources.length !== 1 || inodes.length !== 1 || !isRun(hidden)) return undefined;
  const [source = ""] = copy.sources;
  const [path = ""] = pathsOf(context, group);
  const mounted = `/tmp/${path.slice(path.lastIndexOf("/") + 1)}`;
  const bind = `--mount=type=bind,${source.startsWith("/") ? "from=build," : ""}source=${source},target=${mounted}`;
  return runOf([`cp ${shellQuoted(mounted)} ${shellQuoted(path)}`, ...hidden.statements], [bind]);
}

/** Manifests that were copied for an install, and again with everything: mounted for the install. */
export function mountedManifests(context: AdviceContext, group: WasteGroup): string | undefined {
  const { stored, hidden } = group;
  if (!stored || !hidden) return undefined;
  const copy = copyCommand(stored);
  const paths = pathsOf(context, group);
  if (!copy || copy.hidden || paths.length > MOST_MOUNTS || !isAllThatIsLeft(context, group)) return undefined;
  const install = context.steps.slice(stored.index + 1, hidden.index).find((step) => dependencyInstallOf(step));
  const directories = new Set(copy.sources.map(directoryOf));
  if (!install || directories.size !== 1 || copy.sources.includes(".")) return undefined;
  const [directory = ""] = directories;
  const mounts = paths.map(
    (path) => `type=bind,source=${directory}${path.slice(path.lastIndexOf("/") + 1)},target=${path}`,
  );
  return snippetOf(withMount(install, ...mounts), dockerfileText(hidden));
}

/** Mounts that a person would still write. */
const MOST_MOUNTS = 6;

/** With its slash, or empty. */
function directoryOf(source: string): string {
  const path = source.replace(/^\.\//, "");
  return path.slice(0, path.lastIndexOf("/") + 1);
}
