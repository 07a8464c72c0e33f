/** Parsers of others, which are there in Python. */
import { spawnSync } from "node:child_process";

// The one of the system has the system's packages, whatever stands before it in PATH.
const INTERPRETERS = ["python3", "/usr/bin/python3"];

export interface PythonModule {
  readonly isThere: boolean;
  /** A part of a test's name that says why it is skipped. */
  readonly unless: string;
  /** Runs a program that reads standard input; what it printed. */
  run(program: string, input: string): string;
}

/** @param debianPackage what one would have to install */
export function pythonModule(name: string, debianPackage: string): PythonModule {
  const python = INTERPRETERS.find((each) => spawnSync(each, ["-c", `import ${name}`]).status === 0);
  return {
    isThere: python !== undefined,
    unless: python === undefined ? ` (skipped: no ${debianPackage})` : "",
    run: (program, input) => {
      const { status, stdout, stderr } = spawnSync(python ?? "python3", ["-c", program], {
        input,
        encoding: "utf8",
        env: { ...process.env, PYTHONIOENCODING: "utf-8" },
      });
      if (status !== 0) throw new Error(stderr);
      return stdout;
    },
  };
}
