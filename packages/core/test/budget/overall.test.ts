/** What many verdicts come to. */
import { describe, expect, test } from "vitest";
import type { Budget, BudgetVerdict } from "../../src/budget/budget.ts";
import { overallVerdict } from "../../src/budget/overall.ts";

type Part = Pick<BudgetVerdict, "budget" | "status">;

function part(status: BudgetVerdict["status"], severity: Budget["severity"] = "error"): Part {
  return { status, budget: { name: "size", limit: { kind: "maxSize", bytes: 1 }, layers: "image", severity } };
}

describe("an image", () => {
  test("passes without a budget", () => {
    expect(overallVerdict([], true)).toBe("passed");
  });

  test("passes when all budgets pass or have nothing to check", () => {
    expect(overallVerdict([part("passed"), part("skipped")], true)).toBe("passed");
  });

  test("passes when a budget that only warns fails or is undecided", () => {
    expect(overallVerdict([part("failed", "warn"), part("undecided", "warn"), part("passed")], true)).toBe("passed");
  });

  test("fails when one budget fails, whatever is undecided", () => {
    expect(overallVerdict([part("undecided"), part("failed"), part("passed")], false)).toBe("failed");
  });

  test("is undecided when one budget is", () => {
    expect(overallVerdict([part("passed"), part("undecided")], true)).toBe("undecided");
  });

  test("is undecided when it was not read to its end", () => {
    expect(overallVerdict([part("passed")], false)).toBe("undecided");
    expect(overallVerdict([], false)).toBe("undecided");
  });
});
