import type { Rule } from "../rule.ts";

export const runsAsRoot: Rule = {
  id: "runs-as-root",
  title: "The container runs as root",
  category: "configuration",
  reason:
    "A process that breaks out of the application is root in the container, may change everything in it, and is one flaw of the kernel away from the host.",
  fix: "Make a user and name it with USER after the last step that needs root.",
  example: { bad: 'CMD ["node", "server.js"]', good: 'USER node\nCMD ["node", "server.js"]' },
  counts:
    "No bytes. Said of images with layers of their own that run something else than a shell; a user that is named by a number other than 0 or by a name other than root is none.",
  *find({ image, base, steps }) {
    const { user, entrypoint, cmd } = image.document.config;
    const [name = ""] = (user ?? "").split(":");
    if (name !== "" && name !== "root" && !/^0+$/.test(name)) return;
    if (base.layers >= image.layers.length || !runsSomething(entrypoint, cmd)) return;
    const last = steps.findLast(({ command }) => command.keyword === "USER");
    yield {
      what: name === "" ? "no user is named" : `the user is ${name}`,
      steps: last ? [last.index] : [],
      scope: "own",
    };
  },
};

const SHELLS = /^(?:(?:\/usr)?\/bin\/)?(?:ba|da|a|z|k)?sh$/;

/** An image whose command is a shell is made to be built upon, or to be looked around in. */
function runsSomething(entrypoint: readonly string[], cmd: readonly string[]): boolean {
  const words = [...entrypoint, ...cmd];
  return words.length > 0 && !(words.length === 1 && SHELLS.test(words[0] as string));
}
