/** Rules of advice as budgets, and what the command line says of them. */
import { type LayerscopeError, RULES } from "@layerscope/core";
import { describe, expect, test } from "vitest";
import { budgetsOf } from "../../src/budgets/budget-options.ts";
import { parseBudgets } from "../../src/budgets/config/parse-budgets.ts";
import { ruleBudgets, rulesToApply } from "../../src/budgets/rules-to-apply.ts";

const CONFIG = `ignore: /var/cache
rules:
  runs-as-root: warn
  large-base: { level: error, layers: image, ignore: /usr/share/doc, butAtLeast: 1 MB }
  no-healthcheck: off
  shell-form: { ignoreLayers: [0] }
secrets: { allow: { kinds: [jwt] } }
`;
const settings = parseBudgets(CONFIG, { file: "layerscope.yaml" });

/** The message of what is thrown. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: "invalid-option" });
    return (thrown as LayerscopeError).message;
  }
  throw new Error("nothing was wrong");
}

describe("budgets", () => {
  const short = (budgets: ReturnType<typeof ruleBudgets>) =>
    Object.fromEntries(budgets.map(({ name, severity, layers }) => [name, `${severity} ${layers}`]));

  test("are the rules that have a level, with the line where it stands", () => {
    const budgets = ruleBudgets({}, settings);
    expect(short(budgets)).toEqual({ "runs-as-root": "warn own", "large-base": "error image" });
    expect(budgets.find(({ name }) => name === "large-base")).toStrictEqual({
      name: "large-base",
      limit: { kind: "rule", rule: "large-base" },
      layers: "image",
      ignore: ["/usr/share/doc", "/var/cache"],
      severity: "error",
      origin: { kind: "file", file: "layerscope.yaml", line: 4 },
    });
  });

  test("of the command line come before what the configuration says of the rule, but for its other settings", () => {
    const options = { rule: ["runs-as-root", "large-base=warn", "secret-in-file=error"] };
    const budgets = ruleBudgets(options, settings);
    expect(short(budgets)).toEqual({
      "runs-as-root": "error own",
      "large-base": "warn image",
      "secret-in-file": "error own",
    });
    expect(budgets[0]?.origin).toEqual({ kind: "option", option: "--rule runs-as-root" });
    expect(rulesToApply(options, settings).rules["large-base"]).toMatchObject({ level: "warn", butAtLeast: 1_000_000 });
  });

  test("may be all rules, or all but some", () => {
    const all = ruleBudgets({ rule: ["*=warn", "runs-as-root=off"] }, undefined);
    expect(all.map(({ name }) => name)).toEqual(RULES.map(({ id }) => id).filter((id) => id !== "runs-as-root"));
    expect(new Set(all.map(({ severity }) => severity))).toEqual(new Set(["warn"]));
  });

  test("are about the layers that the command line names", () => {
    expect(short(ruleBudgets({ rule: ["runs-as-root"], layers: "image" }, settings))).toMatchObject({
      "runs-as-root": "error image",
    });
    // Which is no option without a budget then.
    expect(budgetsOf({ rule: ["runs-as-root"], layers: "3" })).toEqual([]);
    expect(refusal(() => budgetsOf({ layers: "own" }))).toMatch(/^--layers needs a budget/);
  });
});

test("what is looked for is what both say", () => {
  const { rules, ignore, allowedSecrets } = rulesToApply({ ignore: ["*.log"] }, settings);
  expect(ignore).toEqual(["/var/cache", "*.log"]);
  expect(allowedSecrets?.kinds).toEqual(["jwt"]);
  expect(rules["no-healthcheck"]?.level).toBe("off");
  expect(rules["shell-form"]).toMatchObject({ ignoreLayers: [0] });
});

test.each([
  ["secret-in-fil", '--rule secret-in-fil: there is no rule "secret-in-fil"; did you mean "secret-in-file"?'],
  ["runs-as-root=eror", '--rule runs-as-root=eror: "eror" is none of off, warn, error; did you mean "error"?'],
  ["runs-as-root=", '--rule runs-as-root=: "" is none of off, warn, error'],
  ["", '--rule : there is no rule ""'],
])("--rule %s is a mistake", (word, message) => {
  expect(refusal(() => ruleBudgets({ rule: [word] }, undefined))).toBe(message);
});

test("--ignore takes what can be in an image", () => {
  expect(refusal(() => rulesToApply({ ignore: [".."] }, undefined))).toMatch(/^--ignore: "\.\." is in no image/);
});
