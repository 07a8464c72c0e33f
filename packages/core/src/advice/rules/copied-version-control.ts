import type { Rule } from "../rule.ts";
import { unwantedCopies } from "./copied-files.ts";

export const copiedVersionControl: Rule = {
  id: "copied-version-control",
  title: "Version control was copied into the image",
  category: "context",
  reason:
    "A .git directory holds every version of every file, also of those that were removed because they should not be known. It changes with every commit, so no layer that it is in is ever found in the build cache.",
  fix: "Add the directory to .dockerignore. Where the build needs the commit, pass it as a build argument.",
  example: { bad: "COPY . .", good: "# .dockerignore\n.git\n# Dockerfile\nCOPY . ." },
  counts: "Files in directories .git, .hg, .svn and .bzr that a COPY or ADD of the image's own part stores.",
  *find(context) {
    yield* unwantedCopies(context, { names: [".git", ".hg", ".svn", ".bzr"], subject: "Version control was copied" });
  },
};
