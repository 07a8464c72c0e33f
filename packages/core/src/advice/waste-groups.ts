/**
 * Wasted files by what could be done about them. Each is of one kind only, so the rules for the kinds claim every wasted byte,
 * and none twice.
 */

import type { LayerEntries } from "../layer/layer-entries.ts";
import type { WasteReason } from "../metrics/accounting.ts";
import type { WasteCause } from "../metrics/waste-cause.ts";
import { decodeName } from "../model/path-text.ts";
import type { MetadataField } from "../tree/compare-revisions.ts";
import type { PathMask } from "../tree/path-patterns.ts";
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
  /** The entries that store them, largest first. */
  readonly inodes: readonly number[];
  readonly reasons: ReadonlySet<WasteReason>;
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
  const { tree, analysis } = context;
  const { waste } = analysis.accounts;
  const layers = tree.layers.length;
  const pairs = new Map<number, LayerPair>();
  const groups = new Map<WasteKind, GrowingGroup[]>();
  // No record for each: there may be very many.
  for (let place = 0; place < waste.length; place++) {
    const inode = waste.inodeAt(place) as number;
    const storedIn = tree.layerOf(inode);
    const hiddenBy = tree.lossLayerOf(inode);
    let pair = pairs.get(storedIn * layers + hiddenBy);
    if (!pair) {
      pair = new LayerPair(context, storedIn, hiddenBy);
      pairs.set(storedIn * layers + hiddenBy, pair);
    }
    pair.groupOf(inode, waste.reasonOf(inode), groups).inodes.push(inode);
  }
  return groups;
}

class GrowingGroup implements WasteGroup {
  readonly storedIn: number;
  readonly hiddenBy: number;
  readonly stored: BuildStep | undefined;
  readonly hidden: BuildStep | undefined;
  readonly inodes: number[] = [];
  readonly reasons = new Set<WasteReason>();

  constructor({ storedIn, hiddenBy, stored, hidden }: LayerPair) {
    this.storedIn = storedIn;
    this.hiddenBy = hiddenBy;
    this.stored = stored;
    this.hidden = hidden;
  }
}

/** A layer that stores files, and one that hides them. */
class LayerPair {
  readonly storedIn: number;
  readonly hiddenBy: number;
  readonly stored: BuildStep | undefined;
  readonly hidden: BuildStep | undefined;
  readonly #context: AdviceContext;
  readonly #groups = new Map<WasteKind, GrowingGroup>();
  readonly #fates = new Map<WasteReason, Fate>();

  constructor(context: AdviceContext, storedIn: number, hiddenBy: number) {
    this.#context = context;
    this.storedIn = storedIn;
    this.hiddenBy = hiddenBy;
    this.stored = context.stepOf(storedIn);
    this.hidden = context.stepOf(hiddenBy);
  }

  /** The group of a file that is hidden for some reason; made, and put among all groups, with its first file. */
  groupOf(inode: number, reason: WasteReason, groups: Map<WasteKind, GrowingGroup[]>): GrowingGroup {
    let fate = this.#fates.get(reason);
    if (!fate) {
      fate = { kinds: kindByPlace(this.#context, this, reason), usual: undefined, special: undefined };
      this.#fates.set(reason, fate);
    }
    const { kind, special } = fate.kinds;
    if (special?.places[this.#context.tree.lossNodeOf(inode)] === 1) {
      fate.special ??= this.#makeGroup(special.kind, reason, groups);
      return fate.special;
    }
    fate.usual ??= this.#makeGroup(kind, reason, groups);
    return fate.usual;
  }

  #makeGroup(kind: WasteKind, reason: WasteReason, groups: Map<WasteKind, GrowingGroup[]>): GrowingGroup {
    const ofKind = groups.get(kind) ?? [];
    groups.set(kind, ofKind);
    let group = this.#groups.get(kind);
    if (!group) {
      group = new GrowingGroup(this);
      this.#groups.set(kind, group);
      ofKind.push(group);
    }
    group.reasons.add(reason);
    return group;
  }
}

/** The groups of the files that a layer hides for one reason. */
interface Fate {
  readonly kinds: KindByPlace;
  usual: GrowingGroup | undefined;
  special: GrowingGroup | undefined;
}

/** What kind the files are that a layer hides for one reason, wherever they lie, but for some places. */
interface KindByPlace {
  readonly kind: WasteKind;
  readonly special?: { readonly places: PathMask; readonly kind: WasteKind };
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

function kindByPlace(context: AdviceContext, pair: LayerPair, { cause, fields }: WasteReason): KindByPlace {
  const { stored, hidden } = pair;
  if (cause === "duplicate-member") return { kind: "stored-twice-in-one-layer" };
  if (cause === "hidden") return { kind: "replaced-directory" };
  if (cause === "deleted") {
    if (!isRun(hidden)) return { kind: "removed-later" };
    if (isCopy(stored)) return { kind: "added-then-removed" };
    if (!isRun(stored)) return { kind: "removed-later" };
    if (downloads(stored)) return { kind: "downloaded-then-removed" };
    return {
      kind: "removed-later",
      special: { places: context.maskOf(FETCHED), kind: "downloaded-then-removed" },
    };
  }
  const areOfOnePart = context.isOwn(pair.storedIn) === context.isOwn(pair.hiddenBy);
  if (isCopy(stored) && isCopy(hidden) && areOfOnePart) return { kind: "copied-twice" };
  const kind = kindOfChange(cause, fields);
  if (isCopy(hidden) || kind === "rewritten-by-chown" || kind === "rewritten-by-chmod") return { kind };
  return { kind, special: { places: context.maskOf(MANAGED), kind: "rewritten-by-package-manager" } };
}

function kindOfChange(cause: WasteCause, fields: readonly MetadataField[]): WasteKind {
  if (cause === "identical") return "stored-again-unchanged";
  if (cause === "rewritten") return "rewritten-later";
  if (fields.includes("mode")) return "rewritten-by-chmod";
  if (fields.includes("owner")) return "rewritten-by-chown";
  return fields.includes("xattrs") ? "rewritten-by-setcap" : "rewritten-by-touch";
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
export function isAllThatIsLeft({ tree }: AdviceContext, { storedIn, hiddenBy }: WasteGroup): boolean {
  const { count, size } = tree.layers[storedIn] as LayerEntries;
  const base = tree.entryBase[storedIn] as number;
  for (let index = 0; index < count; index++) {
    if (size[index] !== 0 && !tree.isLostBy(base + index, hiddenBy)) return false;
  }
  return true;
}

/** Longer lists are not needed to tell which commands mean some files. */
const MOST_PATHS = 50;

/** The absolute paths of the largest files of a group; what is not UTF-8 in them is U+FFFD. */
export function pathsOf({ paths, tree }: AdviceContext, { inodes }: WasteGroup): string[] {
  return inodes.slice(0, MOST_PATHS).map((inode) => `/${decodeName(paths.pathOf(tree.lossNodeOf(inode))).text}`);
}
