import { encodeName } from "../../model/path-text.ts";
import type { AdviceContext } from "../advice-context.ts";
import type { BuildStep } from "../build-steps.ts";
import { isRemoval, systemEffect } from "../command-effects.ts";
import { type CopiedCode, copiedCode } from "../copied-code.ts";
import { joinPath, workingDirectory } from "../copy-command.ts";
import { type DependencyInstall, dependencyInstall, dependencyInstallOf } from "../dependency-install.ts";
import { absolutePath, isBelowName, nameText } from "../places.ts";
import type { Draft, Rule } from "../rule.ts";
import { commandsIn, commandsOf, type ShellCommand, shellQuoted, standsAlone } from "../shell-commands.ts";
import { dockerfileText, mergeRuns, runOf, snippetOf } from "../snippet.ts";

/** Nobody builds with more. */
const MOST_TOOLS = 10;

export const copyBeforeInstall: Rule = {
  id: "copy-before-install",
  title: "Code is copied before dependencies are installed",
  category: "order",
  reason:
    "A builder repeats every step after the first whose input changed. When the code is copied first, each change of it installs all dependencies again, and their layer is built, pushed and pulled anew though nothing of it changed.",
  fix: "Copy the manifests, install the dependencies, then copy the rest.",
  example: { bad: "COPY . .\nRUN npm ci", good: "COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . ." },
  counts:
    "No bytes are saved at once. The estimate is what the layer of the install stores, where the RUN does nothing else: that much is stored anew with each change of the code. Said only where the copied files are more than manifests, and nothing was installed from them before.",
  *find(context) {
    const done = new Set<string>();
    for (const step of context.steps) {
      if (!step.isOwn) continue;
      const install = dependencyInstallOf(step);
      if (!install || done.has(install.command.name) || done.size >= MOST_TOOLS) continue;
      done.add(install.command.name);
      const isManifest = manifestTest(context, install);
      const code = copiedCode(context).findLast(
        ({ step: { index }, files }) => index < step.index && files().some(isManifest),
      );
      const isMore = code?.files().some((node) => !isManifest(node) && !isLikeManifest(context, node));
      if (code && isMore) yield draft(context, code, step, install);
    }
  },
};

function draft(context: AdviceContext, code: CopiedCode, step: BuildStep, install: DependencyInstall): Draft {
  const bytes = step.layer === undefined ? 0 : (context.analysis.accounts.layers[step.layer]?.storedBytes ?? 0);
  const onlyInstalls = commandsOf(step).every(
    (command) =>
      (dependencyInstall(command) && !install.fetching) ||
      systemEffect(command) ||
      isRemoval(command) ||
      command.name === "set",
  );
  const name = step.layer === undefined ? install.command.statement : `layer ${step.layer}`;
  return {
    what: `${name} installs dependencies after layer ${code.layer} has copied the code`,
    layers: [code.layer, ...(step.layer === undefined ? [] : [step.layer])],
    steps: [code.step.index, step.index],
    snippet: snippet(context, code, step, install),
    ...(onlyInstalls && bytes > 0
      ? {
          estimate: {
            bytes,
            how: `what layer ${step.layer} stores: it is built, pushed and pulled again whenever the code changes`,
          },
        }
      : {}),
    scope: "own",
  };
}

function snippet(context: AdviceContext, code: CopiedCode, step: BuildStep, install: DependencyInstall): string {
  const { command, fetching } = install;
  const nodes = code.files().filter(manifestTest(context, install));
  const all = nodes
    .map((node) => absolutePath(context.paths, node))
    .sort((one, other) => placeOf(install, one) - placeOf(install, other) || (one < other ? -1 : 1));
  const depth = Math.min(...all.map(depthOf));
  const main = all.find((path) => depthOf(path) === depth) ?? "/";
  const directory = main.slice(0, main.lastIndexOf("/") + 1);
  const manifests = all.filter((path) => path.slice(0, path.lastIndexOf("/") + 1) === directory);
  const here = workingDirectory(context.steps, code.step);
  const root = joinPath(here, code.copy.target);
  const inside = root === "/" ? "/" : `${root}/`;
  const [source = "."] = code.copy.sources;
  const prefix = joinPath("/", source) === "/" || code.copy.hidden ? "" : `${joinPath("/", source).slice(1)}/`;
  const names = manifests.map((path) => prefix + (path.startsWith(inside) ? path.slice(inside.length) : nameOf(path)));
  const target = joinPath(here, directory) === here ? "./" : directory;
  const fetch = [
    ...(target === "./" ? [] : [`cd ${shellQuoted(target.slice(0, -1))}`]),
    fetching ?? ownStatement(command),
  ];
  const rest = fetching ? dockerfileText(step) : mergeRuns([step], { without: (statement) => isInstall(statement) });
  return snippetOf(
    `COPY ${[...names, target].join(" ")}`,
    runOf(fetch, step.command.flags === "" ? [] : step.command.flags.split(/\s+/)),
    dockerfileText(code.step),
    ...(rest === "" ? [] : [rest]),
  );
}

function ownStatement({ name, args, statement }: ShellCommand): string {
  return standsAlone(statement) ? statement : [name, ...args].map(shellQuoted).join(" ");
}

function isInstall(statement: string): boolean {
  return commandsIn(statement).some((command) => dependencyInstall(command) !== undefined);
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const depthOf = (path: string): number => path.split("/").length;

/** Which of the manifests it is. */
function placeOf({ manifests }: DependencyInstall, path: string): number {
  const name = nameOf(path);
  const isMeant = (wanted: string): boolean =>
    wanted.startsWith("*") ? name.endsWith(wanted.slice(1)) : name === wanted;
  return manifests.findIndex(isMeant);
}

/** Tells manifests by the bytes of their names: a text for each of thousands of files takes time. */
function manifestTest({ paths }: AdviceContext, { manifests }: DependencyInstall): (node: number) => boolean {
  const names = manifests.map((name) => ({
    isWhole: !name.startsWith("*"),
    bytes: encodeName(name.replace(/^\*/, "")),
  }));
  return (node) =>
    names.some(
      ({ isWhole, bytes }) =>
        paths.nameEndsWith(node, bytes) &&
        (!isWhole || paths.nameEndOf(node) - paths.nameStartOf(node) === bytes.length),
    );
}

const TOOL_DIRECTORIES: ReadonlySet<string> = new Set([".mvn", "gradle"]);

/** What usually goes with manifests: settings of the tool, scripts that it runs itself, readme files. */
function isLikeManifest({ paths }: AdviceContext, node: number): boolean {
  return SETTINGS.test(nameText(paths, node)) || isBelowName(paths, node, TOOL_DIRECTORIES);
}

const SETTINGS =
  /^(?:\..{0,40}|gradlew|mvnw|README.{0,20}|.{1,60}\.(?:lock|toml|txt|cfg|config\.js)|(?:package|composer|tsconfig|lerna|nx|turbo).{0,30}\.json)$/;
