/** What budgets of sizes and waste come to, told by plain loops over what the model finds in an image. */
import type { Member } from "../../../../fixtures/build/tar.ts";
import { toModel } from "../../../../test/model/arbitrary.ts";
import type { ModelResult, WasteRecord } from "../../../../test/model/model-types.ts";
import { overlayModel } from "../../../../test/model/overlay-model.ts";
import type { Budget, BudgetFinding, BudgetVerdict, LayerGroup } from "../../src/budget/budget.ts";

export type NaiveFile = ModelResult["files"][number];

export const naiveFiles = (layers: readonly Member[][]): NaiveFile[] => overlayModel(layers.map(toModel)).files;

export const bytesOf = (files: readonly NaiveFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

export const isAtOrBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}/`);

export function isIn(group: LayerGroup, layer: number, base: number): boolean {
  return group === "image" || (group === "own" ? layer >= base : group === "base" ? layer < base : layer === group);
}

/** Paths from the root, as this file knows them: without wildcards. */
export type Scope = Pick<Budget, "layers" | "paths" | "ignore">;

/** The files that count, and those that would have but are ignored. */
export function inScope(
  files: readonly NaiveFile[],
  { layers, paths, ignore = [] }: Scope,
  base: number,
): { readonly counted: NaiveFile[]; readonly ignored: NaiveFile[] } {
  const isOneOf = (patterns: readonly string[], path: string): boolean =>
    patterns.some((pattern) => isAtOrBelow(path, Buffer.from(pattern.slice(1)).toString("latin1")));
  const meant = files.filter(({ path, layer }) => isIn(layers, layer, base) && (!paths || isOneOf(paths, path)));
  return {
    counted: meant.filter(({ path }) => !isOneOf(ignore, path)),
    ignored: meant.filter(({ path }) => isOneOf(ignore, path)),
  };
}

export const pathText = ({ path = new Uint8Array(0) }: BudgetFinding): string => Buffer.from(path).toString("latin1");

/** What an unordered group of files has most of its bytes in; the first of equal ones. */
export function mostOf<K extends number>(files: readonly NaiveFile[], keyOf: (file: NaiveFile) => K): K | undefined {
  const keys = [...new Set(files.map(keyOf))].sort((one, other) => one - other);
  const sizes = keys.map((key) => bytesOf(files.filter((file) => keyOf(file) === key)));
  return keys[sizes.indexOf(Math.max(...sizes))];
}

/** The files of a finding, which must be all there are at and below its path. */
export const filesAt = (files: readonly NaiveFile[], finding: BudgetFinding): NaiveFile[] =>
  files.filter(({ path }) => isAtOrBelow(path, pathText(finding)));

export const wasteOf = ({ waste }: NaiveFile): WasteRecord => {
  if (!waste) throw new Error("a container sees this file");
  return waste;
};

/** Everything in a verdict but the budget itself, in a form that can be compared. */
export const comparable = ({ budget: _, findings, ...rest }: BudgetVerdict): object => ({
  ...rest,
  findings: findings.map(({ path, ...finding }) => ({ ...finding, path: path && pathText({ path }) })),
});
