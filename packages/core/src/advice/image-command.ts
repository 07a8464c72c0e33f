/** What a container runs, as far as the configuration tells. */
import type { AdviceContext } from "./advice-context.ts";

/** More of a command is not looked at, in UTF-16 units. */
const LONGEST = 10_000;

/** The words of ENTRYPOINT and CMD, those of shell commands apart; programs without their directory, other paths as they are. */
export function commandWords({ image }: AdviceContext): string[] {
  const { entrypoint, cmd } = image.document.config;
  const text = [...entrypoint, ...cmd].join(" ").slice(0, LONGEST);
  return text.split(/[\s;&|()"'`]+/).filter(Boolean);
}

/** Whether ENTRYPOINT or CMD names one of the programs. */
export function runsProgram(context: AdviceContext, programs: ReadonlySet<string>): boolean {
  return commandWords(context).some((word) => programs.has(word.slice(word.lastIndexOf("/") + 1)));
}

/** The value of a variable that the image sets; the last one counts. */
export function environmentValue({ image }: AdviceContext, name: string): string | undefined {
  const start = `${name}=`;
  return image.document.config.env.findLast((entry) => entry.startsWith(start))?.slice(start.length);
}
