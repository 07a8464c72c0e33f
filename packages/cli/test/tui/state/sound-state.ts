/** What must be true of every state, and of everything that is drawn of it. */
import { expect } from "vitest";
import { cellWidth } from "../../../src/output/terminal.ts";
import { type Area, layoutOf, panesOf } from "../../../src/tui/layout.ts";
import { presentOverlay } from "../../../src/tui/present/dialogs.ts";
import type { Look } from "../../../src/tui/present/look.ts";
import { presentDivider, presentFooter, presentPane, presentTop } from "../../../src/tui/present/panes.ts";
import { lastListDetailsTop } from "../../../src/tui/present/text-length.ts";
import type { ListPosition } from "../../../src/tui/state/list.ts";
import { historyListHeight } from "../../../src/tui/state/path-history.ts";
import type { State } from "../../../src/tui/state/state.ts";
import { wasteListHeight } from "../../../src/tui/state/waste.ts";
import { listHeight, listModel } from "../../../src/tui/view-model/list-views.ts";
import { pathHistoryModel } from "../../../src/tui/view-model/path-history.ts";
import {
  fileRows,
  heightOf,
  layerCount,
  layersHeight,
  wasteRows,
  worldOf,
} from "../../../src/tui/view-model/selection.ts";

/** Throws when a cursor is nowhere, a pane is out of place, or a row does not fit. */
export function expectSound(state: State): void {
  expect(panesOf(state)).toContain(state.focus);
  expectCursors(state);
  expectScreen(state);
}

function expectCursors(state: State): void {
  const isShown = layoutOf(state).panes.some(({ name }) => name === "layers");
  if (isShown) expectPosition("layers", state.layers, layerCount(state), layersHeight(state));
  if (state.view === "explore") {
    const found = fileRows(state);
    if (found) {
      const { position, node } = state.files;
      expectPosition("files", position, found.rows.count, heightOf(state, "files"));
      if (found.rows.count > 0) expect(found.rows.nodes[position.cursor], "the path under the cursor").toBe(node);
    }
  }
  if (state.view === "waste")
    expectPosition("waste", state.waste.position, wasteRows(state).count, wasteListHeight(heightOf(state, "waste")));
  if (state.view === "advice" || state.view === "packages") {
    const { position, detailsTop } = state[state.view];
    expectPosition(state.view, position, listModel(state, state.view).count, listHeight(state, state.view));
    expect(detailsTop >= 0 && detailsTop <= lastListDetailsTop(state, state.view), "rows of the details").toBe(true);
  }
  if (state.view === "history" && state.history) {
    const { count } = pathHistoryModel(worldOf(state), state.history.node);
    expectPosition("history", state.history.position, count, historyListHeight(heightOf(state, "history")));
  }
  if (state.view === "file") expect(state.file).toBeDefined();
}

function expectPosition(name: string, { cursor, top }: ListPosition, count: number, height: number): void {
  const text = `${name}: cursor ${cursor}, top ${top} of ${count} in ${height} rows`;
  expect(Number.isInteger(cursor) && Number.isInteger(top), text).toBe(true);
  expect(cursor >= 0 && cursor <= Math.max(0, count - 1), text).toBe(true);
  expect(top >= 0 && top <= cursor && cursor < top + Math.max(1, height), text).toBe(true);
}

function expectScreen(state: State): void {
  const layout = layoutOf(state);
  const { header, footer, panes, divider, columns, rows } = layout;
  const { look } = state;
  const screen = new Uint8Array(columns * rows);
  const draw = (name: string, area: Area, drawn: readonly string[]): void => {
    const text = `${name} ${JSON.stringify(area)} of ${columns}x${rows}`;
    expect(area.width >= 0 && area.height >= 0, text).toBe(true);
    expect(area.x >= 0 && area.x + area.width <= columns, text).toBe(true);
    expect(area.y >= 0 && (area.height === 0 || area.y + area.height <= rows), text).toBe(true);
    for (let y = area.y; y < area.y + area.height; y++) {
      const from = y * columns + area.x;
      if (screen.subarray(from, from + area.width).includes(1)) expect.fail(`${text} lies over something else`);
      screen.fill(1, from, from + area.width);
    }
    expectRows(text, area, drawn, look);
  };
  draw("header", header, presentTop(state, header.width));
  draw("footer", footer, presentFooter(state, footer.width));
  for (const pane of panes) draw(pane.name, pane, presentPane(state, layout, pane));
  if (divider) draw("divider", divider, presentDivider(divider, look));
  const overlay = presentOverlay(state);
  if (overlay) {
    screen.fill(0);
    draw("dialog", overlay.area, overlay.rows);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const SGR = /\x1b\[[\d;]*m/g;
/** Control characters, line ends of Unicode, and marks that turn the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const OBEYED = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Signs of ours that a screen reader reads out one by one, or leaves out: lines, bars, triangles, arrows, dots. */
const DRAWN = /[\u2190-\u21ff\u2500-\u25ff\u2800-\u28ff\u00b7]/;

function expectRows(
  name: string,
  { width, height }: Pick<Area, "width" | "height">,
  rows: readonly string[],
  { unicode, plain }: Look,
): void {
  // What has no area is not drawn.
  if (width === 0 || height === 0) return;
  expect(rows.length, `rows of ${name}`).toBeLessThanOrEqual(height);
  for (const row of rows) {
    const text = row.replace(SGR, "");
    if (OBEYED.test(text)) expect.fail(`a terminal would obey ${JSON.stringify(text)} in ${name}`);
    if (!unicode && /[^ -~]/.test(text)) expect.fail(`more than ASCII: ${JSON.stringify(text)} in ${name}`);
    if (plain && DRAWN.test(text)) expect.fail(`signs instead of words: ${JSON.stringify(text)} in ${name}`);
    if (cellWidth(text) > width) expect.fail(`${JSON.stringify(text)} is too wide for ${name}`);
  }
}
