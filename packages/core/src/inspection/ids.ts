/** Users and groups that an image knows by name. */
import type { InspectedFile } from "../layer/file-inspector.ts";
import type { NamePattern } from "../layer/name-filter.ts";
import { ROOT } from "../layer/path-table.ts";
import type { ScannedImage } from "../tree/scan-image.ts";

const LARGEST = 1024 * 1024;
const MOST_IDS = 65_536;
/** The largest number is no user: it means "do not change". */
const LARGEST_ID = 0xfffffffe;

export const IDS_NAMES: readonly NamePattern[] = ["passwd", "group"];

/** Whether the file is /etc/passwd or /etc/group. */
export function idsFile(file: InspectedFile): "users" | "groups" | undefined {
  const { name } = file;
  if (name !== "passwd" && name !== "group") return undefined;
  if (file.size > LARGEST || file.path !== `etc/${name}`) return undefined;
  return name === "passwd" ? "users" : "groups";
}

/** The numbers in the third field of each line, of either file. Lines that are none count for nothing. */
export function parseIds(text: string): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const line of text.slice(0, LARGEST).split("\n")) {
    const id = line.split(":", 4)[2];
    if (id === undefined || !/^\d{1,10}$/.test(id) || Number(id) > LARGEST_ID) continue;
    if (ids.size >= MOST_IDS) break;
    ids.add(Number(id));
  }
  return ids;
}

/** Those that a container knows; what was found out is by entry of the tree. Undefined where the image has no such file. */
export function findIds(
  { tree }: ScannedImage,
  facts: ReadonlyMap<number, { readonly ids?: ReadonlySet<number> | undefined }>,
): { readonly users?: ReadonlySet<number>; readonly groups?: ReadonlySet<number> } {
  const idsOf = (name: string): ReadonlySet<number> | undefined => {
    const etc = tree.paths.findChild(ROOT, Buffer.from("etc"));
    const node = etc === undefined ? undefined : tree.paths.findChild(etc, Buffer.from(name));
    const revision = node === undefined ? undefined : tree.newestRevision(node);
    if (revision === undefined || !tree.isPresent(revision) || tree.isDirectory(revision)) return undefined;
    return facts.get(tree.inodeOf(tree.revisionEntry(revision)))?.ids;
  };
  const users = idsOf("passwd");
  const groups = idsOf("group");
  return { ...(users && { users }), ...(groups && { groups }) };
}
