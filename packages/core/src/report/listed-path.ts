/** Paths as JSON. */
import type { FileEntry } from "../model/entry.ts";
import { jsonName } from "../model/path-text.ts";
import type { TreeView, ViewRow } from "../tree/views.ts";
import type { ListedPath, ReportLayerEntry } from "./schema.ts";

/** `/` and the path, as bytes: absolute paths are what reports and lists show. */
export function absolutePath(path: Uint8Array): Uint8Array {
  const absolute = new Uint8Array(path.length + 1);
  absolute[0] = 0x2f;
  absolute.set(path, 1);
  return absolute;
}

/** `path`, and `pathBase64` when the path is not UTF-8. */
export function jsonPath(path: Uint8Array): { path: string; pathBase64?: string } {
  return jsonName("path", absolutePath(path)) as { path: string; pathBase64?: string };
}

/** A row as `layerscope ls --json` prints it. */
export function listedPath(view: TreeView, row: ViewRow): ListedPath {
  const { entry, change, fields, node } = row;
  return {
    ...jsonPath(view.tree.paths.pathOf(node)),
    ...entryFields(entry),
    layer: entry.layer,
    ...(entry.type !== "directory" && { inode: entry.inode }),
    ...(entry.implicit && { implicit: true as const }),
    ...(change && { change }),
    ...(fields.length > 0 && { fields: [...fields] }),
  };
}

/** A row as a report's layer has it. */
export function layerEntry(view: TreeView, row: ViewRow): ReportLayerEntry | undefined {
  const { entry, change, fields, node } = row;
  if (!change) return undefined;
  return {
    ...jsonPath(view.tree.paths.pathOf(node)),
    change,
    ...(fields.length > 0 && { fields: [...fields] }),
    ...entryFields(entry),
  };
}

function entryFields(entry: FileEntry): Omit<ReportLayerEntry, "path" | "pathBase64" | "change" | "fields"> {
  const { type, mode, uid, gid, size, mtime, mtimeNanos, linkTarget, xattrs, device } = entry;
  return {
    type,
    mode: mode.toString(8).padStart(4, "0"),
    uid,
    gid,
    size,
    mtime: mtimeNanos === 0 ? mtime : mtime + mtimeNanos / 1e9,
    ...(linkTarget && (jsonName("linkTarget", linkTarget) as { linkTarget: string; linkTargetBase64?: string })),
    ...(xattrs && xattrs.size > 0 && { xattrs: xattrsAsBase64(xattrs) }),
    ...(device && { device }),
  };
}

function xattrsAsBase64(xattrs: NonNullable<FileEntry["xattrs"]>): Record<string, string> {
  const pairs = [...xattrs].map(([name, value]) => [
    Buffer.from(name, "latin1").toString("utf8"),
    Buffer.from(value).toString("base64"),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}
