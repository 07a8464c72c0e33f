/** The packages view as rows: packages that are there, and the directories with files that no package owns. */
import {
  absolutePath,
  type Distribution,
  decodeName,
  type HistoryTree,
  type InstalledPackage,
  type PackageInventory,
  SYSTEM_TYPES,
  type UnownedPart,
} from "@layerscope/core";
import type { PackageSort } from "../state/packages.ts";
import type { Subject } from "../subject.ts";
import { type InspectionPhase, inspectionPhase, missingContents } from "./inspection-phase.ts";
import { matchTexts } from "./query/match-texts.ts";

export type PackageRow =
  | {
      readonly kind: "package";
      readonly of: InstalledPackage;
      /** With its namespace, as its manager writes it; not escaped. */
      readonly name: string;
      /** Whether other versions of it are there, too. */
      readonly hasOthers: boolean;
    }
  | {
      readonly kind: "unowned";
      readonly part: UnownedPart;
      /** Not escaped. */
      readonly path: string;
    };

export interface PackagesModel {
  readonly phase: InspectionPhase;
  readonly subject: Subject;
  readonly inventory: PackageInventory | undefined;
  readonly sort: PackageSort;
  /** What must match for a row to be shown; empty for everything. */
  readonly filter: string;
  /** How many packages are there, shown or not. */
  readonly packages: number;
  readonly packageBytes: number;
  readonly unownedBytes: number;
  readonly distribution: Distribution | undefined;
  /** What is missing; not escaped. */
  readonly missing: string | undefined;
  /** How many rows there are. */
  readonly count: number;
  readonly at: (index: number) => PackageRow | undefined;
  /** The row of what stands in a row of this model, in a model that is sorted or filtered otherwise. */
  readonly rowIn: (other: PackagesModel, index: number) => number;
}

/** What an inventory is sorted by, as numbers: packages by their index, what no package owns below 0. */
type Order = Int32Array;

const orders = new WeakMap<PackageInventory, Map<PackageSort, Order>>();
const installed = new WeakMap<PackageInventory, number>();
const several = new WeakMap<PackageInventory, ReadonlySet<number>>();

let last: { readonly subject: Subject; readonly model: PackagesModel } | undefined;

/** The same model for the same image as far as it is known, sorted and filtered the same way. */
export function packagesModel(subject: Subject, sort: PackageSort, filter = ""): PackagesModel {
  if (last?.subject === subject && last.model.sort === sort && last.model.filter === filter) return last.model;
  const model = build(subject, sort, filter);
  last = { subject, model };
  return model;
}

const NO_ORDER: Order = new Int32Array(0);
const ordersOfModels = new WeakMap<PackagesModel, Order>();

function build(subject: Subject, sort: PackageSort, filter: string): PackagesModel {
  const inventory = subject.inspection?.packages;
  const order = inventory ? shownOf(inventory, subject, orderOf(inventory, subject, sort), filter) : NO_ORDER;
  const unownedBytes = inventory?.unownedBytes ?? 0;
  const model: PackagesModel = {
    phase: inspectionPhase(subject, inventory !== undefined),
    subject,
    inventory,
    sort,
    filter,
    packages: inventory ? countInstalled(inventory) : 0,
    packageBytes: (subject.analysis?.accounts.finalBytes ?? 0) - unownedBytes,
    unownedBytes,
    distribution: inventory?.distribution,
    missing: missingContents(subject, subject.inspection?.unread ?? []),
    count: order.length,
    at: (index) => (inventory ? rowAt(inventory, subject, order[index]) : undefined),
    rowIn: (other, index) => Math.max(0, (ordersOfModels.get(other) ?? NO_ORDER).indexOf(order[index] ?? 0)),
  };
  ordersOfModels.set(model, order);
  return model;
}

/** All of it while the filter is no query. */
function shownOf(inventory: PackageInventory, subject: Subject, order: Order, filter: string): Order {
  if (filter === "") return order;
  const textsOf = (item: number): readonly string[] => {
    const row = rowAt(inventory, subject, item);
    return row ? textsOfPackage(row, subject) : [];
  };
  const shown = matchTexts(filter, [...order], textsOf);
  return "error" in shown ? order : Int32Array.from(shown, (place) => order[place] as number);
}

/** What is said of a row, for search and filter; not escaped. All packages of a distribution are declared in one place. */
export function textsOfPackage(row: PackageRow, { tree }: Subject): string[] {
  if (row.kind === "unowned") return [row.path];
  const { name, of } = row;
  const path = tree && !SYSTEM_TYPES.has(of.type) ? [absolutePathText(tree, of.location)] : [];
  return [name, of.version, of.type, ...path];
}

function absolutePathText({ paths }: HistoryTree, node: number): string {
  return decodeName(absolutePath(paths.pathOf(node))).text;
}

function rowAt(inventory: PackageInventory, subject: Subject, item: number | undefined): PackageRow | undefined {
  if (item === undefined) return undefined;
  if (item < 0) {
    const part = inventory.unowned[-1 - item];
    return part && { kind: "unowned", part, path: pathOf(subject, part) };
  }
  const of = inventory.packages[item];
  return of && { kind: "package", of, name: packageName(of), hasOthers: hasOthers(inventory, of) };
}

function pathOf({ tree }: Subject, { node, isDirectory }: UnownedPart): string {
  const path = `/${tree ? decodeName(tree.paths.pathOf(node)).text : ""}`;
  return isDirectory && path !== "/" ? `${path}/` : path;
}

/** What a package is called where it is installed: with its namespace. Not escaped. */
export function packageName({ type, namespace, name }: Pick<InstalledPackage, "type" | "namespace" | "name">): string {
  if (!namespace) return name;
  return `${namespace}${type === "maven" ? ":" : "/"}${name}`;
}

/** Those that are there come first. */
function countInstalled(inventory: PackageInventory): number {
  let count = installed.get(inventory);
  if (count === undefined) {
    const removed = inventory.packages.findIndex(({ removedIn }) => removedIn !== undefined);
    count = removed < 0 ? inventory.packages.length : removed;
    installed.set(inventory, count);
  }
  return count;
}

function hasOthers(inventory: PackageInventory, { index }: InstalledPackage): boolean {
  let all = several.get(inventory);
  if (!all) {
    all = new Set(inventory.versions.flatMap(({ packages }) => packages));
    several.set(inventory, all);
  }
  return all.has(index);
}

function orderOf(inventory: PackageInventory, subject: Subject, sort: PackageSort): Order {
  let known = orders.get(inventory);
  if (!known) {
    known = new Map();
    orders.set(inventory, known);
  }
  let order = known.get(sort);
  if (!order) {
    order = sorted(inventory, subject, sort);
    known.set(sort, order);
  }
  return order;
}

function sorted(inventory: PackageInventory, subject: Subject, sort: PackageSort): Order {
  const { packages, unowned } = inventory;
  const those = Array.from({ length: countInstalled(inventory) }, (_, index) => index);
  const rest = Array.from(unowned, (_, index) => -1 - index);
  const bytesOf = (item: number): number => (item < 0 ? unowned[-1 - item]?.bytes : packages[item]?.bytes) ?? 0;
  switch (sort) {
    case "size":
      // Both come largest first already, and sorting is stable.
      return Int32Array.from([...those, ...rest].sort((one, other) => bytesOf(other) - bytesOf(one)));
    case "name": {
      const names = packages.map((one) => packageName(one).toLowerCase());
      const compare = (one: number, other: number): number => compareTexts(names[one] ?? "", names[other] ?? "");
      const { tree } = subject;
      const comparePaths = (one: UnownedPart, other: UnownedPart): number =>
        tree ? tree.paths.comparePaths(one.node, other.node) : 0;
      rest.sort((one, other) => comparePaths(unowned[-1 - one] as UnownedPart, unowned[-1 - other] as UnownedPart));
      return Int32Array.from([...those.sort(compare), ...rest]);
    }
    case "layer": {
      const layerOf = (item: number): number => packages[item]?.installedIn ?? 0;
      return Int32Array.from([...those.sort((one, other) => layerOf(one) - layerOf(other)), ...rest]);
    }
  }
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
