import { LayerscopeError } from "@layerscope/core";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { addBudgetOptions, type BudgetOptions, budgetsOf, isBudgetOption } from "../../src/budgets/budget-options.ts";
import { LIMIT_KINDS } from "../../src/budgets/config/limit-kinds.ts";

function parse(...words: string[]) {
  const command = addBudgetOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return budgetsOf(command.parse(words, { from: "user" }).opts<BudgetOptions>());
}

function problem(...words: string[]): string {
  try {
    parse(...words);
  } catch (thrown) {
    if (thrown instanceof LayerscopeError && thrown.code === "invalid-option") return thrown.message;
    throw thrown;
  }
  return "no problem";
}

test("every limit of the table is an option, and a check is known by it", () => {
  const options = addBudgetOptions(new Command()).options.map(({ long }) => long ?? "");
  for (const { key } of LIMIT_KINDS) {
    const option = options.find(
      (one) =>
        one.replace(/-[a-z]/g, (part) => part.slice(1).toUpperCase()) ===
        `-${key.slice(0, 1).toUpperCase()}${key.slice(1)}`,
    );
    expect(option, key).toBeDefined();
    expect(isBudgetOption(option ?? "")).toBe(true);
    expect(isBudgetOption(`${option}=3`)).toBe(true);
  }
  expect(["--json", "--max", "app.tar", "max-size"].filter(isBudgetOption)).toEqual([]);
});

describe("options become budgets", () => {
  test("in the order of the table, each with what was typed", () => {
    expect(parse("--non-root", "--min-efficiency", "95%", "--max-size", "300MB")).toEqual([
      {
        name: "total size",
        limit: { kind: "maxSize", bytes: 300_000_000 },
        layers: "image",
        severity: "error",
        origin: { kind: "option", option: "--max-size 300MB" },
      },
      {
        name: "efficiency",
        limit: { kind: "minEfficiency", share: 0.95 },
        layers: "image",
        severity: "error",
        origin: { kind: "option", option: "--min-efficiency 95%" },
      },
      {
        name: "user is not root",
        limit: { kind: "nonRoot" },
        layers: "image",
        severity: "error",
        origin: { kind: "option", option: "--non-root" },
      },
    ]);
  });

  test("for a path, and several times", () => {
    const budgets = parse("--max-size", "1GB", "--max-size", "/usr/share/doc=5MiB", "--max-size=/a=b=1kB");
    expect(budgets.map(({ name, limit, paths }) => [name, limit, paths])).toEqual([
      ["total size", { kind: "maxSize", bytes: 1e9 }, undefined],
      ["size of /usr/share/doc", { kind: "maxSize", bytes: 5 * 2 ** 20 }, ["/usr/share/doc"]],
      ["size of /a=b", { kind: "maxSize", bytes: 1000 }, ["/a=b"]],
    ]);
  });

  test("all patterns in one", () => {
    expect(parse("--forbidden", "**/.git/**", "--forbidden", ".env")).toMatchObject([
      { limit: { kind: "forbidden", patterns: ["**/.git/**", ".env"] } },
    ]);
  });

  test("with layers, cause and a floor where they belong", () => {
    const budgets = parse(
      "--max-wasted-share",
      "0.1",
      "--max-size",
      "1MB",
      "--cause",
      "deleted",
      "--but-at-least",
      "1kB",
      "--layers",
      "own",
    );
    expect(budgets.map(({ limit, layers }) => [limit, layers])).toEqual([
      [{ kind: "maxSize", bytes: 1e6 }, "own"],
      [{ kind: "maxWastedShare", share: 0.1, cause: "deleted", butAtLeast: 1000 }, "own"],
    ]);
  });

  test("of growth as bytes or as a share", () => {
    expect(parse("--max-growth", "5MB", "--max-growth", "3%").map(({ limit }) => limit)).toEqual([
      { kind: "maxGrowth", bytes: 5e6 },
      { kind: "maxGrowth", share: 0.03 },
    ]);
  });
});

describe("what makes no sense is refused:", () => {
  test.each([
    [["--max-size", "300M"], '--max-size 300M: "300M" is unclear: write 300 MB'],
    [["--max-layers", "2.5"], "not a whole number"],
    [["--max-wasted-share", "10"], "10 is above 1: write 10 %"],
    [["--max-layers", "/usr=5"], "not about paths"],
    [["--max-size", "=5MB"], "an empty pattern"],
    [["--max-size", "5MB", "--cause", "deleted"], "--cause needs --max-wasted-bytes"],
    [["--max-wasted-bytes", "5MB", "--cause", "delete"], 'did you mean "deleted"?'],
    [["--max-size", "5MB", "--but-at-least", "1MB"], "--but-at-least needs"],
    [["--max-growth", "5MB", "--but-at-least", "1MB"], "--but-at-least needs"],
    [["--layers", "own"], "--layers needs a budget"],
    [["--max-size", "/=5MB"], "is everything"],
    [["--max-size", "5MB", "--ignore", ""], "--ignore: an empty pattern"],
    [["--max-size", "5MB", "--layers", "owm"], 'did you mean "own"?'],
    [["--max-growth", "5MB", "--layers", "3"], "--max-growth takes image, own or base"],
  ])("%j", (words, message) => {
    expect(problem(...words)).toContain(message);
  });
});
