import type { AdviceContext } from "../advice-context.ts";
import type { BuildStep } from "../build-steps.ts";
import { commandWords } from "../image-command.ts";
import { ownerNames, packageFiles } from "../package-files.ts";
import type { Rule } from "../rule.ts";
import { dockerfileText, runAnd } from "../snippet.ts";
import { BUILD_WORTH, listed, tellByLayer } from "./leftover-files.ts";

/** Scripts of a package.json that run what is only needed to develop. */
const SCRIPTS = new Set(["dev", "develop", "start:dev", "watch", "serve", "test", "storybook"]);

export const devDependencies: Rule = {
  id: "dev-dependencies",
  title: "Development dependencies are in the image",
  category: "build",
  reason:
    "Compilers, bundlers, linters and test runners are often most of what is installed. The application that they made runs without them.",
  fix: "Install with npm ci --omit=dev or composer install --no-dev in the last stage, and with everything only where the application is built.",
  example: { bad: "RUN npm ci && npm run build", good: "RUN npm ci && npm run build && npm prune --omit=dev" },
  counts:
    "Files of npm and Composer packages that are only for development: as what was installed says of them, or as what requires them tells. Nothing in an image whose command runs a script such as dev or test, or one of these packages.",
  *find(context) {
    const { files, packages } = packageFiles(
      context,
      ({ type, isDevelopment }) => isDevelopment === true && (type === "npm" || type === "composer"),
    );
    if (runsOneOf(context, new Set(packages.map(({ name }) => name)))) return;
    yield* tellByLayer(context, files, ({ files: found, step }) => ({
      what: `Packages that are only needed to develop: ${listed(ownerNames(context, found))}`,
      worth: BUILD_WORTH,
      snippet: step?.isOwn ? withoutDevelopment(step) : undefined,
    }));
  },
};

function runsOneOf(context: AdviceContext, names: ReadonlySet<string>): boolean {
  return commandWords(context).some((word) => {
    const program = word.slice(word.lastIndexOf("/") + 1);
    return SCRIPTS.has(word) || names.has(program);
  });
}

/** Where nothing is built after installing, the packages need not be installed at all. */
function withoutDevelopment(step: BuildStep): string | undefined {
  if (step.command.keyword !== "RUN") return undefined;
  const text = dockerfileText(step);
  const builds = /\b(?:npm|yarn|pnpm|composer) (?:run |exec )?(?:build|compile|test|lint)\b/.test(text);
  const omitted = text
    .replace(/\bnpm (?:ci|install)(?= (?!-g|--global|[\w@])|$)/m, "$& --omit=dev")
    .replace(/\bcomposer install(?! --no-dev)/, "$& --no-dev");
  if (!builds && omitted !== text) return omitted;
  return /\bnpm\b/.test(text) ? runAnd(step, "npm prune --omit=dev") : undefined;
}
