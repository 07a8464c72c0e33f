import { isBelow } from "../places.ts";
import type { Rule } from "../rule.ts";
import { copiedPaths } from "./copied-files.ts";
import { installsNodeModules, packagesCopied } from "./copied-packages.ts";

export const copiedNodeModules: Rule = {
  id: "copied-node-modules",
  title: "node_modules was copied into the image",
  category: "context",
  reason:
    "The packages of the machine that builds the image are for its system and its version of Node.js, with what is only needed to develop. Copied over what the image has installed they are stored a second time, and none of it is as the lock file says.",
  fix: "Add node_modules to .dockerignore, copy package.json and the lock file first, and install in the image.",
  example: {
    bad: "COPY . .\nRUN npm ci",
    good: "# .dockerignore\n**/node_modules\n# Dockerfile\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .",
  },
  counts:
    "Files in node_modules that a COPY or ADD from where the image is built stores, where a RUN installs packages: those at paths that were not there before. Without such a RUN the image needs them, and no bytes are counted. What comes from another stage (its path begins with a slash) is left alone.",
  *find(context) {
    const nodes = copiedPaths(context, "node_modules");
    const all = new Set(nodes);
    yield* packagesCopied(context, {
      places: nodes.filter((node) => !isBelow(context.paths, node, all)),
      subject: "Packages were copied from where the image is built, in",
      isInstall: installsNodeModules,
      lines: ["**/node_modules"],
    });
  },
};
