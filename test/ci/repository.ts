/** A repository that somebody checks images in: a configuration, and images that are built here. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Report, ReportBudget } from "@layerscope/core";
import { dockerSaveNew, type ImageSpec } from "../../fixtures/build/image.ts";
import { file, type Member, tar, whiteout } from "../../fixtures/build/tar.ts";
import { layerscope, type Result, type RunOptions } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";

export interface Repository {
  readonly directory: string;
  /** Writes a file, and the directories it is in. */
  write(name: string, content: Uint8Array | string): void;
  /** The text of a file. */
  read(name: string): string;
  has(name: string): boolean;
  /** `layerscope ARGS` in the repository, or in one of its directories. */
  run(args: readonly string[], options?: RunOptions): Promise<Result>;
  /** `layerscope ci ARGS` */
  ci(...args: string[]): Promise<Result>;
  /** `layerscope ci --json ARGS`, with the report that it printed. */
  check(...args: string[]): Promise<Checked>;
}

export interface Checked extends Result {
  readonly report: CheckedReport;
}

/** A report that has verdicts. */
export type CheckedReport = Report & {
  readonly verdict: NonNullable<Report["verdict"]>;
  readonly budgets: readonly ReportBudget[];
};

/** A new one. @param files what is in it, by name */
export function repository(files: Readonly<Record<string, Uint8Array | string>> = {}): Repository {
  const directory = temporaryPath();
  mkdirSync(directory, { recursive: true });
  const run = (args: readonly string[], { cwd = ".", ...options }: RunOptions = {}): Promise<Result> =>
    layerscope(args, { ...options, cwd: join(directory, cwd) });
  const one: Repository = {
    directory,
    write: (name, content) => {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    },
    read: (name) => readFileSync(join(directory, name), "utf8"),
    has: (name) => existsSync(join(directory, name)),
    run,
    ci: (...args) => run(["ci", ...args]),
    check: async (...args) => {
      const result = await run(["ci", "--json", ...args]);
      // What went wrong is on standard error.
      if (result.stdout === "") throw new Error(result.stderr);
      return { ...result, report: JSON.parse(result.stdout) };
    },
  };
  for (const [name, content] of Object.entries(files)) one.write(name, content);
  return one;
}

/** An archive as docker saves it. */
export function image(layers: readonly (readonly Member[])[], spec: Partial<ImageSpec> = {}): Buffer {
  return dockerSaveNew({ layers: layers.map((members) => tar(members)), ...spec });
}

/** A file of so many bytes; of the same ones unless another letter is given. */
export function sized(path: string, bytes: number, extra: Partial<Member> = {}, letter = "x"): Member {
  return file(path, Buffer.alloc(bytes, letter), extra);
}

/**
 * 20,000 bytes in 3 layers of 7,000, 8,000 and 5,000; 6,000 of them no container sees: a cache of 2,000 that is deleted and a
 * server of 4,000 that is replaced.
 */
export const APP: readonly (readonly Member[])[] = [
  [
    sized("etc/passwd", 1000),
    sized("usr/share/doc/guide", 3000),
    sized("usr/bin/su", 1000, { mode: 0o4755 }),
    sized("tmp/cache", 2000),
  ],
  [whiteout("tmp/cache"), sized("app/server", 4000), sized("app/lib", 3500), sized("app/.env", 500)],
  [sized("app/server", 4500, {}, "y"), sized("app/data", 500)],
];
