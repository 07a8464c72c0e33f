import type { Rule } from "../rule.ts";

export const shellForm: Rule = {
  id: "shell-form",
  title: "The command runs inside a shell",
  category: "configuration",
  reason:
    "Written without brackets, ENTRYPOINT and CMD start a shell that starts the program. The shell gets the signal to stop and does not pass it on, so stopping takes ten seconds and ends in a kill.",
  fix: "Write the command as a list of words, or begin it with exec.",
  example: { bad: "CMD node server.js", good: 'CMD ["node", "server.js"]' },
  counts:
    "No bytes. Commands that begin with exec, and shells that are asked for by their name in a list, are left alone.",
  *find({ image, steps }) {
    const { entrypoint, cmd } = image.document.config;
    const found = (
      [
        ["ENTRYPOINT", entrypoint],
        // As arguments of an entry point they are no command.
        ["CMD", entrypoint.length > 0 ? [] : cmd],
      ] as const
    ).find(([, words]) => isShellForm(words));
    if (!found) return;
    const [keyword, words] = found;
    const script = words[2] as string;
    if (/^\s*exec\s/.test(script)) return;
    const step = steps.findLast(({ command }) => command.keyword === keyword);
    yield {
      what: `${keyword} is ${script}`,
      steps: step ? [step.index] : [],
      ...(isPlain(script) && { snippet: `${keyword} ${JSON.stringify(script.trim().split(/ +/))}` }),
      scope: step?.isOwn === false ? "base" : "own",
    };
  },
};

function isShellForm(words: readonly string[]): boolean {
  return (
    words.length === 3 && /^\/bin\/(?:ba|a|da)?sh$/.test(words[0] as string) && /^-[a-z]*c$/.test(words[1] as string)
  );
}

/** Nothing that only a shell understands. */
function isPlain(script: string): boolean {
  return script.length < 500 && /^[\w ./:=@%+,-]+$/.test(script);
}
