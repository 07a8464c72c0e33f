import { hasPathsBelow, isBelowName } from "../places.ts";
import type { Rule } from "../rule.ts";
import { PACKAGE_DIRECTORIES, unwantedCopies } from "./copied-files.ts";

export const copiedLogs: Rule = {
  id: "copied-logs",
  title: "Logs were copied into the image",
  category: "context",
  reason: "What was logged where the image is built tells nothing in a container, but may tell others too much.",
  fix: "Add the names to .dockerignore.",
  example: { bad: "COPY . .", good: "# .dockerignore\n**/*.log\n# Dockerfile\nCOPY . ." },
  counts:
    "Files *.log, npm-debug.log*, yarn-debug.log* and yarn-error.log* that a COPY or ADD of the image's own part stores. Those in packages are left alone.",
  *find(context) {
    yield* unwantedCopies(context, {
      names: ["*.log", "npm-debug.log*", "yarn-debug.log*", "yarn-error.log*"],
      subject: "Logs were copied",
      isMeant: (node) => !hasPathsBelow(context, node) && !isBelowName(context.paths, node, PACKAGE_DIRECTORIES),
    });
  },
};
