/** From members of tars, and what is said of some of them, to an inventory. */
import type { Member } from "../../../../fixtures/build/tar.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { TYPE } from "../../src/model/entry.ts";
import { type PackageFactsOfFile, takeInventory } from "../../src/packages/inventory.ts";
import type { DeclaredPackage, InstalledPackage, PackageInventory } from "../../src/packages/package.ts";
import { pathText, scanLayers } from "../tree/scan-layers.ts";

/** By layer: what each of its files says, by path. */
export type Said = Record<string, PackageFactsOfFile>[];

export interface Taken extends Analysis {
  readonly inventory: PackageInventory;
}

export async function inventoryOf(layers: Member[][], said: Said): Promise<Taken> {
  const analysis = await scanLayers(...layers);
  return { ...analysis, inventory: takeInventory(analysis.image, factsOf(analysis, said)) };
}

export function factsOf({ image: { tree } }: Analysis, said: Said): Map<number, PackageFactsOfFile> {
  const facts = new Map<number, PackageFactsOfFile>();
  for (const [layer, entries] of tree.layers.entries()) {
    for (let index = 0; index < entries.count; index++) {
      const one = said[layer]?.[pathText(tree, entries.node[index] as number)];
      if (one && entries.type[index] === TYPE.FILE) facts.set((tree.entryBase[layer] as number) + index, one);
    }
  }
  return facts;
}

/** What a file says that declares packages. */
export const declares = (...packages: DeclaredPackage[]): PackageFactsOfFile => ({ packages: { packages } });

/** What dpkg's list of a package's files says. */
export const lists = (of: string, ...paths: string[]): PackageFactsOfFile => ({
  packages: { fileList: { of, paths } },
});

/** A package of a distribution, with little to say about it. */
export function deb(name: string, more: Partial<DeclaredPackage> = {}): DeclaredPackage {
  return { type: "deb", name, version: "1", claims: [], ...more };
}

/** A package of a distribution that lists its own files. */
export function apk(name: string, ...paths: string[]): DeclaredPackage {
  return { type: "apk", name, version: "1", claims: [{ kind: "files", paths }] };
}

/** A package of npm that is in a directory. */
export function npm(directory: string, name: string, more: Partial<DeclaredPackage> = {}): DeclaredPackage {
  return { type: "npm", name, version: "1", claims: [{ kind: "below", path: directory }], ...more };
}

/** `name version bytes installedIn>removedIn`, in the order of the inventory. */
export function linesOf({ inventory }: Taken): string[] {
  return inventory.packages.map(({ name, version, bytes, installedIn, removedIn }) => {
    return `${name} ${version} ${bytes} ${installedIn}>${removedIn ?? ""}`;
  });
}

/** The one package of that name that is there. */
export function packageNamed({ inventory }: Taken, name: string): InstalledPackage {
  const [found, ...others] = inventory.packages.filter((one) => one.name === name && one.removedIn === undefined);
  if (!found || others.length > 0) throw new Error(`not one package ${name} but ${others.length + (found ? 1 : 0)}`);
  return found;
}

/** `path bytes files` of what nobody owns; directories end with a slash. */
export function unownedIn({ image: { tree }, inventory }: Taken): string[] {
  return inventory.unowned.map(({ node, isDirectory, bytes, files }) => {
    return `${pathText(tree, node)}${isDirectory ? "/" : ""} ${bytes} ${files}`;
  });
}

/** What the bytes of all packages and those of nobody add up to. */
export function bytesOfAll({ packages, unownedBytes }: PackageInventory): number {
  return packages.reduce((sum, { bytes }) => sum + bytes, unownedBytes);
}
