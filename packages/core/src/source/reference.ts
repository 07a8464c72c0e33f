import { existsSync } from "node:fs";
import { LayerscopeError } from "../model/errors.ts";
import type { EngineKind } from "./engine/engine.ts";

/** A reference taken apart: where the image is, and which one of it. */
export type Reference =
  /** A file or directory; what it is shows its content. */
  | { readonly kind: "path"; readonly path: string; readonly image?: string | undefined }
  /** Standard input. */
  | { readonly kind: "stdin" }
  /** An image that an engine has. */
  | { readonly kind: "engine"; readonly engine: EngineKind; readonly name: string }
  /** An image in a registry. */
  | { readonly kind: "registry"; readonly name: string }
  /** A container: its writable layer on top of its image. */
  | { readonly kind: "container"; readonly name: string }
  /** A bare name: wherever the image is. */
  | { readonly kind: "name"; readonly name: string };

const PATH_SCHEMES = new Set(["docker-archive", "oci-archive", "oci", "oci-dir", "dir"]);
const ENGINE_SCHEMES: Readonly<Record<string, EngineKind>> = {
  docker: "docker",
  "docker-daemon": "docker",
  podman: "podman",
  "containers-storage": "podman",
  containerd: "containerd",
};

/**
 * Takes a reference apart.
 *
 * `scheme:x` and `scheme://x` are the same. The path schemes (`docker-archive`, `oci-archive`, `oci`, `oci-dir`, `dir`)
 * take `PATH[:REF]`; a bare argument is a path too when it exists, and `-` is standard input. The scheme does not
 * decide how the file is read: its content does. What is no path and looks like none is the name of an image.
 * @throws LayerscopeError `not-found`, `invalid-reference`
 */
export function parseReference(text: string): Reference {
  if (text === "") {
    throw new LayerscopeError("invalid-reference", "the image reference is empty", {
      hint: "Name an image, a file, a directory, or - for standard input.",
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
  const engine = Object.hasOwn(ENGINE_SCHEMES, scheme) ? ENGINE_SCHEMES[scheme] : undefined;
  if (engine) return { kind: "engine", engine, name: nameIn(rest, text) };
  if (scheme === "registry" || scheme === "container") return { kind: scheme, name: nameIn(rest, text) };
  const split = trySplit(text);
  if (split) return split;
  if (IMAGE_NAME.test(text) && !looksLikeFile(text)) return { kind: "name", name: text };
  throw new LayerscopeError("not-found", `${text}: no such file or directory`, {
    where: { source: text },
    hint: "Check the path; relative paths start at the working directory.",
  });
}

function nameIn(rest: string, text: string): string {
  if (rest !== "") return rest;
  throw new LayerscopeError("invalid-reference", `${text}: the name is missing`, { where: { source: text } });
}

/** What names, tags, digests and IDs of images are made of. */
const IMAGE_NAME = /^[A-Za-z0-9[][A-Za-z0-9._/:@[\]-]*$/;

function looksLikeFile(text: string): boolean {
  return /^[./~\\]|\.(tar|tgz|gz|zst|oci|json)(:|$)|:$/.test(text);
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
