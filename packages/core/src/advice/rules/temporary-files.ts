import type { AdviceContext } from "../advice-context.ts";
import { commandWords } from "../image-command.ts";
import { absolutePath } from "../places.ts";
import type { Rule } from "../rule.ts";
import { LEAVINGS_WORTH, leftovers } from "./leftover-files.ts";

export const temporaryFiles: Rule = {
  id: "temporary-files",
  title: "Temporary files are in the image",
  category: "build",
  reason:
    "What is left in /tmp and /var/tmp was needed for one command only. A container often has an empty /tmp mounted over it.",
  fix: "Remove the files in the RUN that makes them, or give it a /tmp that is not stored: RUN --mount=type=tmpfs,target=/tmp.",
  example: {
    bad: "RUN ./install.sh --download-to /tmp",
    good: "RUN --mount=type=tmpfs,target=/tmp ./install.sh --download-to /tmp",
  },
  counts:
    "Files in /tmp and /var/tmp, from 10 kB on. What the command, the environment or the working directory of the image names, and what links lead to, is needed and left alone.",
  *find(context) {
    const used = usedPaths(context);
    yield* leftovers(context, {
      patterns: ["/tmp/*", "/var/tmp/*"],
      subject: "Temporary files are",
      worth: LEAVINGS_WORTH,
      unlessLinked: true,
      isPlace: (place) => {
        const path = absolutePath(context.paths, place);
        return !used.some((word) => word === path || word.startsWith(`${path}/`));
      },
    });
  },
};

/** Absolute paths that the configuration names. */
function usedPaths(context: AdviceContext): string[] {
  const { env, workingDir } = context.image.document.config;
  const words = [...commandWords(context), ...env.flatMap((entry) => entry.slice(0, 10_000).split(/[=:;,]/))];
  if (workingDir !== undefined) words.push(workingDir);
  return words.filter((word) => word.startsWith("/tmp/") || word.startsWith("/var/tmp/"));
}
