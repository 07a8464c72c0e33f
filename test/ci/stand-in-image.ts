/** An image to build with in place of Alpine, which only a registry has: Node, npm and a shell of this machine. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";

const output = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: "utf8" });

/** A tar of its root directory, and what `docker import` has to know besides. */
export function standInImage(): { readonly tar: Uint8Array; readonly options: readonly string[] } {
  const root = temporaryPath("stand-in");
  const place = (file: string, target: string) =>
    cpSync(realpathSync(file), join(root, target), { recursive: true, verbatimSymlinks: true });
  const placeLibraries = (file: string) => {
    for (const [library] of output("ldd", file).matchAll(/\/\S+/g)) place(library, library);
  };
  const programs = { node: process.execPath, ...found("sh", "env", "chroot") };
  for (const [name, file] of Object.entries(programs)) {
    place(file, `usr/bin/${name}`);
    placeLibraries(file);
  }
  symlinkSync("usr/bin", join(root, "bin"));
  mkdirSync(join(root, "tmp"));
  // The bundler is a library of machine code.
  const bundler = join(ROOT, "node_modules/@rolldown");
  for (const file of readdirSync(bundler, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".node")) placeLibraries(join(bundler, file));
  }

  const npm = realpathSync(found("npm").npm);
  place(dirname(dirname(npm)), "usr/lib/node_modules/npm");
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/bin/npm"));

  const variables = ["PATH=/usr/bin"];
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  if (certificates) {
    place(certificates, "etc/certificates.pem");
    variables.push("NODE_EXTRA_CA_CERTS=/etc/certificates.pem");
  }
  const tar = execFileSync("tar", ["-C", root, "-c", "."], { maxBuffer: 2 ** 30 });
  return { tar, options: ["--change", `ENV ${variables.join(" ")}`] };
}

function found<Name extends string>(...names: Name[]): Record<Name, string> {
  const entries = names.map((name) => [name, output("sh", "-c", `command -v ${name}`).trim()]);
  return Object.fromEntries(entries);
}
