/** Rules of advice as budgets. */
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { RULES } from "../../src/advice/catalogue.ts";
import type { Advice, Finding } from "../../src/advice/rule.ts";
import { type Budget, MOST_FINDINGS } from "../../src/budget/budget.ts";
import { checkBudgets } from "../../src/budget/check-budgets.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import { scanArchive } from "../tree/scan-layers.ts";

const image = await scanArchive(
  dockerSaveNew({ layers: [tar([file("a", "1")]), tar([file("b", "22")]), tar([file("c", "3")])] }),
);
const base = { layers: 1, foundBy: "given-number", certainty: "certain" } as const;

function findingOf(id: string, more: Partial<Finding> = {}): Finding {
  const rule = RULES.find((one) => one.id === id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  const none = { estimate: undefined, snippet: undefined, steps: [], parts: [], inodes: [] };
  return { rule, level: "warn", scope: "own", what: "it is so", fix: "", bytes: 0, layers: [2], ...none, ...more };
}

function check(
  rule: string,
  advice: Partial<Advice> | undefined,
  { layers = "own", analysis = image }: { readonly layers?: Budget["layers"]; readonly analysis?: Analysis } = {},
) {
  const budget: Budget = { name: rule, limit: { kind: "rule", rule }, layers, severity: "error" };
  const found = advice && { rules: RULES, findings: [], unreadLayers: [], savedBytes: { own: 0, base: 0 }, ...advice };
  const [verdict] = checkBudgets(analysis, [budget], { base, advice: found });
  if (!verdict) throw new Error("no verdict");
  return verdict;
}

describe("a rule", () => {
  test("passes when it finds nothing", () => {
    const others = [findingOf("secret-in-file")];
    expect(check("runs-as-root", { findings: others })).toMatchObject({
      status: "passed",
      value: 0,
      limit: 0,
      margin: 0,
    });
  });

  test("fails by what it found, and says it", () => {
    const parts = [
      { node: 1, isDirectory: false, value: 0 },
      { node: 2, isDirectory: true, value: 9 },
    ];
    const findings = [
      findingOf("secret-in-file", { parts, what: "one" }),
      findingOf("secret-in-file", { what: "two" }),
    ];
    const verdict = check("secret-in-file", { findings });
    expect(verdict).toMatchObject({
      status: "failed",
      unit: "count",
      value: 2,
      findingCount: 2,
      notes: ["one", "two"],
    });
    expect(verdict.findings.map(({ path = [], ...rest }) => [Buffer.from(path).toString(), rest])).toEqual([
      ["b", { isDirectory: true, bytes: 9, layer: 2 }],
      ["a", { isDirectory: false, layer: 2 }],
    ]);
  });

  test("says no more than anybody reads", () => {
    const findings = Array.from({ length: 1200 }, (_, index) => findingOf("runs-as-root", { what: `${index}` }));
    const { value, notes } = check("runs-as-root", { findings });
    expect(value).toBe(1200);
    expect(notes).toHaveLength(MOST_FINDINGS + 1);
    expect(notes.at(-1)).toBe("and 1,190 more");
  });

  test("is about the layers of its budget", () => {
    const findings = [findingOf("runs-as-root"), findingOf("runs-as-root", { scope: "base", layers: [0, 1] })];
    const countIn = (layers: Budget["layers"]) => check("runs-as-root", { findings }, { layers }).value;
    expect((["image", "own", "base", 0, 1, 2] as const).map(countIn)).toEqual([2, 1, 1, 1, 1, 1]);
    expect(check("runs-as-root", { findings: [] }, { layers: 9 }).status).toBe("undecided");
  });
});

describe("what is not known passes no rule:", () => {
  test("nobody looked", () => {
    expect(check("runs-as-root", undefined)).toMatchObject({ status: "undecided", value: undefined });
  });

  test("files could not be looked into, and the rule asks for them", () => {
    expect(check("secret-in-file", { unreadLayers: [2] })).toMatchObject({
      status: "undecided",
      reason: "files of layer 2 could not be looked into",
    });
    expect(check("secret-in-file", { unreadLayers: [1, 2] }).reason).toBe(
      "files of 2 layers, 1 to 2, could not be looked into",
    );
    // What was found is found all the same.
    expect(check("secret-in-file", { unreadLayers: [2], findings: [findingOf("secret-in-file")] }).status).toBe(
      "failed",
    );
  });

  test("but a rule that does not ask for them, or is about other layers, is decided", () => {
    expect(check("runs-as-root", { unreadLayers: [2] }).status).toBe("passed");
    expect(check("secret-in-file", { unreadLayers: [0] }).status).toBe("passed");
    expect(check("secret-in-file", { unreadLayers: [0] }, { layers: "image" }).status).toBe("undecided");
  });

  test("the image could not be read to its end", async () => {
    const analysis = await scanArchive(
      dockerSaveNew({ layers: [tar([file("a", "1")]), tar([file("b", "22")])], broken: { missing: [1] } }),
    );
    const status = (rule: string, findings: readonly Finding[]) =>
      check(rule, { findings }, { analysis, layers: "image" }).status;
    expect(analysis.image.complete).toBe(false);
    expect(status("secret-in-file", [])).toBe("undecided");
    expect(status("world-writable", [findingOf("world-writable")])).toBe("undecided");
    // More layers would not take it back.
    expect(status("secret-in-file", [findingOf("secret-in-file")])).toBe("failed");
    expect(status("runs-as-root", [])).toBe("passed");
    expect(status("runs-as-root", [findingOf("runs-as-root")])).toBe("failed");
  });
});
