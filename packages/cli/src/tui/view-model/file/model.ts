/** One file as of a layer, as plain data: what the file view and the preview show. */
import { type FileEntry, type PathEvent, printableName, type TreeView } from "@layerscope/core";
import { formatBytes } from "../../../output/bytes.ts";
import type { ContentCache } from "../../effects/content-cache.ts";
import { FULL_BYTES, type LoadedContent } from "../../effects/load-content.ts";
import type { FileMode, FileState } from "../../state/file-state.ts";
import type { World } from "../../world.ts";
import type { Background } from "./background.ts";
import type { FileDiff, Unlike } from "./compare.ts";
import { type DirectorySummary, directorySummary } from "./directory.ts";
import { isBinary, type Lines, linesOf } from "./lines.ts";
import type { SpanTable } from "./spans.ts";
import { type Fact, factsOf, type MetadataChange, metadataChanges, shownVersion } from "./versions.ts";

export type FileBody =
  | { readonly kind: "text"; readonly lines: Lines; readonly colors: SpanTable | undefined }
  | { readonly kind: "hex"; readonly bytes: Uint8Array }
  | FileDiff
  | Unlike
  | { readonly kind: "directory"; readonly summary: DirectorySummary }
  | { readonly kind: "message"; readonly tone: "muted" | "error"; readonly text: string };

export interface FileModel {
  readonly node: number;
  /** With a slash before it; harmless text. */
  readonly path: string;
  /** What every layer did to the path, oldest first. */
  readonly versions: readonly PathEvent[];
  /** Index in `versions` of the one that is shown; -1 when the path was not there yet. */
  readonly at: number;
  /** What the path is, or was before it was removed. */
  readonly entry: FileEntry | undefined;
  readonly facts: readonly Fact[];
  /** How the metadata differ from the version it is compared with. */
  readonly metadata: readonly MetadataChange[];
  /** The layer whose version it is compared with; undefined when there is none. */
  readonly against: number | undefined;
  /** How the content is shown, which may not be what was asked for. */
  readonly mode: FileMode;
  readonly modes: readonly FileMode[];
  readonly notes: readonly string[];
  readonly body: FileBody;
}

/** Where contents and what is worked out of them are kept. */
export interface FileSources {
  readonly contents: ContentCache;
  readonly background: Background;
}

/** @param view the tree on the screen, for the summary of a directory */
export function fileModel(world: World, state: FileState, sources: FileSources, view?: TreeView): FileModel {
  const { subject, units } = world;
  const { tree, classes } = subject;
  if (!tree) return emptyModel(state.node);
  const { versions, at, entry, before } = shownVersion(tree, classes, state.node, state.layer, state.against);
  const content = entry?.type === "file" ? sources.contents.get(state.node, entry.layer) : undefined;
  const modes = modesOf(entry, before, content);
  const mode = modes.includes(state.mode) ? state.mode : (modes[0] ?? "text");
  const shown: Shown = { world, node: state.node, entry, before, gone: versions[at]?.entry === undefined, mode };
  return {
    node: state.node,
    path: `/${printableName(tree.paths.pathOf(state.node))}`,
    versions,
    at,
    entry,
    facts: entry ? factsOf(entry, units) : [],
    metadata: entry && before && entry !== before ? metadataChanges(before, entry, units) : [],
    against: before?.layer,
    mode,
    modes,
    notes: [...versionNotes(versions, at, shown), ...contentNotes(content, world, mode)],
    body: bodyOf(shown, content, sources, view, versions.length > 0),
  };
}

interface Shown {
  readonly world: World;
  readonly node: number;
  readonly entry: FileEntry | undefined;
  readonly before: FileEntry | undefined;
  /** The layer removed the path, or it was not there yet. */
  readonly gone: boolean;
  readonly mode: FileMode;
}

function emptyModel(node: number): FileModel {
  const body: FileBody = { kind: "message", tone: "muted", text: "nothing is known of the image yet" };
  return {
    node,
    path: "",
    versions: [],
    at: -1,
    entry: undefined,
    facts: [],
    metadata: [],
    against: undefined,
    mode: "text",
    modes: [],
    notes: [],
    body,
  };
}

/** The first is the one that is best to begin with. */
function modesOf(
  entry: FileEntry | undefined,
  before: FileEntry | undefined,
  content: LoadedContent | undefined,
): FileMode[] {
  if (entry?.type !== "file") return [];
  const modes: FileMode[] = content && isBinary(content) ? ["hex"] : ["text", "hex"];
  return before?.type === "file" ? [...modes, "diff"] : modes;
}

function versionNotes(versions: readonly PathEvent[], at: number, { entry, gone }: Shown): string[] {
  const version = versions[at];
  if (!entry || !version || !gone) return [];
  return [`removed by layer ${version.layer}; this is what it was`];
}

function contentNotes(content: LoadedContent | undefined, { units }: World, mode: FileMode): string[] {
  if (!content || mode === "diff") return [];
  const notes: string[] = [];
  const { bytes, size, error } = content;
  if (error && bytes.length > 0) notes.push(`only the beginning could be read: ${error.message}`);
  else if (!error && bytes.length < size) {
    notes.push(`the first ${formatBytes(bytes.length, units)} of ${formatBytes(size, units)}`);
  }
  return notes;
}

const message = (text: string): FileBody => ({ kind: "message", tone: "muted", text });

function bodyOf(
  shown: Shown,
  content: LoadedContent | undefined,
  sources: FileSources,
  view: TreeView | undefined,
  isKnown: boolean,
): FileBody {
  const { entry, node, world } = shown;
  if (!entry) return message(isKnown ? "not there yet as of this layer" : "no layer has this path");
  switch (entry.type) {
    case "directory":
      return view ? { kind: "directory", summary: directorySummary(view, node) } : message("a directory");
    case "symlink":
      return message("a link: it has a target, but no content");
    case "file":
      return fileBody(shown, entry, content, sources);
    default:
      return message(`a ${factsOf(entry, world.units)[0]?.value}: it has no content`);
  }
}

function fileBody(shown: Shown, entry: FileEntry, content: LoadedContent | undefined, sources: FileSources): FileBody {
  const { world, node, mode } = shown;
  const { subject } = world;
  if (entry.size === 0 && mode !== "diff") return message("an empty file");
  if (!subject.hasContents) return message("a saved report has no contents of files");
  if (!content) {
    return message(subject.image ? "reading…" : "contents can be read once all layers are there");
  }
  if (content.error && content.bytes.length === 0)
    return { kind: "message", tone: "error", text: content.error.message };
  if (mode === "diff") return diffBody(shown, content, sources);
  if (mode === "hex") return { kind: "hex", bytes: content.bytes };
  const { paths } = subject.tree as NonNullable<typeof subject.tree>;
  const name = Buffer.from(paths.nameOf(node)).toString("utf8");
  return { kind: "text", lines: linesOf(content), colors: sources.background.colors(content, name) };
}

function diffBody({ node, before, gone }: Shown, content: LoadedContent, sources: FileSources): FileBody {
  const { contents, background } = sources;
  const old = before && contents.get(node, before.layer);
  if (!old) return message("reading what it was before…");
  if (old.error) {
    return { kind: "message", tone: "error", text: `what it was before cannot be read: ${old.error.message}` };
  }
  if (content.error) return { kind: "message", tone: "error", text: content.error.message };
  if (!isFull(old) || !isFull(content)) return message("reading…");
  const compared = background.comparison(old, gone ? undefined : content);
  if (!compared) return message("comparing…");
  return compared.kind === "equal" ? message("the content is the same") : compared;
}

/** Whether as much was read of it as ever is. */
function isFull({ bytes, size }: LoadedContent): boolean {
  return bytes.length >= Math.min(size, FULL_BYTES);
}

/** Rows that the body has to be scrolled by; 0 when all of it is one message. */
export function rowCountOf(body: FileBody): number {
  switch (body.kind) {
    case "text":
      return body.lines.count;
    case "hex":
      return Math.ceil(body.bytes.length / BYTES_A_ROW);
    case "diff":
      return body.rows.length;
    case "directory":
      return body.summary.biggest.length;
    default:
      return 0;
  }
}

export const BYTES_A_ROW = 16;
/** Columns of a row of bytes: offset, two groups of eight, characters. */
export const HEX_WIDTH = 76;
