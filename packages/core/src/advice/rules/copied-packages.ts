/** Installed packages that were copied from where the image is built, instead of being installed in it. */
import type { AdviceContext } from "../advice-context.ts";
import type { BuildStep } from "../build-steps.ts";
import type { Draft } from "../rule.ts";
import { commandsOf, operands, type ShellCommand } from "../shell-commands.ts";
import { snippetOf } from "../snippet.ts";
import type { VisibleFile } from "../visible-files.ts";
import type { WasteAdvice } from "../waste-drafts.ts";
import { pathsOf, type WasteGroup } from "../waste-groups.ts";
import { copiedFilesBelow, copiesFromContext, ignoreSnippet } from "./copied-files.ts";
import { listPaths, placesOf } from "./leftover-files.ts";

interface CopiedPackages {
  readonly places: readonly number[];
  readonly subject: string;
  /** Whether a command of the image installs packages of this kind. */
  readonly isInstall: (command: ShellCommand) => boolean;
  /** Of .dockerignore. */
  readonly lines: readonly string[];
}

/**
 * A draft for each layer. Only where the image installs packages itself, copied ones are to be saved: those at paths that were
 * not there before. Those that replaced an installed file only make that one wasted, which is told elsewhere.
 */
export function* packagesCopied(context: AdviceContext, copied: CopiedPackages): Generator<Draft> {
  if (copied.places.length === 0) return;
  const installs = context.steps.some((step) => step.isOwn && commandsOf(step).some(copied.isInstall));
  const isMeant = (step: BuildStep): boolean => isFromContext(step, installs);
  for (const { layer, layers, step, files } of copiedFilesBelow(context, copied.places, isMeant)) {
    const here = placesOf(context, copied.places, files);
    const added = installs ? files.filter((file) => isNew(context, file, layer)) : [];
    yield {
      what: `${copied.subject} ${listPaths(context, here)}`,
      layers,
      ...(added.length > 0 ? { inodes: added.map(({ inode }) => inode) } : { paths: here }),
      snippet: ignoreSnippet(step, copied.lines),
    };
  }
}

/** Docker's classic builder hides what is copied; only an installation beside it tells that it is not from another stage. */
function isFromContext(step: BuildStep, installs: boolean): boolean {
  const certainty = copiesFromContext(step);
  return certainty === "yes" || (certainty === "maybe" && installs && /^(?:dir|multi):/.test(step.command.body));
}

function isNew({ tree }: AdviceContext, { nodes }: VisibleFile, layer: number): boolean {
  return nodes.every((node) => layer === 0 || !tree.isPresent(tree.revisionAt(node, layer - 1)));
}

/** What to do about copied packages of Node.js that a step installs again, or removes; undefined where they are none. */
export function installedAgain(context: AdviceContext, group: WasteGroup): WasteAdvice | undefined {
  const { stored, hidden } = group;
  if (!stored || !hidden || copiesFromContext(stored) === "no") return undefined;
  const commands = commandsOf(hidden);
  if (!commands.some(installsNodeModules)) return undefined;
  if (!pathsOf(context, group).every((path) => path.includes("/node_modules/"))) return undefined;
  return {
    fix: "The step installs the packages anyway: keep those of the machine that builds the image out of it.",
    snippet: snippetOf("# .dockerignore", "**/node_modules"),
  };
}

const NODE_MANAGERS = new Set(["npm", "yarn", "pnpm", "bun"]);
const NODE_INSTALLS = new Set(["install", "i", "ci", "add", "clean-install"]);

/** Whether a command installs what a package.json names. */
export function installsNodeModules({ name, args }: ShellCommand): boolean {
  if (!NODE_MANAGERS.has(name) || args.includes("-g") || args.includes("--global")) return false;
  const verb = operands(args)[0];
  return verb === undefined ? name === "yarn" : NODE_INSTALLS.has(verb);
}

const PYTHON_INSTALLS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["pip", new Set(["install"])],
  ["pip3", new Set(["install"])],
  ["uv", new Set(["sync", "pip", "add"])],
  ["poetry", new Set(["install", "sync"])],
  ["pipenv", new Set(["install", "sync"])],
  ["pdm", new Set(["install", "sync"])],
]);

/** Whether a command installs packages of Python. */
export function installsPythonPackages({ name, args }: ShellCommand): boolean {
  if (/^python[\d.]{0,5}$/.test(name)) return args[0] === "-m" && args[1] === "pip" && args[2] === "install";
  return PYTHON_INSTALLS.get(name)?.has(operands(args)[0] ?? "") ?? false;
}
