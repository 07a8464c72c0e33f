/** What a check of budgets says, as a report has it. */
import type { BudgetFinding, BudgetLimit, BudgetOrigin, BudgetVerdict } from "../budget/budget.ts";
import type { DiveCompat } from "../metrics/dive-compat.ts";
import { jsonPath } from "./listed-path.ts";
import type { Report, ReportBudget } from "./schema.ts";

export function jsonVerdict(verdict: BudgetVerdict): ReportBudget {
  const { budget, status, unit, value, limit, margin, bytes, growth, reason, findings } = verdict;
  const { findingCount, ignoredBytes, notes } = verdict;
  const { name, severity, layers, paths, ignore, origin } = budget;
  return {
    name,
    kind: budget.limit.kind,
    severity,
    status,
    layers,
    ...(paths && { paths: [...paths] }),
    ...(ignore && ignore.length > 0 && { ignore: [...ignore] }),
    ...limitFields(budget.limit),
    unit,
    value: jsonNumber(value),
    limit: jsonNumber(limit),
    margin: jsonNumber(margin),
    ...(bytes && Number.isFinite(bytes.limit) && { bytes: { ...bytes } }),
    ...(growth && { growth: { ...growth } }),
    reason: reason ?? null,
    findings: findings.map(jsonFinding),
    findingCount,
    ignoredBytes,
    notes: [...notes],
    ...(origin && { origin: jsonOrigin(origin) }),
  };
}

/** What a limit says besides its number. */
function limitFields(limit: BudgetLimit): Pick<ReportBudget, "patterns" | "rule" | "cause" | "butAtLeast"> {
  return {
    ...("patterns" in limit && { patterns: [...limit.patterns] }),
    ...("rule" in limit && { rule: limit.rule }),
    ...("cause" in limit && limit.cause !== undefined && { cause: limit.cause }),
    ...("butAtLeast" in limit && Number.isFinite(limit.butAtLeast) && { butAtLeast: limit.butAtLeast }),
  };
}

function jsonFinding(finding: BudgetFinding): ReportBudget["findings"][number] {
  const { path, isDirectory, bytes, before, layer, hiddenBy, cause, pattern } = finding;
  return {
    ...(path && jsonPath(path)),
    ...(isDirectory && { directory: true as const }),
    ...(bytes !== undefined && { bytes }),
    ...(before !== undefined && { before }),
    ...(layer !== undefined && { layer }),
    ...(hiddenBy !== undefined && { hiddenBy }),
    ...(cause !== undefined && { cause }),
    ...(pattern !== undefined && { pattern }),
  };
}

function jsonOrigin(origin: BudgetOrigin): ReportBudget["origin"] {
  return origin.kind === "file" ? { file: origin.file, line: origin.line } : { option: origin.option };
}

export function jsonDive({ efficiency, wastedBytes, userWastedShare, inefficient }: DiveCompat): DiveNumbers {
  const isNumber = Number.isFinite(userWastedShare);
  return {
    efficiency,
    wastedBytes,
    userWastedShare: jsonNumber(userWastedShare),
    ...(!isNumber && {
      userWastedIs: Number.isNaN(userWastedShare) ? ("not-a-number" as const) : ("infinite" as const),
    }),
    inefficientFiles: inefficient.length,
  };
}

type DiveNumbers = NonNullable<Report["compat"]>["dive"];

/** JSON has no other numbers. */
function jsonNumber(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
