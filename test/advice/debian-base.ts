/** A plain Debian, made by Debian's own tools and imported into Docker's engine. */
import { mkdirSync } from "node:fs";
import { has } from "../cli/terminal.ts";
import { type RunningEngine, startDocker } from "../engines/engines.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { output, run } from "./programs.ts";

export const BASE = "debian-base";

export interface Debian {
  readonly docker: RunningEngine;
  /** The base image, unpacked. */
  readonly root: string;
}

/** As Debian's own images are made: /usr merged from the start, no translations of package lists, no waiting for the disk. */
const OPTIONS = [
  "--variant=minbase",
  "--components=main",
  "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
  "--include=usr-is-merged",
  "--dpkgopt=force-unsafe-io",
  '--aptopt=Acquire::Languages "none"',
  "--quiet",
];

/** Starts an engine that has the base image, or tells why there is none. */
export async function startDebian(): Promise<Debian | string> {
  if (!has("mmdebstrap")) return "no mmdebstrap";
  const docker = await startDocker(temporaryPath("docker"));
  if (typeof docker === "string") return docker;
  const archive = temporaryPath("base.tar");
  const made = await output("mmdebstrap", [...OPTIONS, "bookworm", archive]);
  if (made.code !== 0) {
    await docker.stop();
    // What came first; the rest follows from it.
    return `mmdebstrap makes no Debian: ${made.stderr.split("\n").find((line) => line.startsWith("E: "))}`;
  }
  const root = temporaryPath("root");
  mkdirSync(root);
  await Promise.all([
    dockerRun(docker, "import", "--change", 'CMD ["bash"]', archive, BASE),
    run("tar", ["-xf", archive, "-C", root]),
  ]);
  return { docker, root };
}

/** @throws Error with what Docker says, unless it succeeds */
export async function dockerRun({ run }: RunningEngine, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args);
  if (code !== 0) throw new Error(`docker ${args[0]}: ${stdout.slice(-2000)}${stderr}`);
  return stdout;
}
