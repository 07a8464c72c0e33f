/**
 * Wasted files by what could be done about them. Each is of one kind only, so the rules for the kinds claim every wasted byte,
 * and none twice.
 */

import type { WasteRecord } from "../metrics/accounting.ts";
import { decodeName } from "../model/path-text.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { BuildStep } from "./build-steps.ts";
import { isDownload } from "./command-effects.ts";
import { commandsOf } from "./shell-commands.ts";

/** The ids of the rules. */
export type WasteKind =
  | "added-then-removed"
  | "downloaded-then-removed"
  | "removed-later"
  | "rewritten-by-package-manager"
  | "rewritten-by-chown"
  | "rewritten-by-chmod"
  | "rewritten-by-touch"
  | "rewritten-by-setcap"
  | "copied-twice"
  | "stored-again-unchanged"
  | "rewritten-later"
  | "replaced-directory"
  | "stored-twice-in-one-layer";

/** Files that one layer stored and one layer hid. */
export interface WasteGroup {
  readonly storedIn: number;
  readonly hiddenBy: number;
  /** The step of each layer, where it is known. */
  readonly stored: BuildStep | undefined;
  readonly hidden: BuildStep | undefined;
  /** Largest first. */
  readonly files: readonly WasteRecord[];
  /** The entries that store them, in the same order. */
  readonly inodes: readonly number[];
}

interface GrowingGroup extends WasteGroup {
  readonly files: WasteRecord[];
  readonly inodes: number[];
}

const known = new WeakMap<AdviceContext, ReadonlyMap<WasteKind, readonly WasteGroup[]>>();

/** The wasted files of a kind by the layers that stored and hid them; the group with the largest file first. */
export function wasteGroups(context: AdviceContext, kind: WasteKind): readonly WasteGroup[] {
  return allGroups(context).get(kind) ?? [];
}

function allGroups(context: AdviceContext): ReadonlyMap<WasteKind, readonly WasteGroup[]> {
  let groups = known.get(context);
  if (!groups) {
    groups = groupWaste(context);
    known.set(context, groups);
  }
  return groups;
}

function groupWaste(context: AdviceContext): Map<WasteKind, readonly WasteGroup[]> {
  const { analysis, steps } = context;
  const { waste } = analysis.accounts;
  const stepOf = new Map(steps.flatMap((step) => (step.layer === undefined ? [] : [[step.layer, step] as const])));
  const layers = context.image.layers.length;
  const groups = new Map<WasteKind, Map<number, GrowingGroup>>();
  const kindOf = wasteKinds(context);
  // Not by its iterator: there may be very many.
  for (let place = 0; place < waste.length; place++) {
    const file = waste.at(place) as WasteRecord;
    const { storedIn, hiddenBy } = file;
    const stored = stepOf.get(storedIn);
    const hidden = stepOf.get(hiddenBy);
    const kind = kindOf(file, stored, hidden);
    let ofKind = groups.get(kind);
    if (!ofKind) {
      ofKind = new Map();
      groups.set(kind, ofKind);
    }
    const pair = storedIn * layers + hiddenBy;
    let group = ofKind.get(pair);
    if (!group) {
      group = { storedIn, hiddenBy, stored, hidden, files: [], inodes: [] };
      ofKind.set(pair, group);
    }
    group.files.push(file);
    group.inodes.push(waste.inodeAt(place) as number);
  }
  return new Map([...groups].map(([kind, ofKind]) => [kind, [...ofKind.values()]]));
}

/** What package managers write anew whenever they install something. */
const MANAGED = [
  ...["/var/lib/{dpkg,apt,rpm,dnf,yum,zypp,pacman,ucf,systemd}", "/{lib,usr/lib}/apk/db", "/etc/apk/world"],
  ...["/usr/lib/sysimage", "/var/cache", "/var/log", "/etc/ld.so.cache", "/usr/share/info/dir"],
];

/** What package managers fetch. */
const FETCHED = [
  ...[
    "/var/lib/apt/lists",
    "/var/cache/{apt,apk,dnf,yum,libdnf5,zypp,pacman}",
    "/root/{.npm,.cache}",
    "/tmp/{npm,v8}-*",
  ],
  ...["/usr/local/share/.cache", "/go/pkg/mod/cache", "/usr/local/cargo/registry", "/root/{.m2,.gradle,.composer}"],
];

function wasteKinds(
  context: AdviceContext,
): (file: WasteRecord, stored: BuildStep | undefined, hidden: BuildStep | undefined) => WasteKind {
  const managed = context.maskOf(MANAGED);
  const fetched = context.maskOf(FETCHED);
  const areBothCopies = ({ storedIn, hiddenBy }: WasteRecord, stored?: BuildStep, hidden?: BuildStep): boolean =>
    isCopy(stored) && isCopy(hidden) && context.isOwn(storedIn) === context.isOwn(hiddenBy);
  return (file, stored, hidden) => {
    const { cause, fields, node } = file;
    if (cause === "duplicate-member") return "stored-twice-in-one-layer";
    if (cause === "hidden") return "replaced-directory";
    if (cause === "deleted") {
      if (!isRun(hidden)) return "removed-later";
      if (isCopy(stored)) return "added-then-removed";
      return isRun(stored) && (fetched[node] === 1 || downloads(stored)) ? "downloaded-then-removed" : "removed-later";
    }
    if (areBothCopies(file, stored, hidden)) return "copied-twice";
    if (managed[node] === 1 && !isCopy(hidden)) {
      if (cause !== "metadata" || !(fields.includes("owner") || fields.includes("mode"))) {
        return "rewritten-by-package-manager";
      }
    }
    if (cause === "identical") return "stored-again-unchanged";
    if (cause === "rewritten") return "rewritten-later";
    if (fields.includes("mode")) return "rewritten-by-chmod";
    if (fields.includes("owner")) return "rewritten-by-chown";
    return fields.includes("xattrs") ? "rewritten-by-setcap" : "rewritten-by-touch";
  };
}

export function isRun(step: BuildStep | undefined): step is BuildStep {
  return step?.command.keyword === "RUN";
}

export function isCopy(step: BuildStep | undefined): step is BuildStep {
  return step?.command.keyword === "COPY" || step?.command.keyword === "ADD";
}

function downloads(step: BuildStep): boolean {
  return commandsOf(step).some(isDownload);
}

/** Whether nothing of what the layer stores is left when these files are hidden, so that it does to all of it the same. */
export function isAllThatIsLeft(context: AdviceContext, { storedIn, hiddenBy }: WasteGroup): boolean {
  let lost = 0;
  for (const group of [...allGroups(context).values()].flat()) {
    if (group.storedIn !== storedIn || group.hiddenBy > hiddenBy) continue;
    for (const { bytes } of group.files) lost += bytes;
  }
  return lost === context.analysis.accounts.layers[storedIn]?.storedBytes;
}

/** Longer lists are not needed to tell which commands mean some files. */
const MOST_PATHS = 50;

/** The absolute paths of the largest files of a group; what is not UTF-8 in them is U+FFFD. */
export function pathsOf({ paths }: AdviceContext, { files }: WasteGroup): string[] {
  return files.slice(0, MOST_PATHS).map(({ node }) => `/${decodeName(paths.pathOf(node)).text}`);
}
