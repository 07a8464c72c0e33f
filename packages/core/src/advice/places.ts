/** Where files lie that a rule is about, found without looking at every path of the image for each rule. */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { decodeName, encodeName } from "../model/path-text.ts";
import { matchesName, parsePattern, type Segment } from "../tree/glob.ts";
import { REVISION } from "../tree/history-tree.ts";
import { nameText } from "../tree/name-index.ts";
import type { PathMask } from "../tree/path-patterns.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { VisibleFile } from "./visible-files.ts";

export { nameText };

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

/**
 * The files that a container sees and whose names are all at or below some of the places.
 * @param within paths that are not among these, and what is below them, are left out
 */
export function filesBelow(context: AdviceContext, places: readonly number[], within?: PathMask): VisibleFile[] {
  if (places.length === 0) return [];
  const { paths } = context;
  const isKnown = new Uint8Array(paths.size);
  const candidates: VisibleFile[] = [];
  const open = [...places];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isKnown[node] === 1 || within?.[node] === 0) continue;
    isKnown[node] = 1;
    const file = context.visible.at(node);
    // A file of which all names are inside comes by its first one, too.
    if (file?.nodes[0] === node) candidates.push(file);
    for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) open.push(child);
  }
  const all = new Set(places);
  const isInside = (node: number): boolean => isKnown[node] === 1 || all.has(node) || isBelow(paths, node, all);
  return candidates.filter(({ nodes }) => nodes.length === 1 || nodes.every(isInside));
}

/** The files that a container sees and whose names all end like the same of the texts. */
export function filesEndingWith(context: AdviceContext, endings: readonly string[]): VisibleFile[] {
  const { paths, names } = context;
  const found = new Map<number, VisibleFile>();
  for (const text of endings) {
    const ending = encodeName(text);
    for (const node of names.endingWith(ending)) {
      const file = context.visible.at(node);
      const isFirst = file?.nodes[0] === node;
      if (isFirst && file.nodes.every((other) => paths.nameEndsWith(other, ending))) found.set(file.inode, file);
    }
  }
  return [...found.values()];
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

/** By path table and names: of each directory that was asked for, whether it is or is below one with such a name. */
const belowNames = new WeakMap<PathTable, Map<ReadonlySet<string>, Uint8Array>>();
const ANSWER = { UNKNOWN: 0, NO: 1, YES: 2 } as const;

/** Whether one of the directories above a path has one of the names. The same set of names is asked for again and again. */
export function isBelowName(paths: PathTable, node: number, names: ReadonlySet<string>): boolean {
  const all = belowNames.get(paths) ?? new Map<ReadonlySet<string>, Uint8Array>();
  belowNames.set(paths, all);
  let answers = all.get(names);
  if (!answers) {
    answers = new Uint8Array(paths.size);
    answers[ROOT] = ANSWER.NO;
    all.set(names, answers);
  }
  const directory = paths.parentOf(node);
  let known = directory;
  while (answers[known] === ANSWER.UNKNOWN && !names.has(nameText(paths, known))) known = paths.parentOf(known);
  const answer = answers[known] === ANSWER.NO ? ANSWER.NO : ANSWER.YES;
  for (let above = directory; above !== known; above = paths.parentOf(above)) answers[above] = answer;
  answers[known] = answer;
  return answer === ANSWER.YES;
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
    if (target !== undefined && tree.newestRevision(target) !== NONE) found.push({ link: node, target });
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

function directoriesNamed(context: AdviceContext, segment: Segment): number[] {
  return context.names.named(segment).filter((node) => hasPathsBelow(context, node));
}

/** Whether any layer has something below a path. What a tar lists where it cannot be counts for nothing. */
export function hasPathsBelow({ paths, tree }: AdviceContext, node: number): boolean {
  for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) {
    if (tree.newestRevision(child) !== NONE) return true;
  }
  return false;
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
  let common: number | undefined;
  for (const { nodes } of files) {
    for (const node of nodes) {
      let above = paths.parentOf(node);
      common ??= above;
      // The larger of two numbers is never above the smaller.
      while (above !== common) {
        if (above > common) above = paths.parentOf(above);
        else common = paths.parentOf(common);
      }
    }
  }
  return common ?? ROOT;
}
