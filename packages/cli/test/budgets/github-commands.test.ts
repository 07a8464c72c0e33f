/** Workflow commands: those that are meant, and no others. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { workflowCommands } from "../../../../test/ci/github-runner.ts";
import { annotationCommand } from "../../src/budgets/workflow-commands.ts";
import { harmlessInLog } from "../../src/output/harmless-in-log.ts";
import { hostileTexts } from "./runs.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc
    .array(
      fc.constantFrom("#", "##[", "::", ":", "error", " a=b", ",", ";", "]", "%", "25", "0A", "\n", "\r", "\t", " "),
    )
    .map((parts) => parts.join("")),
  fc.constantFrom(...hostileTexts),
);

describe("an annotation", () => {
  it("is one line that the runner reads as it was meant", () => {
    expect(
      annotationCommand({ level: "error", title: "size: 1, 2", message: "100 %\nof it", file: "a,b.yaml", line: 3 }),
    ).toBe("::error file=a%2Cb.yaml,line=3,title=size%3A 1%2C 2::100 %25%0Aof it\n");
  });

  it("brings any text through, and nothing else", () => {
    const level = fc.constantFrom("error" as const, "warning" as const);
    fc.assert(
      fc.property(level, text, text, text, fc.nat(), (level, title, message, file, line) => {
        // The runner drops properties that are empty.
        const written = annotationCommand({ level, title: `t${title}`, message, file: `f${file}`, line });
        const properties = { file: `f${file}`, line: String(line), title: `t${title}` };
        expect(workflowCommands(written)).toEqual([{ name: level, properties, data: message }]);
      }),
    );
  });
});

describe("text for a log", () => {
  it("is no command of GitHub, wherever one would be", () => {
    expect(workflowCommands("  ::error::a\nb ##[add-mask]c")).toHaveLength(2);
    expect(harmlessInLog("  ::error::a\nb ##[add-mask]c")).toBe("  \\x3a:error::a\nb #\\x23[add-mask]c");
    fc.assert(
      fc.property(text, (lines) => {
        for (const kind of ["plain", "json", "xml"] as const) {
          expect(workflowCommands(harmlessInLog(lines, kind))).toEqual([]);
        }
      }),
    );
  });

  it("is no command of Azure Pipelines or TeamCity", () => {
    expect(harmlessInLog("##vso[task.complete] ##TeamCity[x]")).toBe("#\\x23vso[task.complete] #\\x23TeamCity[x]");
  });

  it("stays as it is where there is none", () => {
    const lines = "## heading\n  : a :: b\n# [x] std::io\n";
    expect(harmlessInLog(lines)).toBe(lines);
  });

  it("says the same in JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), text, (value, key) => {
        const document = { value, [key]: key };
        expect(JSON.parse(harmlessInLog(JSON.stringify(document, null, 2), "json"))).toEqual(
          JSON.parse(JSON.stringify(document)),
        );
      }),
    );
  });
});
