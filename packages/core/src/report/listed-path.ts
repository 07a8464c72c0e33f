/** Paths as JSON. */
import { isUtf8 } from "node:buffer";
import type { Inspection } from "../inspection/inspection.ts";
import type { FileEntry, Xattrs } from "../model/entry.ts";
import { jsonName } from "../model/path-text.ts";
import { REVISION } from "../tree/history-tree.ts";
import type { TreeView, ViewRow } from "../tree/views.ts";
import { jsonTime } from "./json-time.ts";
import type { ListedPath, ReportLayerEntry } from "./schema.ts";
import type { Sharing } from "./sharing.ts";

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

/** A row as a report's layer has it. Rows must come layer by layer, by path, since that is how `sharing` numbers them. */
export function layerEntry(
  view: TreeView,
  row: ViewRow,
  sharing: Sharing,
  inspection: Inspection | undefined,
): ReportLayerEntry | undefined {
  const { entry, change, fields, node } = row;
  if (!change) return undefined;
  const isRemoved = change === "removed";
  return {
    ...jsonPath(view.tree.paths.pathOf(node)),
    change,
    ...(fields.length > 0 && { fields: [...fields] }),
    ...entryFields(entry),
    ...(entry.implicit && { implicit: true as const }),
    ...(!isRemoved && sharing.fields(entry)),
    ...(!isRemoved && inspection && contentFields(entry, inspection)),
    ...(isRemoved && isHidden(view, node) && { hidden: true as const }),
  };
}

/** What looking into a file has shown. */
function contentFields({ inode, type }: FileEntry, { packages, facts }: Inspection): ContentFields {
  if (type !== "file") return {};
  const owner = packages.ownerOf(inode);
  const strippableBytes = facts.get(inode)?.elf?.strippableBytes;
  return {
    ...(owner !== undefined && { package: owner }),
    ...(strippableBytes !== undefined && { strippableBytes }),
  };
}

type ContentFields = Pick<ReportLayerEntry, "package" | "strippableBytes">;

function isHidden({ tree, to }: TreeView, node: number): boolean {
  return tree.revisionKind(tree.revisionAt(node, to)) === REVISION.HIDDEN;
}

type EntryFields = Omit<
  ReportLayerEntry,
  "path" | "pathBase64" | "change" | "fields" | "implicit" | "inode" | "content" | "hidden" | keyof ContentFields
>;

function entryFields(entry: FileEntry): EntryFields {
  const { type, mode, uid, gid, size, mtime, mtimeNanos, linkTarget, xattrs, device } = entry;
  return {
    type,
    mode: mode.toString(8).padStart(4, "0"),
    uid,
    gid,
    size,
    ...jsonTime(mtime, mtimeNanos),
    ...(linkTarget && (jsonName("linkTarget", linkTarget) as { linkTarget: string; linkTargetBase64?: string })),
    ...(xattrs && xattrs.size > 0 && jsonXattrs(xattrs)),
    ...(device && { device }),
  };
}

function jsonXattrs(xattrs: Xattrs): Pick<EntryFields, "xattrs" | "xattrsBase64"> {
  const pairs = [...xattrs].map(([name, value]) => ({
    bytes: Buffer.from(name, "latin1"),
    value: Buffer.from(value).toString("base64"),
  }));
  const isExact = pairs.every(({ bytes }) => isUtf8(bytes));
  return {
    xattrs: Object.fromEntries(pairs.map(({ bytes, value }) => [bytes.toString("utf8"), value])),
    ...(!isExact && { xattrsBase64: pairs.map(({ bytes, value }) => ({ name: bytes.toString("base64"), value })) }),
  };
}
