/** dive's rules as plainly as they can be written: trees of maps, stacked anew for each marker. */
import type { Member } from "../../../../fixtures/build/tar.ts";

interface Branch {
  size: number;
  isDirectory: boolean;
  readonly children: Map<string, Branch>;
}

const branch = (): Branch => ({ size: 0, isDirectory: false, children: new Map() });

const isMarker = (name: string): boolean => name.startsWith(".wh.");

/** Segments of a member's path, one character a byte. */
function segmentsOf({ path }: Member): string[] {
  const segments: string[] = [];
  for (const segment of Buffer.from(path).toString("latin1").split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments;
}

/** Whether a scan keeps what dive would have to know of a member. */
export function keepsTrace(member: Member): boolean {
  const segments = segmentsOf(member);
  const name = segments.at(-1) ?? "";
  return !/^\.wh\.(\.{0,2}|\.wh\.(?!\.opq).*)$/.test(name);
}

const sizeOf = ({ type, content }: Member): number =>
  (type ?? "file") === "file" ? Buffer.from(content ?? "").length : 0;

const isFormatMember = (segments: string[], { type }: Member): boolean =>
  (type ?? "file") === "file" &&
  segments.length === 1 &&
  ["stargz.index.json", ".prefetch.landmark", ".no.prefetch.landmark"].includes(segments[0] ?? "");

function put(root: Branch, segments: readonly string[], size: number, isDirectory: boolean): void {
  let at = root;
  for (const segment of segments) {
    if (segment.startsWith(".wh..wh.")) return;
    const child = at.children.get(segment) ?? branch();
    at.children.set(segment, child);
    at = child;
  }
  at.size = size;
  at.isDirectory = isDirectory;
}

function treeOf(members: readonly Member[]): Branch {
  const root = branch();
  for (const member of members) {
    const segments = segmentsOf(member);
    if (segments.length === 0 || isFormatMember(segments, member)) continue;
    put(root, segments, sizeOf(member), member.type === "directory");
  }
  return root;
}

/** Children before their parent, names in order, the root left out; `visit` ends it all by returning false. */
function walk(at: Branch, path: readonly string[], visit: (path: readonly string[], at: Branch) => boolean): boolean {
  for (const [name, child] of [...at.children].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const below = [...path, name];
    if (!walk(child, below, visit) || !visit(below, child)) return false;
  }
  return true;
}

const bare = (path: readonly string[]): string[] => [...path.slice(0, -1), (path.at(-1) ?? "").replace(/^\.wh\./, "")];

const find = (root: Branch, path: readonly string[]): Branch | undefined =>
  path.reduce<Branch | undefined>((at, segment) => at?.children.get(segment), root);

function stack(layers: readonly (readonly Member[])[], upTo: number): Branch {
  const root = treeOf(layers[0] ?? []);
  for (const layer of layers.slice(0, upTo)) {
    walk(treeOf(layer), [], (path, { size, isDirectory }) => {
      if (isMarker(path.at(-1) ?? "")) {
        find(root, bare(path).slice(0, -1))?.children.delete(bare(path).at(-1) ?? "");
      } else {
        put(root, path, size, isDirectory);
      }
      return true;
    });
  }
  return root;
}

function bytesBelow(at: Branch): number {
  let sum = at.size;
  for (const child of at.children.values()) sum += bytesBelow(child);
  return sum;
}

export function naiveDive(layers: readonly (readonly Member[])[]) {
  const keys = new Map<string, { sizes: number[] }>();
  for (const [index, layer] of layers.entries()) {
    walk(treeOf(layer), [], (path, { size, children }) => {
      if (children.size > 0) return true;
      const key = bare(path).join("/");
      const { sizes } = keys.get(key) ?? { sizes: [] };
      keys.set(key, { sizes });
      if (!isMarker(path.at(-1) ?? "")) {
        sizes.push(size);
        return true;
      }
      const below = find(stack(layers, index), bare(path));
      if (!below) return false;
      sizes.push(below.isDirectory ? bytesBelow(below) : 0);
      return true;
    });
  }
  const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
  const all = [...keys].map(([path, { sizes }]) => ({ path, sizes, sum: total(sizes) }));
  const sum = total(all.map((key) => key.sum));
  const smallest = total(all.map(({ sizes }) => (sizes.length === 0 ? -1 : Math.min(...sizes))));
  const repeated = all.filter(({ sizes }) => sizes.length >= 2);
  const wastedBytes = total(repeated.map((key) => key.sum));
  const userBytes = total(layers.slice(1).flatMap((layer) => layer.map(sizeOf)));
  return {
    numbers: {
      efficiency: sum === 0 ? 1 : smallest / sum,
      wastedBytes,
      userWastedShare: wastedBytes / userBytes,
    },
    inefficient: repeated.map(({ path, sum, sizes }) => `${path} ${sum} ${sizes.length}`).sort(),
  };
}
