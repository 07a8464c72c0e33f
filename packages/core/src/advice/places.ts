/** Where files lie that a rule is about, found without looking at every path of the image for each rule. */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { decodeName, encodeName } from "../model/path-text.ts";
import { matchesName, parsePattern, type Segment } from "../tree/glob.ts";
import { REVISION } from "../tree/history-tree.ts";
import type { AdviceContext, VisibleFile } from "./advice-context.ts";

/** What is looked up again and again; made once for each image. */
interface PathIndex {
  /** The directories of each name. */
  readonly directories: ReadonlyMap<string, readonly number[]>;
  /** By node: its place among the visible files, and one more; 0 for others. */
  readonly files: Uint32Array;
  /** Visible files by what is behind the last dot of their first name: {@link extensionKey}. */
  readonly extensions: ReadonlyMap<number, readonly VisibleFile[]>;
}

/** In bytes. */
const LONGEST_EXTENSION = 6;

const indexes = new WeakMap<AdviceContext, PathIndex>();

/**
 * The paths that patterns mean and that are meant besides, without those below others. They are written as in {@link ../tree/path-patterns.ts}, but a name without a slash,
 * or after `**` at the beginning, is the name of a directory.
 */
export function findPlaces(
  context: AdviceContext,
  patterns: readonly string[],
  isMeant: (node: number) => boolean = () => true,
): number[] {
  const found = new Set<number>();
  for (const { segments } of patterns.flatMap(parsePattern)) {
    for (const node of nodesOf(context, segments)) if (isMeant(node)) found.add(node);
  }
  return [...found].filter((node) => !isBelow(context.paths, node, found));
}

/** The files that a container sees and whose names are all at or below some of the places. */
export function filesBelow(context: AdviceContext, places: readonly number[]): VisibleFile[] {
  if (places.length === 0) return [];
  const { files } = indexOf(context);
  const { paths, visibleFiles } = context;
  const isInside = new Uint8Array(paths.size);
  const candidates: VisibleFile[] = [];
  const open = [...places];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isInside[node] === 1) continue;
    isInside[node] = 1;
    const file = visibleFiles[(files[node] as number) - 1];
    // A file of which all names are inside comes by its first one, too.
    if (file?.nodes[0] === node) candidates.push(file);
    for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) open.push(child);
  }
  return candidates.filter(({ nodes }) => nodes.every((node) => isInside[node] === 1));
}

/**
 * The files that a container sees and whose names all end like the same of the texts, which are ASCII and have a dot with at most
 * {@link LONGEST_EXTENSION} characters behind it.
 */
export function filesEndingWith(context: AdviceContext, endings: readonly string[]): VisibleFile[] {
  const { paths } = context;
  const { nameBytes } = paths;
  const { extensions } = indexOf(context);
  const endsWith = (node: number, ending: Uint8Array): boolean => {
    const end = paths.nameEndOf(node);
    const start = end - ending.length;
    if (start < paths.nameStartOf(node)) return false;
    for (let at = 0; at < ending.length; at++) if (nameBytes[start + at] !== ending[at]) return false;
    return true;
  };
  const found = new Set<VisibleFile>();
  for (const ending of endings.map((text) => Buffer.from(text, "latin1"))) {
    for (const file of extensions.get(extensionKey(ending, 0, ending.length)) ?? []) {
      if (file.nodes.every((node) => endsWith(node, ending))) found.add(file);
    }
  }
  return [...found];
}

/** Whether a container sees the path. */
export function isVisible({ tree }: AdviceContext, node: number): boolean {
  return tree.isPresent(tree.newestRevision(node));
}

/** A path beside others or below them that a container sees: `childAt(context, node, "..", "package.json")`. */
export function pathFrom(context: AdviceContext, node: number, ...names: readonly string[]): number | undefined {
  let at: number | undefined = node;
  for (const name of names) {
    if (at === undefined) return undefined;
    at = name === ".." ? context.paths.parentOf(at) : context.paths.findChild(at, encodeName(name));
  }
  return at !== undefined && isVisible(context, at) ? at : undefined;
}

/** The last segment of a path; what is not UTF-8 in it is U+FFFD. Not escaped. */
export function nameText(paths: PathTable, node: number): string {
  return paths.plainNameOf(node) ?? decodeName(paths.nameOf(node)).text;
}

/** An absolute path; what is not UTF-8 in it is U+FFFD. Not escaped. */
export function absolutePath(paths: PathTable, node: number): string {
  return `/${decodeName(paths.pathOf(node)).text}`;
}

/** Whether one of the directories above a path is among some. */
export function isBelow(paths: PathTable, node: number, places: ReadonlySet<number>): boolean {
  for (let above = node; above !== ROOT; ) {
    above = paths.parentOf(above);
    if (places.has(above)) return true;
  }
  return false;
}

/** Whether one of the directories above a path has one of the names. */
export function isBelowName(paths: PathTable, node: number, names: ReadonlySet<string>): boolean {
  for (let above = paths.parentOf(node); above !== ROOT; above = paths.parentOf(above)) {
    if (names.has(nameText(paths, above))) return true;
  }
  return false;
}

/** Which of the places symbolic links lead into that lie in none of them: what needs the link needs the place. */
export function linkedPlaces(context: AdviceContext, places: readonly number[]): Set<number> {
  const linked = new Set<number>();
  const all = new Set(places);
  for (const { link, target } of linkTargets(context)) {
    if (all.has(link) || isBelow(context.paths, link, all)) continue;
    for (let at = target; at !== ROOT; at = context.paths.parentOf(at)) if (all.has(at)) linked.add(at);
  }
  return linked;
}

interface LinkTarget {
  readonly link: number;
  readonly target: number;
}

const targets = new WeakMap<AdviceContext, readonly LinkTarget[]>();

/** Where the symbolic links that a container sees lead to, without following links on the way. */
function linkTargets(context: AdviceContext): readonly LinkTarget[] {
  let known = targets.get(context);
  if (known) return known;
  const { tree, paths } = context;
  const found: LinkTarget[] = [];
  for (let node = ROOT + 1; node < paths.size; node++) {
    const revision = tree.newestRevision(node);
    if (!tree.isPresent(revision) || tree.revisionKind(revision) !== REVISION.ENTRY) continue;
    const { entries, index } = tree.locate(tree.inodeOf(tree.revisionEntry(revision)));
    if (entries.type[index] !== TYPE.SYMLINK) continue;
    const text = entries.linkTextOf(index);
    const from = text[0] === SLASH ? ROOT : paths.parentOf(node);
    const target = targetFrom(paths, from, text);
    if (target !== undefined) found.push({ link: node, target });
  }
  known = found;
  targets.set(context, known);
  return known;
}

const SLASH = 0x2f;

function targetFrom(paths: PathTable, from: number, text: Uint8Array): number | undefined {
  let node: number | undefined = from;
  for (const segment of Buffer.from(text).toString("latin1").split("/")) {
    if (node === undefined) return undefined;
    if (segment === "..") node = paths.parentOf(node);
    else if (segment !== "" && segment !== ".") node = paths.findChild(node, Buffer.from(segment, "latin1"));
  }
  return node;
}

function indexOf(context: AdviceContext): PathIndex {
  let index = indexes.get(context);
  if (!index) {
    index = makeIndex(context);
    indexes.set(context, index);
  }
  return index;
}

function makeIndex({ paths, visibleFiles }: AdviceContext): PathIndex {
  const files = new Uint32Array(paths.size);
  const extensions = new Map<number, VisibleFile[]>();
  const { nameBytes } = paths;
  for (let at = 0; at < visibleFiles.length; at++) {
    const file = visibleFiles[at] as VisibleFile;
    for (const node of file.nodes) files[node] = at + 1;
    const [node] = file.nodes as readonly [number];
    const key = extensionKey(nameBytes, paths.nameStartOf(node), paths.nameEndOf(node));
    const known = key === 0 ? undefined : extensions.get(key);
    if (known) known.push(file);
    else if (key !== 0) extensions.set(key, [file]);
  }
  const directories = new Map<string, number[]>();
  for (let node = ROOT + 1; node < paths.size; node++) {
    if (paths.firstChildOf(node) === NONE) continue;
    const name = nameText(paths, node);
    const known = directories.get(name);
    if (known) known.push(node);
    else directories.set(name, [node]);
  }
  return { directories, files, extensions };
}

const DOT = 0x2e;

/** The bytes behind the last dot as one number; 0 where there is no dot, or too many bytes behind it. */
function extensionKey(bytes: Uint8Array, start: number, end: number): number {
  let key = 0;
  let factor = 1;
  for (let at = end - 1; at >= start && end - at <= LONGEST_EXTENSION + 1; at--) {
    const byte = bytes[at] as number;
    if (byte === DOT) return key;
    key += byte * factor;
    factor *= 256;
  }
  return 0;
}

function nodesOf(context: AdviceContext, segments: readonly Segment[]): readonly number[] {
  const { paths } = context;
  const [first, second] = segments;
  const isAnywhere = first?.kind === "depth" && second !== undefined;
  let nodes: readonly number[] = isAnywhere ? directoriesNamed(context, second) : [ROOT];
  for (const segment of segments.slice(isAnywhere ? 2 : 0)) {
    if (segment.kind === "name") nodes = nodes.flatMap((node) => paths.findChild(node, segment.bytes) ?? []);
    else nodes = nodes.flatMap((node) => childrenOf(paths, node)).filter((node) => isNamed(segment, paths, node));
  }
  return nodes;
}

function directoriesNamed(context: AdviceContext, segment: Segment): readonly number[] {
  const { directories } = indexOf(context);
  if (segment.kind === "name") return directories.get(segment.text) ?? [];
  if (segment.kind === "depth") return [];
  return [...directories].flatMap(([name, nodes]) => (matchesName(segment.tokens, name) ? nodes : []));
}

function isNamed(segment: Segment, paths: PathTable, node: number): boolean {
  return segment.kind === "glob" && matchesName(segment.tokens, nameText(paths, node));
}

/** What any layer has right below a path. */
export function childrenOf(paths: PathTable, parent: number): number[] {
  const children: number[] = [];
  for (let child = paths.firstChildOf(parent); child !== NONE; child = paths.nextSiblingOf(child)) children.push(child);
  return children;
}

/** The innermost directory that has all of the files below it. */
export function commonDirectory({ paths }: AdviceContext, files: readonly VisibleFile[]): number {
  let common: readonly number[] | undefined;
  for (const node of files.flatMap(({ nodes }) => nodes)) {
    const above: number[] = [];
    for (let at = node; at !== ROOT; ) {
      at = paths.parentOf(at);
      above.push(at);
    }
    above.reverse();
    const shared: readonly number[] = common ?? above;
    let length = 0;
    while (length < shared.length && length < above.length && shared[length] === above[length]) length++;
    common = shared.slice(0, length);
  }
  return common?.at(-1) ?? ROOT;
}
