/** The tools that make, pack and unpack images here. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { has } from "../cli/terminal.ts";

export const NEEDED = ["umoci", "skopeo", "tar"].filter((tool) => !has(tool));
export const WHY = NEEDED.length > 0 ? ` (skipped: no ${NEEDED.join(", no ")})` : "";

const rootless = process.getuid?.() === 0 ? [] : ["--rootless"];

export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Unpacks an image of an OCI layout with umoci; gives its root directory. */
export function unpack(layout: string, tag: string, bundle: string): string {
  run("umoci", "unpack", ...rootless, "--image", `${layout}:${tag}`, bundle);
  return join(bundle, "rootfs");
}

export function repack(layout: string, tag: string, bundle: string): void {
  run("umoci", "repack", "--refresh-bundle", "--image", `${layout}:${tag}`, bundle);
}

export interface Packing {
  readonly title: string;
  /** Where skopeo copies to, given a path that does not exist. */
  readonly destination: (path: string) => string;
  readonly options: readonly string[];
}

const packing = (title: string, transport: string, options: string[] = [], name = ""): Packing => ({
  title,
  destination: (path) => `${transport}:${path}${name}`,
  options,
});

export const PACKINGS: readonly Packing[] = [
  packing("a docker-archive", "docker-archive", [], ":example.com/app:1"),
  packing("an OCI archive", "oci-archive"),
  packing("an OCI archive of zstd layers", "oci-archive", ["--dest-compress-format", "zstd"]),
  packing("an OCI directory of gzip layers", "oci", ["--dest-compress-format", "gzip"], ":latest"),
  packing("an OCI directory of zstd layers", "oci", ["--dest-compress-format", "zstd"], ":latest"),
  packing("a skopeo directory", "dir"),
  packing("a skopeo directory of uncompressed layers", "dir", ["--dest-decompress"]),
];

/** Copies an image of an OCI layout into another packing with skopeo. */
export function copy(layout: string, tag: string, { destination, options }: Packing, path: string): void {
  run("skopeo", "--insecure-policy", "copy", "--quiet", ...options, `oci:${layout}:${tag}`, destination(path));
}
