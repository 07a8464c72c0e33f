import type { AdviceContext } from "../advice-context.ts";
import type { BuildStep } from "../build-steps.ts";
import { isRemoval, systemEffect } from "../command-effects.ts";
import { type CopiedCode, copiedCode } from "../copied-code.ts";
import type { Rule } from "../rule.ts";
import { commandsOf } from "../shell-commands.ts";
import { dockerfileText, snippetOf } from "../snippet.ts";

/** Smaller layers are not worth moving a line. */
const LARGE = 1_000_000;

/** Nobody installs more often. */
const MOST_FOUND = 20;

export const layersByChange: Rule = {
  id: "layers-by-change",
  title: "Packages of the distribution are installed after code is copied",
  category: "order",
  reason:
    "A builder repeats every step after the first whose input changed. An install that needs nothing of the code is repeated with each change of it, and its layer is pushed and pulled anew.",
  fix: "Put steps that seldom change before those that often do: packages of the distribution, then dependencies, then the code.",
  example: {
    bad: "COPY . /app\nRUN apt-get update && apt-get install -y ffmpeg",
    good: "RUN apt-get update && apt-get install -y ffmpeg\nCOPY . /app",
  },
  counts:
    "No bytes are saved at once. The estimate is what the layer of the install stores. Said of layers of a megabyte or more, of RUNs that do nothing but install packages from repositories and clean up, and not after copies that bring keys, certificates or lists of repositories.",
  *find(context) {
    let found = 0;
    for (const step of context.steps) {
      if (found === MOST_FOUND) return;
      const { layer } = step;
      const bytes = layer === undefined ? 0 : (context.analysis.accounts.layers[layer]?.storedBytes ?? 0);
      if (layer === undefined || !step.isOwn || bytes < LARGE || !isPlainInstall(step)) continue;
      const before = copiedCode(context).filter(({ step: { index } }) => index < step.index);
      const [first] = before;
      if (!first || before.some((code) => bringsSettings(context, code))) continue;
      found++;
      yield {
        what: `layer ${layer} installs packages after layer ${first.layer} has copied files that change more often`,
        layers: [first.layer, layer],
        steps: [first.step.index, step.index],
        snippet: snippetOf(dockerfileText(step), ...restated(context, first, step)),
        estimate: {
          bytes,
          how: `what layer ${layer} stores: it is built, pushed and pulled again whenever the copied files change`,
        },
        scope: "own",
      };
    }
  },
};

/** Whether it only installs from repositories. What a shell expands may be read from what was copied. */
function isPlainInstall(step: BuildStep): boolean {
  const commands = commandsOf(step);
  const isPlain = commands.every((command) => {
    const effect = systemEffect(command);
    if (effect?.kind === "install") return effect.packages.every((name) => !/[$`/]|\.(?:deb|rpm|apk)$/.test(name));
    return effect !== undefined || isRemoval(command) || HARMLESS.has(command.name);
  });
  return isPlain && commands.some((command) => systemEffect(command)?.kind === "install");
}

const HARMLESS = new Set(["set", "export", "true", ":", "echo", "mkdir", "ldconfig"]);

const SETTINGS = [
  "/etc/{apt,apk,yum,dnf,zypp,pki,ssl,pacman}*",
  "/usr/{share,local/share}/{keyrings,ca-certificates}*",
];

function bringsSettings(context: AdviceContext, { files }: CopiedCode): boolean {
  const isSetting = context.maskOf(SETTINGS);
  return files().some((node) => isSetting[node] === 1);
}

/** The copies that come after it then. */
function restated(context: AdviceContext, first: CopiedCode, step: BuildStep): string[] {
  return copiedCode(context)
    .filter(({ step: { index } }) => index >= first.step.index && index < step.index)
    .map((code) => dockerfileText(code.step));
}
