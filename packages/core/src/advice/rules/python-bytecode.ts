import type { AdviceContext } from "../advice-context.ts";
import { isSystemPath } from "../package-files.ts";
import { filesEndingWith, nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { filesByEnding } from "./file-endings.ts";
import { BASE_WORTH } from "./leftover-files.ts";

export const pythonBytecode: Rule = {
  id: "python-bytecode",
  title: "Python's bytecode is there besides the sources",
  category: "build",
  reason:
    "pip compiles everything it installs, although a program imports little of it. Python compiles again what is missing; that costs time when a container starts, so measure it.",
  fix: "Install with pip install --no-compile, set PYTHONDONTWRITEBYTECODE=1 while building, and compile only what has to start quickly.",
  example: { bad: "RUN pip install -r requirements.txt", good: "RUN pip install --no-compile -r requirements.txt" },
  counts:
    "Files *.pyc in __pycache__ whose source is there, from one megabyte on. What was compiled of sources that a package of the distribution owns, and bytecode without its source, are left alone.",
  *find(context) {
    const files = filesEndingWith(context, [".pyc"]).filter(({ nodes }) =>
      nodes.every((node) => hasSource(context, node)),
    );
    yield* filesByEnding(context, {
      files,
      subject: "Bytecode of Python is",
      worth: BASE_WORTH,
      baseWorth: BASE_WORTH,
      test: "-path '*/__pycache__/*.pyc'",
    });
  },
};

/** `__pycache__/name.cpython-312.pyc` is made of `name.py`. Packages of the distribution compile when they are installed. */
function hasSource(context: AdviceContext, node: number): boolean {
  if (nameText(context.paths, context.paths.parentOf(node)) !== "__pycache__") return false;
  const name = nameText(context.paths, node);
  const source = pathFrom(context, node, "..", "..", `${name.slice(0, name.indexOf("."))}.py`);
  return source !== undefined && !isSystemPath(context, source);
}
