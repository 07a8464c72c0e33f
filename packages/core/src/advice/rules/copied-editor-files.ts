import { isBelowName } from "../places.ts";
import type { Rule } from "../rule.ts";
import { PACKAGE_DIRECTORIES, unwantedCopies } from "./copied-files.ts";

export const copiedEditorFiles: Rule = {
  id: "copied-editor-files",
  title: "Files of an editor were copied into the image",
  category: "context",
  reason:
    "The settings of an editor and its swap files are of no use in a container, and may tell paths, servers and parts of files that somebody has open.",
  fix: "Add the names to .dockerignore.",
  example: { bad: "COPY . .", good: "# .dockerignore\n**/.idea\n**/.vscode\n# Dockerfile\nCOPY . ." },
  counts:
    "What is in .idea, .vscode, .vs, .fleet and .settings, and files .*.swp, .*.swo, *.sublime-workspace and *.code-workspace, that a COPY or ADD of the image's own part stores. Those in packages are left alone. It has no minimum.",
  *find(context) {
    yield* unwantedCopies(context, {
      names: [
        ...[".idea", ".vscode", ".vs", ".fleet", ".settings"],
        ...[".*.swp", ".*.swo", "*.sublime-workspace", "*.code-workspace"],
      ],
      subject: "Files of an editor were copied",
      isMeant: (node) => !isBelowName(context.paths, node, PACKAGE_DIRECTORIES),
    });
  },
};
