import { existsSync } from "node:fs";
import { LayerscopeError } from "../model/errors.ts";

/** A reference taken apart: where the image is, and which one of it. */
export type Reference =
  /** A file or directory; what it is shows its content. */
  | { readonly kind: "path"; readonly path: string; readonly image?: string | undefined }
  /** Standard input. */
  | { readonly kind: "stdin" };

const PATH_SCHEMES = new Set(["docker-archive", "oci-archive", "oci", "oci-dir", "dir"]);
const OTHER_SCHEMES = new Set([
  "docker",
  "docker-daemon",
  "podman",
  "containerd",
  "containers-storage",
  "registry",
  "container",
]);

/**
 * Takes a reference apart.
 *
 * `scheme:x` and `scheme://x` are the same. The path schemes (`docker-archive`, `oci-archive`, `oci`, `oci-dir`, `dir`)
 * take `PATH[:REF]`; a bare argument is a path too when it exists, and `-` is standard input. The scheme does not
 * decide how the file is read: its content does.
 * @throws LayerscopeError `not-found`, `invalid-reference`, `unsupported-source`
 */
export function parseReference(text: string): Reference {
  if (text === "") {
    throw new LayerscopeError("invalid-reference", "the image reference is empty", {
      hint: "Name a file, a directory, or - for standard input.",
    });
  }
  if (text === "-") return { kind: "stdin" };
  if (existsSync(text)) return { kind: "path", path: text };

  const match = /^([a-z][a-z-]*):(?:\/\/)?(.*)$/s.exec(text);
  const scheme = match?.[1] ?? "";
  const rest = match?.[2] ?? "";
  if (PATH_SCHEMES.has(scheme)) {
    if (rest === "-") return { kind: "stdin" };
    return splitPathAndImage(rest, text);
  }
  if (OTHER_SCHEMES.has(scheme)) {
    throw new LayerscopeError("unsupported-source", `${text}: reading from "${scheme}" is not supported yet`, {
      where: { source: text },
      hint: `Save the image to a file first, for example: docker save ${rest || "IMAGE"} -o image.tar`,
    });
  }
  const split = trySplit(text);
  if (split) return split;
  throw new LayerscopeError("not-found", `${text}: no such file or directory`, {
    where: { source: text },
    hint: looksLikeFile(text)
      ? "Check the path; relative paths start at the working directory."
      : `Engines and registries are not read yet. Save the image first: docker save ${text} -o image.tar`,
  });
}

function looksLikeFile(text: string): boolean {
  return /^[./~]|\.(tar|tgz|gz|zst|oci)$/.test(text);
}

/** `PATH:REF` where PATH may hold colons: the shortest prefix that exists wins. */
function trySplit(text: string): Reference | undefined {
  for (let colon = text.indexOf(":"); colon > 0; colon = text.indexOf(":", colon + 1)) {
    const path = text.slice(0, colon);
    const image = text.slice(colon + 1);
    if (image !== "" && existsSync(path)) return { kind: "path", path, image };
  }
  return undefined;
}

function splitPathAndImage(rest: string, text: string): Reference {
  if (rest === "") {
    throw new LayerscopeError("invalid-reference", `${text}: the path is missing`, { where: { source: text } });
  }
  if (existsSync(rest)) return { kind: "path", path: rest };
  const split = trySplit(rest);
  if (split) return split;
  throw new LayerscopeError("not-found", `${rest}: no such file or directory`, {
    where: { source: text },
    hint: "Check the path; relative paths start at the working directory.",
  });
}
