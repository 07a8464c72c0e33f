/** Commands that fetch what an application's manifest asks for. */

import type { BuildStep } from "./build-steps.ts";
import { commandsOf, operands, type ShellCommand } from "./shell-commands.ts";

export interface DependencyInstall {
  readonly command: ShellCommand;
  /** Names of the files that it needs, the most important first; `*` stands for any characters. */
  readonly manifests: readonly string[];
  /** What fetches only, where the command builds as well. */
  readonly fetching: string | undefined;
}

interface Tool {
  readonly manifests: readonly string[];
  readonly verbs: ReadonlySet<string>;
  /** Whether it installs from the manifest when no verb is given. */
  readonly isDefault?: boolean;
  /** Verbs that build too, and what only fetches. */
  readonly building?: { readonly verbs: ReadonlySet<string>; readonly fetching: string };
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const COMPOSER: Tool = { manifests: ["composer.json", "composer.lock"], verbs: words("install") };
const BUNDLE: Tool = {
  manifests: ["Gemfile", "Gemfile.lock", "*.gemspec"],
  verbs: words("install"),
  isDefault: true,
};
const GO: Tool = {
  manifests: ["go.mod", "go.sum"],
  verbs: new Set(),
  building: { verbs: words("build install"), fetching: "go mod download" },
};
const MAVEN = (fetching: string): Tool => ({
  manifests: ["pom.xml"],
  verbs: words("dependency:go-offline dependency:resolve"),
  building: { verbs: words("package install verify compile"), fetching },
});
const GRADLE = (fetching: string): Tool => ({
  manifests: [...["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"], "gradle.properties"],
  verbs: words("dependencies"),
  building: { verbs: words("build assemble bootJar jar shadowJar installDist"), fetching },
});

const TOOLS: ReadonlyMap<string, Tool> = new Map<string, Tool>([
  [
    "npm",
    {
      manifests: ["package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc"],
      verbs: words("ci install i clean-install install-clean"),
    },
  ],
  ["yarn", { manifests: ["package.json", "yarn.lock", ".yarnrc.yml"], verbs: words("install"), isDefault: true }],
  [
    "pnpm",
    { manifests: ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"], verbs: words("install i fetch") },
  ],
  ["bun", { manifests: ["package.json", "bun.lock", "bun.lockb"], verbs: words("install i") }],
  ["poetry", { manifests: ["pyproject.toml", "poetry.lock"], verbs: words("install sync") }],
  ["uv", { manifests: ["pyproject.toml", "uv.lock"], verbs: words("sync") }],
  ["pipenv", { manifests: ["Pipfile", "Pipfile.lock"], verbs: words("install sync") }],
  ["bundle", BUNDLE],
  ["bundler", BUNDLE],
  ["composer", COMPOSER],
  ["composer.phar", COMPOSER],
  ["go", GO],
  ["mvn", MAVEN("mvn dependency:go-offline")],
  ["mvnw", MAVEN("./mvnw dependency:go-offline")],
  ["gradle", GRADLE("gradle dependencies")],
  ["gradlew", GRADLE("./gradlew dependencies")],
  [
    "dotnet",
    {
      manifests: ["*.csproj", "*.fsproj", "*.sln", "Directory.Packages.props", "Directory.Build.props", "nuget.config"],
      verbs: words("restore"),
      building: { verbs: words("publish build"), fetching: "dotnet restore" },
    },
  ],
]);

const WITH_VALUE: ReadonlySet<string> = new Set([
  ...["--prefix", "--cwd", "--dir", "--loglevel", "--registry", "--cache", "--without", "--with", "--only", "--group"],
  ...["-C", "-c", "-o", "-f", "-j", "--jobs", "--retry", "--network-timeout", "--cache-folder", "--extra", "-E"],
]);

/** @returns undefined for what fetches nothing, or what the command itself names */
export function dependencyInstall(command: ShellCommand): DependencyInstall | undefined {
  const pip = pipArguments(command);
  if (pip) return pipInstall(command, pip);
  const tool = TOOLS.get(command.name);
  if (!tool || command.args.some((arg) => arg === "-g" || arg === "--global")) return undefined;
  if (command.name === "go") return goInstall(command, tool);
  const [verb, ...rest] = operands(command.args, WITH_VALUE);
  const { manifests, building } = tool;
  if (building && verb !== undefined && [verb, ...rest].some((word) => building.verbs.has(word.replace(/^:/, "")))) {
    return { command, manifests, fetching: building.fetching };
  }
  if (verb === undefined) {
    const asks = command.args.some((arg) => ["--version", "--help", "-v", "-h"].includes(arg));
    return tool.isDefault && !asks ? { command, manifests, fetching: undefined } : undefined;
  }
  return tool.verbs.has(verb) && rest.length === 0 ? { command, manifests, fetching: undefined } : undefined;
}

/** The first of them in a `RUN`. */
export function dependencyInstallOf(step: BuildStep): DependencyInstall | undefined {
  for (const command of commandsOf(step)) {
    const install = dependencyInstall(command);
    if (install) return install;
  }
  return undefined;
}

function goInstall(command: ShellCommand, { manifests, building }: Tool): DependencyInstall | undefined {
  const [verb = "", second] = operands(command.args, WITH_VALUE);
  if (verb === "mod") return second === "download" ? { command, manifests, fetching: undefined } : undefined;
  // `go install example.com/tool@v1` has nothing to do with the code that was copied.
  if (!building?.verbs.has(verb) || command.args.some((arg) => arg.includes("@"))) return undefined;
  return { command, manifests, fetching: building.fetching };
}

function pipArguments({ name, args }: ShellCommand): readonly string[] | undefined {
  if (/^pip[\d.]{0,6}$/.test(name)) return args;
  if (/^python[\d.]{0,6}$/.test(name) && args[0] === "-m" && args[1] === "pip") return args.slice(2);
  return name === "uv" && args[0] === "pip" ? args.slice(1) : undefined;
}

/** Only what installs a list: `pip install .` needs the code itself. */
function pipInstall(command: ShellCommand, args: readonly string[]): DependencyInstall | undefined {
  if (!args.includes("install")) return undefined;
  const manifests: string[] = [];
  for (const [at, arg] of args.entries()) {
    if (arg === "." || arg.startsWith("./") || arg === "-e") return undefined;
    const inOne = /^(?:-r|--requirement=|-c|--constraint=)(.+)$/.exec(arg)?.[1];
    const next = ["-r", "--requirement", "-c", "--constraint"].includes(arg) ? args[at + 1] : undefined;
    const file = arg.startsWith("--r") || arg.startsWith("--c") || /^-[rc]/.test(arg) ? (next ?? inOne) : undefined;
    if (file !== undefined) manifests.push(file.slice(file.lastIndexOf("/") + 1));
  }
  return manifests.length > 0 ? { command, manifests, fetching: undefined } : undefined;
}
