/** States of the view as a user finds them, and what a user does with them. */
import { type HistoryTree, printableName } from "@layerscope/core";

import { ContentCache } from "../../../src/tui/effects/content-cache.ts";
import type { Effect } from "../../../src/tui/effects/effects.ts";
import type { CommandName } from "../../../src/tui/keymap/commands.ts";
import { createKeymap } from "../../../src/tui/keymap/keymap.ts";
import { layoutOf } from "../../../src/tui/layout.ts";
import { createLook, type LookOptions } from "../../../src/tui/present/create-look.ts";
import type { Look } from "../../../src/tui/present/look.ts";
import { presentFooter, presentPane, presentTop } from "../../../src/tui/present/panes.ts";
import type { Action } from "../../../src/tui/state/actions.ts";
import { startAdvice } from "../../../src/tui/state/advice.ts";
import { COLUMNS, startFiles } from "../../../src/tui/state/files-state.ts";
import { NO_MARKS } from "../../../src/tui/state/marks.ts";
import { startPackages } from "../../../src/tui/state/packages.ts";
import type { PaneName, State } from "../../../src/tui/state/state.ts";
import { update } from "../../../src/tui/state/update.ts";
import { startWaste } from "../../../src/tui/state/waste.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import type { KeyPress, MouseEvent } from "../../../src/tui/terminal/input.ts";
import { Background } from "../../../src/tui/view-model/file/background.ts";
import { parseQuery, runQuery } from "../../../src/tui/view-model/query.ts";
import { searchIn } from "../../../src/tui/view-model/search-in.ts";
import { contextsOf, fileRows } from "../../../src/tui/view-model/selection.ts";

export const lookWith = (options: Partial<LookOptions> = {}): Look =>
  createLook({ depth: "none", theme: "dark", unicode: true, plain: false, units: "si", ...options });

/** The view as it opens, on a terminal of 120 columns and 40 rows. */
export function openView(subject: Subject, change: Partial<State> = {}): State {
  return {
    size: { columns: 120, rows: 40 },
    subject,
    startedAt: Date.UTC(2026, 4, 1, 12),
    look: lookWith(),
    keymap: createKeymap(),
    mouse: true,
    view: "explore",
    focus: "layers",
    enlarged: false,
    hasPreview: true,
    divider: 0.38,
    dragging: false,
    layers: { cursor: 0, top: 0 },
    detailsTop: 0,
    previewTop: 0,
    files: startFiles({ shown: "changes", sort: "size", columns: COLUMNS }),
    waste: startWaste(),
    advice: startAdvice(),
    packages: startPackages(),
    file: undefined,
    history: undefined,
    marks: NO_MARKS,
    sources: { contents: new ContentCache(), background: new Background(() => {}) },
    search: undefined,
    found: undefined,
    filtered: undefined,
    dialog: undefined,
    message: undefined,
    back: [],
    typed: {},
    ...change,
  };
}

/** A terminal with the view on it, and all that was asked of the world outside. */
export class User {
  state: State;
  readonly effects: Effect[] = [];

  constructor(subject: Subject, change: Partial<State> = {}) {
    this.state = openView(subject, change);
    this.act({ type: "subject", subject });
  }

  act(action: Action): this {
    const { state, effects } = update(this.state, action);
    this.state = state;
    this.effects.push(...effects);
    return this;
  }

  does(...names: readonly CommandName[]): this {
    for (const name of names) this.act({ type: "command", name });
    return this;
  }

  /** Keys by their names, as the terminal reports them: to a dialog where there is one, else by the keymap. */
  presses(...names: readonly string[]): this {
    for (const name of names) {
      if (this.state.dialog) this.act({ type: "key", key: keyOf(name) });
      else {
        const command = this.state.keymap.find(contextsOf(this.state), name);
        if (command) this.act({ type: "command", name: command });
      }
    }
    return this;
  }

  /** A text, character by character. */
  types(text: string): this {
    return this.presses(...Array.from(text, (character) => (character === " " ? "space" : character)));
  }

  clicks(x: number, y: number): this {
    return this.mouse({ kind: "press", button: "left", x, y }).mouse({ kind: "release", button: "left", x, y });
  }

  mouse(event: MouseEvent): this {
    return this.act({ type: "mouse", event });
  }

  /** What the query asks for comes in. */
  answered(): this {
    const { search, files } = this.state;
    for (const [purpose, text, where] of [
      ["filter", files.filter, "tree"],
      ["search", search?.text ?? "", search?.where ?? "tree"],
    ] as const) {
      const query = parseQuery(text);
      const searchable = searchIn(this.state, where);
      if (text === "" || "error" in query || !searchable) continue;
      const steps = runQuery(query, searchable.subject());
      let step = steps.next();
      while (!step.done) step = steps.next();
      if ("error" in step.value) throw new Error(step.value.error);
      this.act({ type: "matches", purpose, matches: { key: text, ...step.value } });
    }
    return this;
  }

  /** Where a pane's body begins. */
  bodyOf(name: PaneName): { readonly x: number; readonly y: number; readonly height: number } {
    const pane = layoutOf(this.state).panes.find((each) => each.name === name);
    if (!pane) throw new Error(`${name} is not on the screen`);
    return { x: pane.x, y: pane.y + 1, height: pane.height - 1 };
  }

  /** The paths of all rows of the tree, with a slash after those that are open. */
  get rows(): string[] {
    const found = fileRows(this.state);
    if (!found) return [];
    const { tree, rows } = found;
    return Array.from({ length: rows.count }, (_, index) => {
      const row = tree.row(rows, index, this.state.files.expansion);
      return row ? nameOf(tree.tree, row.node) + (row.open ? "/" : "") : "";
    });
  }

  /** The path under the cursor of the tree. */
  get path(): string | undefined {
    const found = fileRows(this.state);
    const node = found?.rows.count ? found.rows.nodes[this.state.files.position.cursor] : undefined;
    return found && node !== undefined ? nameOf(found.tree.tree, node) : undefined;
  }

  /** The cursor of the tree goes to a path that has a row. */
  goesTo(path: string): this {
    const index = this.rows.findIndex((row) => row.replace(/\/$/, "") === path);
    if (index < 0) throw new Error(`${path} has no row: ${this.rows.join(" ")}`);
    this.does("move-first");
    for (let step = 0; step < index; step++) this.does("move-down");
    return this;
  }

  get header(): string {
    return presentTop(this.state, this.state.size.columns).join("\n");
  }

  get footer(): string {
    return presentFooter(this.state, this.state.size.columns).join("\n");
  }

  pane(name: PaneName): string[] {
    const layout = layoutOf(this.state);
    const pane = layout.panes.find((each) => each.name === name);
    return pane ? presentPane(this.state, layout, pane) : [];
  }
}

/** A path as people read it, without the slash before it. */
function nameOf(tree: HistoryTree, node: number): string {
  return printableName(tree.paths.pathOf(node));
}

function keyOf(name: string): KeyPress {
  return { name, text: name === "space" ? " " : name.length === 1 ? name : undefined };
}
