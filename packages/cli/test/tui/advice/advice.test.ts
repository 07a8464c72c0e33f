/** The advice view: its rows, what is said of each, and where Enter leads. */
import type { Finding } from "@layerscope/core";
import { beforeAll, describe, expect, test } from "vitest";
import { presentAdvice } from "../../../src/tui/present/advice.ts";
import type { Look, Size } from "../../../src/tui/present/look.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { type AdviceRow, adviceModel } from "../../../src/tui/view-model/advice.ts";
import { detailLinesOf } from "../../../src/tui/view-model/details.ts";
import { adviceDetails } from "../../../src/tui/view-model/finding-details.ts";
import { User } from "../state/view-state.ts";
import { NORMAL, PLAIN } from "../waste/subjects.ts";
import { inspectedSubject } from "./subjects.ts";

let subject: Subject;
beforeAll(async () => {
  subject = await inspectedSubject();
});

const rowsOf = (of: Subject): AdviceRow[] => {
  const model = adviceModel(of);
  return Array.from({ length: model.count }, (_, index) => model.at(index)).filter((row) => row !== undefined);
};
const findings = (): readonly Finding[] => subject.advice?.findings ?? [];
/** The finding of a rule. */
const findingOf = (rule: string): Finding => {
  const found = findings().find((each) => each.rule.id === rule);
  if (!found) throw new Error(`no finding of ${rule}`);
  return found;
};
const DOWNLOADED = "downloaded-then-removed";
/** The image with only one finding, changed. */
const withFinding = (change: Partial<Finding>): Subject => {
  const advice = {
    findings: [{ ...findingOf(DOWNLOADED), ...change }],
    unreadLayers: [],
    rules: [],
    savedBytes: { own: 1, base: 0 },
  };
  return { ...subject, advice };
};
const screen = (of: Subject, size: Size, look: Look = NORMAL, cursor = 0): string[] =>
  presentAdvice(adviceModel(of), { cursor, top: 0 }, true, size, look);
/** The view with the cursor on the finding of a rule. */
function userOn(rule: string, of = subject): User {
  const index = rowsOf(of).findIndex((row) => row.kind === "finding" && row.finding.rule.id === rule);
  if (index < 0) throw new Error(`no finding of ${rule}`);
  const user = new User(of).does("view-advice");
  for (let step = 0; step < index; step++) user.does("move-down");
  return user;
}

describe("rows", () => {
  test("are the findings in the order of the advice, with a row before those of the base image", () => {
    const rows = rowsOf(subject);
    expect(rows.flatMap((row) => (row.kind === "finding" ? [row.finding] : []))).toEqual(findings());
    const group = rows.findIndex(({ kind }) => kind === "base");
    const scopes = (some: readonly AdviceRow[]): (string | undefined)[] =>
      some.map((row) => (row.kind === "finding" ? row.finding.scope : undefined));
    expect(new Set(scopes(rows.slice(0, group)))).toEqual(new Set(["own"]));
    expect(new Set(scopes(rows.slice(group + 1)))).toEqual(new Set(["base"]));
    expect(rows[group]).toEqual({ kind: "base", findings: rows.length - group - 1, bytes: 249 });
  });

  test("there is no such row when nothing is the base image's", () => {
    const own = findings().filter(({ scope }) => scope === "own");
    const advice = { rules: [], findings: own, unreadLayers: [], savedBytes: { own: 1, base: 0 } };
    expect(rowsOf({ ...subject, advice }).map(({ kind }) => kind)).toEqual(own.map(() => "finding"));
  });

  test("there is none after the last", () => {
    const model = adviceModel(subject);
    expect(model.at(model.count)).toBeUndefined();
    expect(model.at(-1)).toBeUndefined();
  });
});

describe("the list", () => {
  test("begins with what need not be stored, secrets and all", () => {
    const [head] = screen(subject, { width: 120, height: 10 });
    expect(head).toBe(
      ` 400 kB need not be stored · 48.0 % of 833 kB · 1 secret · ${findings().length} findings · and 249 B of the base image`,
    );
  });

  test("has bytes, rule, title and layers, and marks what is about secrets", () => {
    const rows = screen(subject, { width: 110, height: 40 });
    const row = (rule: string): string | undefined => rows.find((each) => each.includes(rule));
    expect(row("downloaded-then-removed")).toMatch(
      /^ {5}400 kB {2}downloaded-then-removed +What one RUN downloaded is removed by another +layers 1, 3/,
    );
    expect(row("secret-in-file")).toMatch(/^! +- {2}secret-in-file +A secret is stored in a layer +layers 2, 3( <)?$/);
    expect(row("Only another base image")).toMatch(
      /^ +249 B {2}Only another base image would change this +1 finding $/,
    );
  });

  test("says of an error that it is one, not by its colour alone", () => {
    const [, row] = screen(withFinding({ level: "error" }), { width: 60, height: 5 });
    expect(row).toMatch(/^! +400 kB {2}error: What one RUN/);
  });

  test("says an estimate is one", () => {
    const about = withFinding({ bytes: 0, estimate: { bytes: 1200, how: "by guessing" } });
    expect(screen(about, { width: 60, height: 5 })[1]).toContain("~1.20 kB");
    expect(screen(about, { width: 90, height: 5 }, PLAIN)[1]).toContain("saves about 1.20 kB");
  });

  test("names the first layers of many", () => {
    expect(screen(withFinding({ layers: [1, 2, 3, 4, 5] }), { width: 100, height: 5 })[1]).toMatch(/layers 1, 2, …/);
  });

  test("in words: what it is comes first", () => {
    expect(screen(withFinding({}), { width: 200, height: 5 }, PLAIN)[1]).toMatch(
      /^selected: What one RUN downloaded is removed by another, saves 400 kB, layers 1, 3, downloaded-then-removed/,
    );
  });

  test.each([
    ["before all layers are read", { advice: undefined, inspection: undefined }, "known when all layers are read"],
    ["while files are looked into", { advice: undefined, isInspecting: true }, "Looking into files"],
  ])("%s says why it is empty", (_when, change, text) => {
    expect(screen({ ...subject, ...change }, { width: 80, height: 10 }).join("\n")).toContain(text);
  });

  test("says when there is nothing to say", () => {
    const advice = { rules: [], findings: [], unreadLayers: [], savedBytes: { own: 0, base: 0 } };
    expect(screen({ ...subject, advice }, { width: 80, height: 10 }).join("\n")).toContain("There is nothing to say.");
  });

  test("says what is missing of a saved report", () => {
    const one = withFinding({});
    const advice = one.advice && { ...one.advice, unreadLayers: [0, 1, 2] };
    const inspected = one.image && { ...one.image, inspected: {} };
    const some = screen({ ...one, advice, image: inspected, hasContents: false }, { width: 100, height: 10 });
    const rows = screen({ ...one, advice, hasContents: false }, { width: 100, height: 10 });
    expect(some[1]).toBe(" Without contents of layers 0, 1, 2, that could not be looked into.");
    expect(rows[1]).toBe(" The saved report does not say what is in the files: this is what can be told without.");
    expect(rows[2]).toContain("400 kB");
  });
});

describe("the details of a finding", () => {
  const textOf = (rule: string): string => {
    const row = rowsOf(subject).find((each) => each.kind === "finding" && each.finding.rule.id === rule);
    return adviceDetails(row, subject, "si")
      .map((line) => {
        if (line.kind === "gap") return "";
        if (line.kind === "fact") return `${line.label}: ${line.value}`;
        return line.kind === "count" ? "" : line.text;
      })
      .join("\n");
  };

  test("say what, why, what to do, the lines, the layers with their commands, and the files", () => {
    const text = textOf(DOWNLOADED);
    const finding = findingOf(DOWNLOADED);
    const places = [
      finding.rule.title,
      `${finding.what}.`,
      finding.rule.reason,
      finding.fix,
      "RUN apt-get update \\\n&& apt-get install -y",
      "Saves: 400 kB",
      "Rule: downloaded-then-removed",
      "Layer 1: RUN apt-get update && apt-get install -y --no-install-recommends curl",
      "400 kB: /var/lib/apt/lists/mirror.example",
    ].map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  test("say of the base image's that it is", () => {
    const ofBase = findings().find(({ scope }) => scope === "base");
    expect(textOf(ofBase?.rule.id ?? "")).toContain("only another one would change it");
  });

  test("never show a secret", () => {
    const all = findings()
      .map(({ rule }) => textOf(rule.id))
      .join("\n");
    expect(all).toContain("/srv/app/.npmrc");
    expect(all).not.toContain("Zq3vT8wLmX2rB7nK5sD9");
  });

  test("scroll, and begin anew with another finding", () => {
    const user = new User(subject, { size: { columns: 80, rows: 20 } }).does("view-advice", "next-pane");
    expect(user.state.focus).toBe("finding");
    user.does("page-down");
    expect(user.state.advice.detailsTop).toBeGreaterThan(0);
    expect(user.state.advice.position.cursor).toBe(0);
    user.does("move-last");
    const last = user.state.advice.detailsTop;
    expect(user.does("move-down").state.advice.detailsTop).toBe(last);
    expect(user.pane("finding").join("\n")).toContain("100 %");
    user.does("next-pane", "move-down");
    expect(user.state.advice).toMatchObject({ detailsTop: 0, position: { cursor: 1 } });
  });
});

describe("going on from a finding", () => {
  test("Enter goes to the largest path in the layer that stores it, Escape back to the very place", () => {
    const user = userOn(DOWNLOADED);
    const { advice } = user.state;
    user.does("open");
    expect(user.state).toMatchObject({ view: "explore", focus: "files", layers: { cursor: 1 } });
    expect(user.path).toBe("var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_binary-amd64_Packages");
    user.does("move-up", "layer-previous", "back");
    expect(user.state).toMatchObject({ view: "advice", focus: "advice", advice });
  });

  test("Enter finds a file that a later layer removed", () => {
    const user = userOn("secret-in-file").does("open");
    expect(user.path).toBe("srv/app/.npmrc");
    expect(user.state.layers.cursor).toBe(2);
  });

  test("every finding leads to its largest path", () => {
    const model = adviceModel(subject);
    for (let index = 0; index < model.count; index++) {
      const row = model.at(index);
      const node = row?.kind === "finding" ? row.finding.parts[0]?.node : undefined;
      if (node === undefined) continue;
      const user = new User(subject).does("view-advice");
      for (let step = 0; step < index; step++) user.does("move-down");
      user.does("open");
      const path = Buffer.from(subject.tree?.paths.pathOf(node) ?? []).toString();
      // A chain of directories is one row, named by its last.
      expect(`${user.path}/`.startsWith(`${path}/`)).toBe(true);
    }
  });

  test("of one that is about no file Enter says so", () => {
    const user = new User(withFinding({ inodes: [], parts: [], layers: [] })).does("view-advice", "open");
    expect(user.state.view).toBe("advice");
    expect(user.footer).toContain("not about files");
  });

  test("of one that is about a layer Enter goes to the layer", () => {
    const user = new User(withFinding({ inodes: [], parts: [], layers: [2, 3] })).does("view-advice", "open");
    expect(user.state).toMatchObject({ view: "explore", focus: "layers", layers: { cursor: 2 } });
  });

  test("y copies the lines for the Dockerfile, or what to do where there are none", () => {
    expect(userOn(DOWNLOADED).presses("y").effects).toEqual([
      { type: "copy", what: "the lines", text: expect.stringContaining("RUN apt-get update \\\n") },
    ]);
    const user = new User(withFinding({ snippet: undefined })).presses("r", "y");
    expect(user.effects).toEqual([{ type: "copy", what: "what to do", text: findingOf(DOWNLOADED).fix }]);
  });

  test("marks are for files, and it says so", () => {
    const user = new User(subject).does("view-advice", "mark");
    expect(user.state.marks).toEqual({ paths: new Set(), records: new Set() });
    expect(user.footer).toContain("Marks are for files");
  });
});

describe("the mouse", () => {
  test("selects a finding with a click, opens it with a second, and scrolls what it is over", () => {
    const user = new User(subject).does("view-advice");
    const { x, y } = user.bodyOf("advice");
    user.clicks(x + 5, y + 3);
    expect(user.state.advice.position.cursor).toBe(2);
    expect(user.clicks(x + 5, y).state.advice.position.cursor).toBe(2);
    const text = user.bodyOf("finding");
    user.mouse({ kind: "wheel-down", button: "none", x: 3, y: text.y + 1 });
    expect(user.state.advice.position.cursor).toBe(2);
    user.clicks(x + 5, y + 3);
    expect(user.state.view).toBe("explore");
  });
});

test("the details of the image say what need not be stored, how many secrets there are, and which keys tell more", () => {
  const facts = detailLinesOf(new User(subject).state).flatMap((line) =>
    line.kind === "fact" ? [`${line.label}: ${line.value}`] : [],
  );
  expect(facts).toContain("Advice: 400 kB need not be stored; 3 shows how");
  expect(facts).toContain("Secrets: 1 found");
  expect(facts).toContain("Packages: 7 installed; 4 lists them");
});

test("the top row says that files are being looked into", () => {
  const looking = new User({ ...subject, advice: undefined, inspection: undefined, isInspecting: true });
  expect(looking.header).toContain("looking into files");
  expect(new User(subject).header).not.toContain("looking into files");
});
