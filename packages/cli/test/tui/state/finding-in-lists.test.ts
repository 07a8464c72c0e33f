/** Searching and filtering the views that are lists: waste, advice and packages. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Subject } from "../../../src/tui/subject.ts";
import { adviceRows, packageRows } from "../../../src/tui/view-model/list-views.ts";
import { wasteRows } from "../../../src/tui/view-model/selection.ts";
import { inspectedSubject } from "../advice/subjects.ts";
import { demoImage } from "./images.ts";
import { lookWith, User } from "./view-state.ts";

let subject: Subject;
let demo: Subject;
beforeAll(async () => {
  subject = await inspectedSubject();
  demo = await demoImage();
});

/** What the cursor of the packages is on. */
function packageOf({ state }: User): string | undefined {
  const row = packageRows(state).at(state.packages.position.cursor);
  return row?.kind === "package" ? `${row.name} ${row.of.version}` : row?.path;
}

/** All that the list of packages shows. */
function packagesOf({ state }: User): string[] {
  const model = packageRows(state);
  return Array.from({ length: model.count }, (_, index) => {
    const row = model.at(index);
    return row?.kind === "package" ? row.name : (row?.path ?? "");
  });
}

function ruleOf({ state }: User): string | undefined {
  const row = adviceRows(state).at(state.advice.position.cursor);
  return row?.kind === "finding" ? row.finding.rule.id : undefined;
}

function recordOf({ state }: User): string | undefined {
  const row = wasteRows(state).at(state.waste.position.cursor);
  return row?.kind === "record" ? row.path : undefined;
}

const packages = (): User => new User(subject).presses("4", "s", "g");

describe("a search of the packages", () => {
  test("is by name, and says how many there are before anything moves", () => {
    const user = packages().presses("/").types("qs");
    expect(user.footer).toContain("Search the packages");
    expect(user.footer).toContain("2 found");
    expect(packageOf(user)).toBe("bash 5.2.15-2");
    user.presses("enter");
    expect(user.state.view).toBe("packages");
    expect(packageOf(user)).toBe("qs 6.11.0");
    expect(user.footer).toContain("2 matches for qs");
  });

  test("n goes on and round, N back", () => {
    const user = packages().presses("/").types("qs").presses("enter");
    expect([1, 2, 3].map(() => packageOf(user.presses("n")))).toEqual(["qs 6.9.0", "qs 6.11.0", "qs 6.9.0"]);
    expect([1, 2, 3].map(() => packageOf(user.presses("N")))).toEqual(["qs 6.11.0", "qs 6.9.0", "qs 6.11.0"]);
  });

  test.each([
    ["4.18", ["express 4.18.2"]],
    ["npm lib", []],
    ["deb 7.", ["curl 7.88.1-10"]],
    ["node_modules/express", ["express 4.18.2", "qs 6.11.0"]],
    ["ex*", ["express 4.18.2"]],
    ["/^q.$/ !6.9", ["qs 6.11.0"]],
    ["os-release", ["/etc/os-release"]],
    ["QS", []],
  ])("understands %s", (text, expected) => {
    const user = packages().presses("/").types(text);
    expect(user.footer).toContain(`${expected.length} found`);
    user.presses("enter");
    if (expected.length > 0) expect(packageOf(user)).toBe(expected[0]);
    else expect(user.footer).toContain(`Nothing matches ${text}`);
  });

  test("does not find all packages of a distribution by the database they stand in", () => {
    const user = packages().presses("/").types("dpkg/status");
    expect(user.footer).toContain("1 found");
  });

  test("is marked in words for a screen reader, and only while there is one", () => {
    const user = new User(subject, { look: lookWith({ plain: true }) }).presses("4", "/").types("qs");
    const marked = (): string[] => user.pane("packages").filter((row) => row.includes(", match,"));
    expect(marked()).toHaveLength(2);
    user.presses("enter", "esc");
    expect(marked()).toEqual([]);
    expect(user.state.view).toBe("packages");
    expect(user.presses("n").footer).toContain("Search for something first");
  });

  test("goes on when the list is sorted in another way", () => {
    const user = packages().presses("/").types("qs").presses("enter", "s");
    expect(packageOf(user)).toBe("qs 6.11.0");
    expect(["qs 6.11.0", "qs 6.9.0"]).toContain(packageOf(user.presses("n")));
  });

  test("stays when one goes to the files and comes back", () => {
    const user = packages().presses("/").types("qs").presses("enter", "enter");
    expect(user.state.view).toBe("explore");
    user.presses("esc");
    expect(packageOf(user)).toBe("qs 6.11.0");
    expect(packageOf(user.presses("n"))).toBe("qs 6.9.0");
  });

  test("comes back to the list from elsewhere with n", () => {
    const user = packages().presses("/").types("qs").presses("enter", "1", "n");
    expect(user.state.view).toBe("packages");
    expect(packageOf(user)).toBe("qs 6.9.0");
  });

  test("marks nothing in the tree", () => {
    const user = new User(subject, { look: lookWith({ plain: true }) });
    user.presses("4", "/").types("express").presses("enter", "1", "t", "E");
    expect(user.pane("files").join("\n")).not.toContain(", match");
  });

  test("that is wrong says so as it is typed", () => {
    const user = packages().presses("/").types("/[/");
    expect(user.footer).toMatch(/error: /);
    expect(user.presses("enter").state.view).toBe("packages");
  });

  test("of an expression that never ends is given up", () => {
    const user = packages().presses("/").types(`/^(([a-z0-9]|[a-z]|.)+)+!$/`).presses("enter");
    expect(user.state.view).toBe("packages");
    expect(user.footer).toMatch(/takes too long|Nothing matches/);
  });

  test("can be of all layers instead, and goes to the tree then", () => {
    const user = packages().presses("/").types("index.js").presses("tab").answered();
    expect(user.footer).toContain("Search all layers");
    user.presses("enter");
    expect(user.state.view).toBe("explore");
    expect(user.path).toMatch(/index\.js$/);
  });
});

describe("a search of the advice", () => {
  const advice = (): User => new User(subject).presses("3");

  test("is by rule, by text and by path", () => {
    const model = adviceRows(advice().state);
    for (let index = 0; index < model.count; index++) {
      const row = model.at(index);
      if (row?.kind !== "finding") continue;
      const user = advice().presses("/").types(row.finding.rule.id).presses("enter");
      expect(ruleOf(user)).toBe(row.finding.rule.id);
      const byTitle = advice().presses("/").types(`"${row.finding.rule.title}"`).presses("enter");
      expect(ruleOf(byTitle)).toBe(row.finding.rule.id);
    }
  });

  test("finds a finding by a path that it names", () => {
    const user = advice().presses("/").types("node_modules").presses("enter");
    const row = adviceRows(user.state).at(user.state.advice.position.cursor);
    expect(row?.kind).toBe("finding");
    expect(user.footer).toMatch(/match(es)? for node_modules/);
  });

  test("never stops at the row of the base image", () => {
    const user = advice().presses("/").types("a").presses("enter");
    for (let step = 0; step < adviceRows(user.state).count + 1; step++) expect(ruleOf(user.presses("n"))).toBeDefined();
  });
});

describe("a search of the waste", () => {
  const waste = (): User => new User(demo).presses("2");

  test("goes to records in groups that are closed, all of them once, round at the end", () => {
    const user = waste().presses("/").types("*").answered();
    const { records } = wasteRows(user.state);
    expect(user.footer).toContain("Search the waste");
    expect(user.footer).toContain(`${records} found`);
    user.presses("enter");
    const seen: (string | undefined)[] = [recordOf(user)];
    for (let step = 1; step < records; step++) seen.push(recordOf(user.presses("n")));
    expect(seen).not.toContain(undefined);
    const first = seen[0];
    expect(recordOf(user.presses("n"))).toBe(first);
    expect(recordOf(user.presses("N"))).toBe(seen.at(-1));
  });

  test("goes there when the answer comes later than Enter", () => {
    const user = waste().presses("/").types("*").presses("enter");
    expect(recordOf(user)).toBeUndefined();
    expect(recordOf(user.answered())).toBeDefined();
  });

  test("finds nothing that is not wasted", () => {
    const user = waste().presses("/").types("nowhere").answered().presses("enter");
    expect(user.footer).toContain("Nothing matches nowhere");
    expect(user.state.view).toBe("waste");
  });

  test("is marked, and Escape takes it away before it goes back", () => {
    const user = new User(demo, { look: lookWith({ plain: true }) }).presses("2", "/").types("*").answered();
    user.presses("enter");
    expect(user.pane("waste").filter((row) => row.includes(", match,")).length).toBeGreaterThan(0);
    user.presses("esc");
    expect(user.state.search).toBeUndefined();
    expect(user.state.view).toBe("waste");
    expect(user.presses("esc").state.view).toBe("explore");
  });
});

describe("a filter", () => {
  test("of the packages leaves what matches as it is typed, and is named in the title", () => {
    const user = packages().presses("f").types("npm");
    expect(packagesOf(user)).toEqual(["express", "qs", "qs", "shop"]);
    expect(user.footer).toContain("4 found");
    user.presses("enter");
    expect(user.pane("packages")[0]).toContain("filter: npm");
    expect(packagesOf(user.presses("s"))).toHaveLength(4);
  });

  test("keeps the cursor on its package, and Escape shows everything again", () => {
    const all = packagesOf(packages());
    const user = packages().presses("/").types("qs").presses("enter", "n", "f").types("qs").presses("enter");
    expect(packageOf(user)).toBe("qs 6.9.0");
    expect(packagesOf(user)).toEqual(["qs", "qs"]);
    user.presses("esc");
    expect(packageOf(user)).toBe("qs 6.9.0");
    expect(packagesOf(user)).toEqual(all);
    expect(user.state.view).toBe("packages");
  });

  test("that nothing matches says so", () => {
    const user = packages().presses("f").types("nowhere");
    expect(packagesOf(user)).toEqual([]);
    expect(user.pane("packages").join("\n")).toContain("Nothing here matches nowhere. Escape shows everything.");
    expect(packagesOf(user.presses("esc")).length).toBeGreaterThan(0);
  });

  test("that is wrong leaves the list as it was, and says so", () => {
    const user = packages().presses("f").types("/[/");
    expect(user.footer).toMatch(/error: /);
    expect(packagesOf(user)).toEqual(packagesOf(packages()));
  });

  test("of the advice counts what it shows of the base image", () => {
    const all = adviceRows(new User(subject).presses("3").state);
    const user = new User(subject).presses("3", "f").types("node_modules");
    const shown = adviceRows(user.state);
    expect(shown.count).toBeGreaterThan(0);
    expect(shown.count).toBeLessThan(all.count);
    expect(shown.savedBytes).toEqual(all.savedBytes);
    const rows = Array.from({ length: shown.count }, (_, index) => shown.at(index));
    const base = rows.findIndex((row) => row?.kind === "base");
    if (base >= 0) expect(rows[base]).toMatchObject({ findings: rows.length - base - 1 });
  });

  test("of the waste is one of the tree of what is wasted", () => {
    const user = new User(demo).presses("2", "f");
    expect(user.state.view).toBe("explore");
    expect(user.state.files.shown).toBe("wasted");
    expect(user.presses("esc", "esc").state.view).toBe("waste");
  });
});
