/** Names: how a member's path is read, and what kind of name it is. */

export function byteString(value: Uint8Array | string): string {
  return Buffer.from(value as Uint8Array).toString("latin1");
}

export type NormalPath = { path: string; escapes: boolean };

export function normalise(raw: Uint8Array | string): NormalPath {
  const kept: string[] = [];
  let escapes = false;
  for (const segment of byteString(raw).split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") kept.push(segment);
    else if (kept.pop() === undefined) escapes = true;
  }
  return { path: kept.join("/"), escapes };
}

export function isBelow(path: string, ancestor: string): boolean {
  return ancestor === "" ? path !== "" : path.startsWith(`${ancestor}/`);
}

/** All directories above a path, the root left out: `a/b/c` gives `a` and `a/b`. */
export function ancestors(path: string): string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, i) => segments.slice(0, i + 1).join("/"));
}

export type NameKind =
  | { kind: "entry" }
  | { kind: "root" }
  | { kind: "stargz" }
  | { kind: "housekeeping" }
  | { kind: "whiteout"; removes: string | undefined }
  | { kind: "opaque"; directory: string };

const STARGZ = ["stargz.index.json", ".prefetch.landmark", ".no.prefetch.landmark"];

export function nameKind(path: string): NameKind {
  if (path === "") return { kind: "root" };
  if (STARGZ.includes(path)) return { kind: "stargz" };
  const segments = path.split("/");
  const last = segments.pop() ?? "";
  const directory = segments.join("/");
  if (segments.some((segment) => segment.startsWith(".wh..wh."))) return { kind: "housekeeping" };
  if (last === ".wh..wh..opq") return { kind: "opaque", directory };
  if (last.startsWith(".wh..wh.")) return { kind: "housekeeping" };
  if (!last.startsWith(".wh.")) return { kind: "entry" };
  const name = last.slice(".wh.".length);
  if (name === "" || name === "." || name === "..") return { kind: "whiteout", removes: undefined };
  return { kind: "whiteout", removes: directory === "" ? name : `${directory}/${name}` };
}
