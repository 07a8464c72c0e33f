/** Which paths each package owns: for going to them, and for what is said of a package. Computed once for an image. */
import { type HistoryTree, type InstalledPackage, NONE, type PackageInventory, ROOT } from "@layerscope/core";

export interface PackageFiles {
  /** Nodes of the files that the package at an index owns, largest first; each file by one of its names. */
  readonly of: (index: number) => readonly number[];
  /** Bytes of the file at a node of those. */
  readonly bytesOf: (node: number) => number;
}

const kept = new WeakMap<PackageInventory, PackageFiles>();

export function packageFilesOf(inventory: PackageInventory, tree: HistoryTree): PackageFiles {
  let files = kept.get(inventory);
  if (!files) {
    files = gather(inventory, tree);
    kept.set(inventory, files);
  }
  return files;
}

/** Linear in the paths. */
function gather({ packages, ownerOf }: PackageInventory, tree: HistoryTree): PackageFiles {
  const size = tree.paths.size;
  const owners = new Int32Array(size).fill(-1);
  const starts = new Uint32Array(packages.length + 2);
  const seen = new Uint8Array(tree.entryCount);
  for (let node = ROOT + 1; node < size; node++) {
    const inode = presentInode(tree, node);
    if (inode === undefined || seen[inode] === 1) continue;
    seen[inode] = 1;
    const owner = ownerOf(inode);
    if (owner === undefined) continue;
    owners[node] = owner;
    starts[owner + 2] = (starts[owner + 2] as number) + 1;
  }
  for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  // Each start moves on as its nodes are put down, and so becomes the start of the next package.
  const nodes = new Uint32Array(starts.at(-1) as number);
  for (let node = 0; node < size; node++) {
    const owner = owners[node] as number;
    if (owner < 0) continue;
    const place = starts[owner + 1] as number;
    nodes[place] = node;
    starts[owner + 1] = place + 1;
  }
  const bytesOf = (node: number): number => sizeAt(tree, node);
  return {
    bytesOf,
    of: (index) => {
      const own = Array.from(nodes.subarray(starts[index], starts[index + 1]), (node) => ({
        node,
        bytes: bytesOf(node),
      }));
      return own.sort((one, other) => other.bytes - one.bytes || one.node - other.node).map(({ node }) => node);
    },
  };
}

/** The entry that stores what a container sees at a path; undefined where it sees no file. */
function presentInode(tree: HistoryTree, node: number): number | undefined {
  const revision = tree.newestRevision(node);
  if (revision === NONE || !tree.isPresent(revision) || tree.isDirectory(revision)) return undefined;
  const entry = tree.revisionEntry(revision);
  return entry === NONE ? undefined : tree.inodeOf(entry);
}

function sizeAt(tree: HistoryTree, node: number): number {
  const inode = presentInode(tree, node);
  return inode === undefined ? 0 : (tree.entriesOf(inode).size[tree.indexOf(inode)] as number);
}

/** Where a package's files are best seen: its largest file, else what declares it; and the layer that stores that. */
export function placeOfPackage(
  one: InstalledPackage,
  inventory: PackageInventory,
  tree: HistoryTree,
): { readonly node: number; readonly layer: number } {
  const [largest] = packageFilesOf(inventory, tree).of(one.index);
  const node = largest ?? one.location;
  const inode = presentInode(tree, node);
  return { node, layer: inode === undefined ? one.installedIn : tree.layerOf(inode) };
}
