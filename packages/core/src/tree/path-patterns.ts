/** Which paths a pattern of a budget means. */
import { NONE, type PathTable, ROOT } from "../layer/path-table.ts";
import { decodeName } from "../model/path-text.ts";
import { matchesName, type PathGlob, parsePattern, type Segment } from "./glob.ts";

/** By node of a path table: 1 where one of the patterns matches the path or a directory above it. Never at the root. */
export type PathMask = Uint8Array;

/** Whether a path counts as being there, in whatever layer. */
export type IsListed = (node: number) => boolean;

const everything: IsListed = () => true;

/**
 * The paths that patterns mean.
 *
 * A pattern is a path from the root (`/usr/share/doc`; the first slash may be left out). Without any slash but at its end it
 * is a name, wherever it is (`*.pem`). What it matches counts with everything below, and `/` is everything. `doc/**` means
 * what is below: a directory with all that is in it, but no file of that name.
 *
 * In a name `*` stands for any characters, `?` for one, `[a-z]` for one of a set, `[!a-z]` for one that is not of the set;
 * names that begin with a dot are no exception. `**` between slashes stands for any directories, or none. `{a,b/c}` stands
 * for either. A backslash takes the meaning from the character after it. Upper and lower case differ. What is not UTF-8 in
 * a name is only matched by `*`, `?` and sets.
 * @param isListed whether some layer has the path: the table also has what hard links and markers name that never was there
 * @throws LayerscopeError `invalid-option` for a pattern that is too long or has too many alternatives
 */
export function pathMask(paths: PathTable, patterns: readonly string[], isListed: IsListed = everything): PathMask {
  const mask = new Uint8Array(paths.size);
  const { nameBytes } = paths;
  const names = new NameSet();
  let isAnyName = false;
  for (const glob of patterns.flatMap(parsePattern)) {
    const name = nameAnywhere(glob);
    if (name) {
      names.add(name);
      isAnyName = true;
    } else for (const node of nodesOf(paths, glob, isListed)) markAtAndBelow(paths, node, mask);
  }
  if (!isAnyName) return mask;
  for (let node = ROOT + 1; node < mask.length; node++) {
    if (mask[paths.parentOf(node)] === 1 || names.has(paths, nameBytes, node)) mask[node] = 1;
  }
  return mask;
}

/** The first of the patterns that matches the path itself, not only a directory above it. */
export function matchingPattern(
  paths: PathTable,
  node: number,
  patterns: readonly string[],
  isListed: IsListed = everything,
): string | undefined {
  const names = decodeName(paths.pathOf(node)).text.split("/");
  return patterns.find((pattern) =>
    parsePattern(pattern).some(
      (glob) => (!glob.isInside || hasChildren(paths, node, isListed)) && matchesPath(glob, names),
    ),
  );
}

function matchesPath({ segments }: PathGlob, names: readonly string[]): boolean {
  // How many names the segments so far can stand for.
  let counts = new Set([0]);
  for (const segment of segments) {
    const next = new Set<number>();
    for (const count of counts) {
      if (segment.kind === "depth") for (let more = count; more <= names.length; more++) next.add(more);
      else if (isNamed(segment, names[count])) next.add(count + 1);
    }
    counts = next;
  }
  return counts.has(names.length);
}

function isNamed(segment: Segment, name: string | undefined): boolean {
  if (name === undefined || segment.kind === "depth") return false;
  return segment.kind === "name" ? segment.text === name : matchesName(segment.tokens, name);
}

/** What names must be, wherever they are. Most names are told apart by their last byte; others are decoded once for all. */
class NameSet {
  readonly #names = new Set<string>();
  readonly #globs: Segment[] = [];
  /** 1 for bytes that a name which is meant may end with. */
  readonly #lastBytes = new Uint8Array(256);

  add(segment: Segment): void {
    if (segment.kind === "name") this.#names.add(segment.text);
    else this.#globs.push(segment);
    const last = segment.kind === "depth" ? undefined : segment.lastByte;
    if (last === undefined) this.#lastBytes.fill(1);
    else this.#lastBytes[last] = 1;
  }

  has(paths: PathTable, names: Uint8Array, node: number): boolean {
    if (this.#lastBytes[names[paths.nameEndOf(node) - 1] as number] === 0) return false;
    const name = nameText(paths, node);
    return this.#names.has(name) || this.#globs.some((glob) => isNamed(glob, name));
  }
}

function nameAnywhere({ segments: [first, second, third], isInside }: PathGlob): Segment | undefined {
  return first?.kind === "depth" && third === undefined && !isInside ? second : undefined;
}

/** The nodes that a glob leads to from the root. */
function nodesOf(paths: PathTable, { segments, isInside }: PathGlob, isListed: IsListed): readonly number[] {
  let nodes: readonly number[] = [ROOT];
  for (const segment of segments) {
    if (segment.kind === "depth") nodes = atAndBelow(paths, nodes);
    else if (segment.kind === "name") nodes = nodes.flatMap((node) => paths.findChild(node, segment.bytes) ?? []);
    else
      nodes = nodes
        .flatMap((node) => childrenOf(paths, node))
        .filter((node) => isNamed(segment, nameText(paths, node)));
  }
  return isInside ? nodes.filter((node) => hasChildren(paths, node, isListed)) : nodes;
}

function atAndBelow(paths: PathTable, nodes: readonly number[]): number[] {
  const { size } = paths;
  const isInside = new Uint8Array(size);
  for (const node of nodes) isInside[node] = 1;
  const inside: number[] = [];
  for (let node = ROOT; node < size; node++) {
    if (isInside[paths.parentOf(node)] === 1) isInside[node] = 1;
    if (isInside[node] === 1) inside.push(node);
  }
  return inside;
}

/** Takes time by what is below, where a pass over all paths takes time by the image. */
function markAtAndBelow(paths: PathTable, top: number, mask: PathMask): void {
  const open = [top];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (mask[node] === 1) continue;
    mask[node] = 1;
    for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) open.push(child);
  }
}

function hasChildren(paths: PathTable, node: number, isListed: IsListed): boolean {
  for (let child = paths.firstChildOf(node); child !== NONE; child = paths.nextSiblingOf(child)) {
    if (isListed(child)) return true;
  }
  return false;
}

function childrenOf(paths: PathTable, parent: number): number[] {
  const children: number[] = [];
  for (let child = paths.firstChildOf(parent); child !== NONE; child = paths.nextSiblingOf(child)) children.push(child);
  return children;
}

function nameText(paths: PathTable, node: number): string {
  return paths.plainNameOf(node) ?? decodeName(paths.nameOf(node)).text;
}
