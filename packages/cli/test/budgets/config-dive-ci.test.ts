import { LayerscopeError } from "@layerscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDiveCi } from "../../src/budgets/config/dive-ci.ts";

/** Rules by their names: the number that is their limit, and the line. */
function rules(text: string): Record<string, readonly [number, number]> {
  const { budgets } = parseDiveCi(text, ".dive-ci");
  return Object.fromEntries(
    budgets.map(({ name, limit, origin, layers, severity }) => {
      expect([layers, severity]).toEqual(["image", "error"]);
      const value = "ratio" in limit ? limit.ratio : "bytes" in limit ? limit.bytes : Number.NaN;
      return [name, [value, origin.kind === "file" ? origin.line : 0]];
    }),
  );
}

function problems(text: string): readonly string[] {
  try {
    parseDiveCi(text, ".dive-ci");
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(LayerscopeError);
    const { code, message, choices } = thrown as LayerscopeError;
    expect(code).toBe("invalid-config");
    return [message, ...choices];
  }
  throw new Error("nothing was wrong");
}

const DEFAULTS = { lowestEfficiency: [0.9, 1], highestUserWastedPercent: [0.1, 1] };

describe("the rules of dive", () => {
  test("have their kinds", () => {
    const text = "rules:\n  lowestEfficiency: 0.95\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: 0.20\n";
    expect(parseDiveCi(text, "ci/.dive-ci")).toEqual({
      file: "ci/.dive-ci",
      images: [],
      warnings: [],
      budgets: [
        {
          name: "lowestEfficiency",
          limit: { kind: "diveLowestEfficiency", ratio: 0.95 },
          layers: "image",
          severity: "error",
          origin: { kind: "file", file: "ci/.dive-ci", line: 2 },
        },
        {
          name: "highestWastedBytes",
          limit: { kind: "diveHighestWastedBytes", bytes: 20_000_000 },
          layers: "image",
          severity: "error",
          origin: { kind: "file", file: "ci/.dive-ci", line: 3 },
        },
        {
          name: "highestUserWastedPercent",
          limit: { kind: "diveHighestUserWastedPercent", ratio: 0.2 },
          layers: "image",
          severity: "error",
          origin: { kind: "file", file: "ci/.dive-ci", line: 4 },
        },
      ],
    });
  });

  test.each(["", "# nothing\n", "rules:\n", "rules: {}\n", "{}", "rules:\n  lowestEfficiency:\n"])(
    "have their defaults in %j",
    (text) => {
      const { highestUserWastedPercent, lowestEfficiency, ...others } = rules(text);
      expect(others).toEqual({});
      expect([lowestEfficiency?.[0], highestUserWastedPercent?.[0]]).toEqual([0.9, 0.1]);
    },
  );

  test("that are set leave the others their defaults", () => {
    expect(rules("rules:\n  highestWastedBytes: 5")).toEqual({ ...DEFAULTS, highestWastedBytes: [5, 2] });
  });

  test.each(['""', "disabled", "off", "false", "'false'", "Off", "' disabled '"])("are switched off by %s", (word) => {
    const text = `rules:\n  lowestEfficiency: ${word}\n  highestWastedBytes: ${word}\n  highestUserWastedPercent: ${word}\n`;
    expect(rules(text)).toEqual({});
  });

  test("have a second spelling", () => {
    const text =
      "rules:\n  lowest-efficiency: 0.5\n  highest-wasted-bytes: 1kB\n  highest-user-wasted-percent: '0.25'\n";
    expect(rules(text)).toEqual({
      lowestEfficiency: [0.5, 2],
      highestWastedBytes: [1000, 3],
      highestUserWastedPercent: [0.25, 4],
    });
  });

  test("in both spellings count as the options are spelt", () => {
    const text = "rules:\n  lowest-efficiency: 0.5\n  lowestEfficiency: 0.7\n";
    expect(rules(text)).toEqual({ ...DEFAULTS, lowestEfficiency: [0.7, 3] });
    expect(parseDiveCi(text, ".dive-ci").warnings).toEqual([
      ".dive-ci:2: lowestEfficiency is set too, so lowest-efficiency has no effect",
    ]);
  });

  test.each<readonly [string, number]>([
    ["20MB", 20_000_000],
    ["20Mb", 20_000_000],
    ["20 mb", 20_000_000],
    ["20M", 20_000_000],
    ["20MiB", 20_971_520],
    ["20mi", 20_971_520],
    ["1,000 kB", 1_000_000],
    ["1.5kB", 1500],
    ["0.5", 0],
    [".5k", 500],
    ["42", 42],
    ["42b", 42],
    ["0", 0],
    ["1e3", Number.NaN],
    ["9EB", Number.MAX_SAFE_INTEGER],
  ])("take sizes as dive does: %s", (written, bytes) => {
    const text = `rules:\n  highestWastedBytes: "${written}"`;
    if (Number.isNaN(bytes)) expect(problems(text)).toHaveLength(1);
    else expect(rules(text).highestWastedBytes?.[0]).toBe(bytes);
  });
});

describe("what is wrong in a .dive-ci", () => {
  test.each<readonly [string, string]>([
    ["rules:\n  lowestEfficiency: 95", '2:21: rules.lowestEfficiency: "95" is not from 0 to 1'],
    ["rules:\n  lowestEfficiency: -0.1", '2:21: rules.lowestEfficiency: "-0.1" is not from 0 to 1'],
    [
      "rules:\n  lowest-efficiency: 7%",
      '2:22: rules.lowest-efficiency: "7%" is no number from 0 to 1, which is what dive wants: write 0.07',
    ],
    [
      "rules:\n  highestUserWastedPercent: .nan",
      '2:29: rules.highestUserWastedPercent: "NaN" is no number from 0 to 1, which is what dive wants',
    ],
    [
      "rules:\n  lowestEfficiency: true",
      '2:21: rules.lowestEfficiency: "true" is no number from 0 to 1, which is what dive wants',
    ],
    ["rules:\n  lowestEfficiency: [1]", "2:21: rules.lowestEfficiency: a list is not a limit"],
    ["rules:\n  highestWastedBytes: much", '2:23: rules.highestWastedBytes: "much" is not a size such as 20MB'],
    ["rules:\n  highestWastedBytes: -5", '2:23: rules.highestWastedBytes: "-5" is not a size such as 20MB'],
    ["rules: []", "1:8: rules: a list is not a table of settings"],
    ["- rules", "1:1: the configuration: a list is not a table of settings"],
    [
      "rules:\n  lowestEfficiency: 1\n  lowestEfficiency: 1",
      '3:3: the keys of a table must be unique, and "lowestEfficiency" is there already',
    ],
  ])("%j", (text, problem) => {
    expect(problems(text)).toEqual([`.dive-ci:${problem}`]);
  });

  test.each<readonly [string, string]>([
    [
      "rules:\n  lowest-efficiency-threshold: 0.9",
      '2: dive knows no rule "lowest-efficiency-threshold", so it has no effect',
    ],
    [
      "rules:\n  lowestEficiency: 0.9",
      '2: dive knows no rule "lowestEficiency", so it has no effect; did you mean "lowestEfficiency"?',
    ],
    ["plugins: []", '1: dive knows no "plugins", so it has no effect'],
    ["rule: {}", '1: dive knows no "rule", so it has no effect; did you mean "rules"?'],
    ["lowestEfficiency: 0.9", '1: dive knows no "lowestEfficiency", so it has no effect; it belongs below rules'],
  ])("has no effect, and a warning: %j", (text, warning) => {
    expect(Object.keys(rules(text)).sort()).toEqual(["highestUserWastedPercent", "lowestEfficiency"]);
    expect(parseDiveCi(text, ".dive-ci").warnings).toEqual([`.dive-ci:${warning}`]);
  });

  test("whatever it is, there are finite limits or an error of ours", () => {
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      fc.double().map(String),
      fc.constantFrom(".inf", "0.5", "1kB", "off"),
    );
    fc.assert(
      fc.property(value, value, value, (one, other, third) => {
        for (const text of [
          one,
          `rules: ${one}`,
          `rules:\n  lowestEfficiency: ${one}\n  highestWastedBytes: ${other}\n  highest-user-wasted-percent: ${third}\n`,
        ]) {
          try {
            for (const [limit] of Object.values(rules(text))) expect(Number.isFinite(limit) && limit >= 0).toBe(true);
          } catch (thrown) {
            if (!(thrown instanceof LayerscopeError)) throw thrown;
          }
        }
      }),
    );
  });
});
