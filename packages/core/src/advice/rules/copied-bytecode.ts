import { isBelowName } from "../places.ts";
import type { Rule } from "../rule.ts";
import { PACKAGE_DIRECTORIES, unwantedCopies } from "./copied-files.ts";

export const copiedBytecode: Rule = {
  id: "copied-bytecode",
  title: "Bytecode of Python was copied into the image",
  category: "context",
  reason:
    "__pycache__ holds what the Python of another machine has compiled. It is only used by the same version of Python and for sources of the same time and size, and it changes the layer whenever the application was run.",
  fix: "Add the names to .dockerignore. Where a quick start matters, compile in the image: python -m compileall.",
  example: { bad: "COPY . .", good: "# .dockerignore\n**/__pycache__\n# Dockerfile\nCOPY . ." },
  counts:
    "What is in __pycache__ that a COPY or ADD stores which surely copies from where the image is built: one whose source begins with a slash may copy from another stage. Packages are left alone.",
  *find(context) {
    yield* unwantedCopies(context, {
      names: ["__pycache__"],
      subject: "Bytecode of Python was copied",
      onlyCertain: true,
      isMeant: (node) => !isBelowName(context.paths, node, PACKAGE_DIRECTORIES),
    });
  },
};
