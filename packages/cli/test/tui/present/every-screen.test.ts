/** Every screen, on terminals of every kind: nothing is drawn that cannot be shown, or cannot be read out. */
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { hostileImage, wideImage } from "../../../../../test/cli/hostile-image.ts";
import { scanArchive } from "../../../../core/test/tree/scan-layers.ts";
import { layoutOf } from "../../../src/tui/layout.ts";
import { presentOverlay } from "../../../src/tui/present/dialogs.ts";
import { presentPane } from "../../../src/tui/present/panes.ts";
import type { State } from "../../../src/tui/state/state.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { inspectedSubject } from "../advice/subjects.ts";
import { subjectOf } from "../layers/subjects.ts";
import { demoImage } from "../state/images.ts";
import { expectSound } from "../state/sound-state.ts";
import { lookWith, User } from "../state/view-state.ts";

const SCREENS: Readonly<Record<string, (user: User) => unknown>> = {
  layers: () => {},
  details: (user) => user.does("next-pane"),
  "what a layer did": (user) => user.does("layer-next", "next-pane", "next-pane", "expand-all"),
  "the snapshot": (user) => user.does("show-snapshot", "next-pane", "next-pane", "expand-all", "toggle-attributes"),
  "all changes": (user) => user.does("layer-next", "compare-from", "layer-next", "show-since", "enlarge"),
  "what is wasted": (user) => user.does("show-wasted", "next-pane", "next-pane", "expand-all", "mark"),
  preview: (user) => user.does("next-pane", "next-pane", "move-down", "next-pane"),
  "a filter": (user) => user.presses("f").types("a").answered().presses("enter"),
  "a filter that nothing matches": (user) => user.presses("f").types("…").answered().presses("enter"),
  "all is hidden": (user) => user.does("next-pane", "next-pane", "toggle-added", "toggle-modified", "toggle-removed"),
  searching: (user) => user.presses("/").types("a…").answered(),
  "waste by cause": (user) => user.does("view-waste", "expand-all", "mark", "move-down"),
  "waste by layer": (user) => user.does("view-waste", "group-next"),
  "waste by path": (user) => user.does("view-waste", "group-next", "group-next", "expand-all", "move-last"),
  advice: (user) => user.does("view-advice", "move-last"),
  "a finding": (user) => user.does("view-advice", "next-pane", "page-down"),
  packages: (user) => user.does("view-packages", "sort-next"),
  "a package": (user) => user.does("view-packages", "next-pane", "move-down"),
  "a file": (user) => file(user),
  "a file as bytes": (user) => file(user).does("file-mode-next"),
  "a comparison": (user) => file(user).does("open-diff", "toggle-wrap"),
  "a history": (user) => user.does("next-pane", "next-pane", "open-history"),
  "where to write": (user) => user.presses("x"),
  "where to write the report": (user) => user.presses("R"),
  help: (user) => user.presses("?"),
  commands: (user) => user.presses(":", "down"),
  "no such command": (user) => user.presses(":").types("—x"),
  notes: (user) => user.does("show-messages"),
};

/** To the first file that the tree has. */
function file(user: User): User {
  user.does("layer-next", "show-snapshot", "next-pane", "next-pane", "expand-all");
  for (let step = 0; step < 50 && user.state.view === "explore"; step++) user.does("move-down", "move-right");
  return user;
}

const TERMINALS = {
  ASCII: lookWith({ unicode: false }),
  "a screen reader": lookWith({ plain: true }),
  "a screen reader, ASCII": lookWith({ plain: true, unicode: false }),
  colours: lookWith({ depth: "true" }),
};
const SIZES = [
  { columns: 300, rows: 80 },
  { columns: 80, rows: 24 },
  { columns: 60, rows: 20 },
  { columns: 40, rows: 10 },
];

const IMAGES: Readonly<Record<string, () => Promise<Subject>>> = {
  "the demo image": demoImage,
  "hostile names": async () => inspectedSubject(hostileImage()),
  "wide names": async () => subjectOf(await scanArchive(wideImage())),
  "an image with findings and packages": () => inspectedSubject(),
};

describe.each(Object.entries(IMAGES))("%s", (_image, make) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await make();
  });

  describe.each(Object.entries(TERMINALS))("on a terminal with %s", (_terminal, look) => {
    test.each(Object.keys(SCREENS))("%s", (name) => {
      for (const size of SIZES) {
        const user = new User(subject, { look, size });
        try {
          SCREENS[name]?.(user);
          expectSound(user.state);
          if (look.plain) expectSelection(user.state);
        } finally {
          user.state.sources.background.close();
        }
      }
    });
  });
});

const LISTS: ReadonlySet<State["focus"]> = new Set(["layers", "advice", "packages"]);

/** Where a screen reader has a list, the row with the cursor says so, and no other does. */
function expectSelection(state: State): void {
  const { dialog, focus, view } = state;
  const overlay = presentOverlay(state);
  const shown = overlay
    ? overlay.rows
    : layoutOf(state).panes.flatMap((pane) => presentPane(state, layoutOf(state), pane));
  const rows = shown.map(stripVTControlCharacters);
  const selected = rows.filter((row) => row.startsWith("selected: "));
  expect(selected.length).toBeLessThanOrEqual(1);
  const isList = overlay ? dialog?.kind === "palette" && rows.length > 4 : LISTS.has(focus) || view === "waste";
  if (isList && !rows.some((row) => /^(No command|Nothing|There is nothing|not known)/.test(row)))
    expect(selected).toHaveLength(1);
}

test("a row in words says that the cursor is on it, in the tree and in the history, too", async () => {
  const user = new User(await demoImage(), { look: lookWith({ plain: true }), size: { columns: 120, rows: 24 } });
  const selected = (): string[] =>
    layoutOf(user.state)
      .panes.flatMap((pane) => presentPane(user.state, layoutOf(user.state), pane))
      .map((row) => stripVTControlCharacters(row).trimEnd())
      .filter((row) => row.startsWith("selected: "));
  user.does("layer-next", "next-pane", "next-pane", "move-down");
  expect(selected()).toEqual([
    expect.stringMatching(/^selected: level 1, etc\/, 11\.0 kB, metadata changed, closed, 3 added below, /),
  ]);
  user.does("open-history");
  expect(selected()).toEqual([expect.stringMatching(/^selected: layer 0, added, /)]);
});

test("the first row of the only pane says what it shows, where one is, and how to get to the others", async () => {
  const first = async (columns: number, plain: boolean): Promise<string> => {
    const user = new User(await demoImage(), { look: lookWith({ plain }), size: { columns, rows: 20 } });
    user.does("layer-next", "next-pane", "next-pane");
    return stripVTControlCharacters(user.pane("files")[0] ?? "");
  };
  expect(await first(75, false)).toMatchInlineSnapshot(
    `" Layers  Details [Files] Preview  what layer 1 did ──── 2 of 3 ─ tab next ─"`,
  );
  expect(await first(60, false)).toMatchInlineSnapshot(
    `" Layers  Details [Files] Preview  layer 1 ─── 2 of 3 ─ tab ─"`,
  );
  expect(await first(40, false)).toMatchInlineSnapshot(`"[Files] layer 1 ──── 2 of 3 ─ tab next ─"`);
  expect(await first(80, true)).toMatchInlineSnapshot(
    `"Files, what layer 1 did, sorted by size, 2 of 3, tab: to Preview"`,
  );
});
