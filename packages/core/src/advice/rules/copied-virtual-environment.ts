import { pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { copiedPaths } from "./copied-files.ts";
import { installsPythonPackages, packagesCopied } from "./copied-packages.ts";

const NAMES = [".venv", "venv", "env", ".env", "virtualenv"];

export const copiedVirtualEnvironment: Rule = {
  id: "copied-virtual-environment",
  title: "A virtual environment was copied into the image",
  category: "context",
  reason:
    "A virtual environment names the Python of the machine it was made on by its path, and its compiled packages are for that system. In the image it is mostly weight that does not even start.",
  fix: "Add the directory to .dockerignore, and make the environment in the image.",
  example: {
    bad: "COPY . .\nRUN pip install -r requirements.txt",
    good: "# .dockerignore\n**/.venv\n# Dockerfile\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .",
  },
  counts:
    "Files in directories .venv, venv, env and virtualenv with a pyvenv.cfg that a COPY or ADD from where the image is built stores, where a RUN installs packages: those at paths that were not there before. Without such a RUN no bytes are counted. What comes from another stage (its path begins with a slash) is left alone.",
  *find(context) {
    for (const name of NAMES) {
      yield* packagesCopied(context, {
        places: copiedPaths(context, name).filter((node) => pathFrom(context, node, "pyvenv.cfg") !== undefined),
        subject: "A virtual environment was copied from where the image is built:",
        isInstall: installsPythonPackages,
        lines: [`**/${name}`],
      });
    }
  },
};
