/** The first row of the only pane there is room for: the others as tabs, and the key that leads to them. */
import { cellWidth } from "../../output/terminal.ts";
import type { PaneName } from "../state/state.ts";
import { Line } from "./line.ts";
import type { Look } from "./look.ts";
import { presentPaneTitle } from "./pane-title.ts";
import { showable } from "./showable.ts";

export const PANE_NAMES: Readonly<Record<PaneName, string>> = {
  layers: "Layers",
  details: "Details",
  files: "Files",
  preview: "Preview",
  waste: "Waste",
  advice: "Advice",
  finding: "Finding",
  packages: "Packages",
  package: "Package",
  file: "File",
  history: "History of a path",
};

export interface TabsModel {
  readonly names: readonly PaneName[];
  readonly focus: PaneName;
  /** What the pane shows, and where in it one is. */
  readonly detail: string;
  /** Ever shorter forms of it. */
  readonly shorter: readonly string[];
  readonly position: string;
  /** The key that goes to the next pane. */
  readonly key: string | undefined;
}

/** Of what comes from an image so much can be shown on any terminal, in UTF-16 units. */
const MOST = 1000;
const NEXT = " next";
/** Columns around the key. */
const HINT = 5;

/** ` Layers [Files] Preview  what layer 0 did ─── 1 of 16 ─ tab next ─` */
export function presentTabs(model: TabsModel, width: number, look: Look): string {
  const { names, focus, position, key } = model;
  const detail = showable(model.detail.slice(0, MOST), look);
  const next = names[(names.indexOf(focus) + 1) % names.length] ?? focus;
  if (look.plain) {
    const how = key === undefined ? "" : `${key}: to ${PANE_NAMES[next]}`;
    const shown = [detail, position, how].filter(Boolean).join(", ");
    return presentPaneTitle(PANE_NAMES[focus], shown, true, width, look);
  }
  const { horizontal } = look.glyphs;
  const line = new Line(look, width);
  // Without the key nobody knows what the other names are.
  const all = names.reduce((sum, name) => sum + cellWidth(PANE_NAMES[name]) + 2, 0) + cellWidth(key ?? "") + HINT;
  for (const name of all < width ? names : [focus]) {
    const isHere = name === focus;
    line.text(isHere ? `[${PANE_NAMES[name]}]` : ` ${PANE_NAMES[name]} `, isHere ? "focus" : "muted");
  }
  line.space();
  const widthIfShown = (text: string): number => (text === "" ? 0 : cellWidth(text) + 3);
  const fits = (text: string): string => (widthIfShown(text) < line.left - end ? text : "");
  let end = 0;
  const hint = fits(key ?? "");
  end += widthIfShown(hint);
  const place = fits(position);
  end += widthIfShown(place);
  const shown = [detail, ...model.shorter].find((text) => cellWidth(text) + 2 <= line.left - end) ?? "";
  if (shown !== "") line.text(shown, "muted").space();
  const how = hint === "" ? "" : NEXT.slice(0, NEXT.length + 2 <= line.left - end ? NEXT.length : 0);
  line.fill(horizontal, "line", line.left - end - how.length);
  if (place !== "") line.space().text(place, "muted").space().fill(horizontal, "line", 1);
  if (hint !== "") line.space().text(hint, "key").text(how, "muted").space();
  return line.fill(horizontal, "line").toString();
}
