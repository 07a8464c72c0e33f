/** What a table of settings for a budget must have besides its form: one limit, and nothing that the limit does not know. */
import type { Path, Problem } from "../../config/located-yaml.ts";
import { SETTINGS } from "./config-schema.ts";
import { LIMIT_KINDS, type LimitKind } from "./limit-kinds.ts";

type Table = Readonly<Record<string, unknown>>;

/** Looks at whatever was written, so that all mistakes are told at once. */
export function ruleProblems(value: unknown): Problem[] {
  const problems: Problem[] = [];
  for (const { path, table } of tables(value)) {
    if (Object.hasOwn(table, "base") && Object.hasOwn(table, "baseLayers")) {
      const text = `${[...path, "baseLayers"].join(".")}: base says it already; leave one of them out`;
      problems.push({ path: [...path, "baseLayers"], atKey: true, text });
    }
    for (const budget of tablesIn(table.budgets, [...path, "budgets"])) problems.push(...budgetProblems(budget));
  }
  return problems;
}

interface LocatedTable {
  readonly path: Path;
  readonly table: Table;
}

/** The configuration itself and its images. */
function tables(value: unknown): LocatedTable[] {
  return isTable(value) ? [{ path: [], table: value }, ...tablesIn(value.images, ["images"])] : [];
}

function tablesIn(list: unknown, path: Path): LocatedTable[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((table: unknown, index) => (isTable(table) ? [{ path: [...path, index], table }] : []));
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function budgetProblems({ path, table }: LocatedTable): Problem[] {
  const [kind, ...others] = LIMIT_KINDS.filter(({ key }) => Object.hasOwn(table, key));
  const name = path.join(".");
  if (kind === undefined) {
    // What is misspelt is missing, too; one word about it is enough.
    if (Object.keys(table).some((key) => !SETTINGS.budget.includes(key))) return [];
    const text = `${name}: no limit; a budget sets one of ${LIMIT_KINDS.map(({ key }) => key).join(", ")}`;
    return [{ path, text }];
  }
  if (others.length > 0) {
    return others.map(({ key }) => ({
      path: [...path, key],
      atKey: true,
      text: `${name}.${key}: a budget sets one limit, and this one sets ${kind.key} too; write two budgets`,
    }));
  }
  return misplaced(kind, table).map(({ key, atKey, problem }) => ({
    path: [...path, key],
    atKey,
    text: `${name}.${key}: ${problem}`,
  }));
}

interface Misplaced {
  readonly key: string;
  readonly atKey: boolean;
  readonly problem: string;
}

/** The keys that say nothing beside a limit. */
function misplaced(kind: LimitKind, table: Table): Misplaced[] {
  const { key: limit, paths, layers, cause, butAtLeast } = kind;
  const isThere = (key: string): boolean => Object.hasOwn(table, key);
  const found: Misplaced[] = [];
  for (const key of ["paths", "ignore"]) {
    if (!paths && isThere(key)) found.push({ key, atKey: true, problem: `${limit} knows no paths` });
  }
  if (layers === "none" && isThere("layers")) {
    found.push({ key: "layers", atKey: true, problem: `${limit} is about the image as a whole` });
  }
  if (layers === "groups" && typeof table.layers === "number") {
    const why =
      limit === "maxGrowth" ? "a layer of that number may be another one in the baseline" : "one layer is one layer";
    found.push({ key: "layers", atKey: false, problem: `${limit} knows only image, own and base; ${why}` });
  }
  if (!cause && isThere("cause")) {
    found.push({ key: "cause", atKey: true, problem: `only ${keysWhere("cause")} know causes, not ${limit}` });
  }
  if (isThere("butAtLeast")) {
    if (!butAtLeast) {
      const problem = `${limit} is no share; only ${keysWhere("butAtLeast")} know it`;
      found.push({ key: "butAtLeast", atKey: true, problem });
    } else if (
      typeof table.maxGrowth === "number" ||
      (typeof table.maxGrowth === "string" && !table.maxGrowth.includes("%"))
    ) {
      found.push({ key: "butAtLeast", atKey: true, problem: "it stands beside a share, and maxGrowth is a size here" });
    }
  }
  return found;
}

function keysWhere(flag: "cause" | "butAtLeast"): string {
  const keys = LIMIT_KINDS.filter((kind) => kind[flag]).map(({ key }) => key);
  return `${keys.slice(0, -1).join(", ")} and ${keys.at(-1)}`;
}
