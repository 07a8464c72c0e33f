/** From one view to another and back, between layers, and with the mouse. */
import { beforeAll, describe, expect, test } from "vitest";
import { layoutOf } from "../../../src/tui/layout.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { wasteRows } from "../../../src/tui/view-model/selection.ts";
import { demoImage, nodeOf, smallImage } from "./images.ts";
import { User } from "./view-state.ts";

let demo: Subject;
let small: Subject;
beforeAll(async () => {
  demo = await demoImage();
  small = await smallImage();
});

describe("from a wasted file to the tree and back", () => {
  test("Enter on a record shows the path with its directories open, in the layer that lost it", () => {
    const user = new User(demo).presses("2", "E", "down");
    const row = wasteRows(user.state).at(user.state.waste.position.cursor);
    if (row?.kind !== "record") throw new Error("the second row is the first record");
    user.presses("enter");
    expect(user.state.view).toBe("explore");
    expect(user.state.focus).toBe("files");
    expect(`/${user.path}`).toBe(row.path);
    expect(user.state.layers.cursor).toBe(row.record.hiddenBy);
    expect(user.state.files.shown).toBe("changes");
  });

  test("Escape goes back to the very place", () => {
    const user = new User(demo).presses("2", "E", "down", "down", "down", "s");
    const { view, waste, layers, files } = user.state;
    user.presses("enter", "down", "down", "t", "[", "esc");
    expect(user.state).toMatchObject({ view, waste, layers, files });
    user.presses("esc");
    expect(user.state.view).toBe("explore");
    expect(user.state.back).toEqual([]);
  });

  test("every record leads to its path", () => {
    const user = new User(demo).presses("2", "E");
    const model = wasteRows(user.state);
    for (let index = 0; index < model.count; index++) {
      const row = model.at(index);
      if (row?.kind !== "record") continue;
      user.act({ type: "command", name: "move-first" });
      for (let step = 0; step < index; step++) user.does("move-down");
      user.presses("enter");
      expect(`/${user.path}`).toBe(row.path);
      user.presses("esc");
      expect(user.state.view).toBe("waste");
      expect(user.state.waste.position.cursor).toBe(index);
    }
  });

  test("it takes away a filter and hidden kinds that would keep the path from being seen", () => {
    const user = new User(small, { focus: "files" }).presses("-", "f").types("etc").answered().presses("enter");
    user.presses("2", "E", "G", "enter");
    expect(user.path).toBe("usr/lib/old.so");
    expect(user.state.files.filter).toBe("");
    expect(user.state.files.hidden.size).toBe(0);
  });
});

describe("between layers", () => {
  test("the path under the cursor stays where the layer has it", () => {
    const user = new User(small, { focus: "files" }).presses("t", "]", "E").goesTo("srv/app/index.js").presses("]");
    expect(user.state.layers.cursor).toBe(2);
    expect(user.path).toBe("srv/app/index.js");
    expect(user.pane("files").some((row) => row.includes("index.js"))).toBe(true);
  });

  test("where it does not, the cursor is on the nearest directory above", () => {
    const user = new User(small, { focus: "files" }).presses("E").goesTo("usr/lib/big.so");
    user.presses("shift+tab", "shift+tab", "G");
    expect(user.state.layers.cursor).toBe(2);
    // Of what is below /usr the layer touched only what it removed: one row for all that leads there.
    expect(user.rows).toContain("usr/lib/");
    expect(user.path).toBe("usr/lib");
    // Nothing of it at all: the cursor stays in the list.
    user.presses("[");
    expect(user.path).toBe(user.rows[user.state.files.position.cursor]?.replace(/\/$/, ""));
  });

  test("changes are counted from the layer that was chosen, and from the base again", () => {
    const user = new User(small).presses("]", "b", "]", "a");
    expect(user.pane("files")[0]).toContain("changes since layer 1, up to 2");
    user.presses("E");
    expect(user.rows.some((row) => row.endsWith("big.so"))).toBe(false);
    user.presses("[", "b", "]");
    expect(user.pane("files")[0]).toContain("all layers up to 2");
    user.presses("tab", "tab", "E");
    expect(user.rows.some((row) => row.endsWith("big.so"))).toBe(true);
  });

  test("the base image's layers are left out of all changes", () => {
    const base = { layers: 1, foundBy: "a label" };
    const user = new User({ ...small, base }, { focus: "files" }).presses("]", "]", "a", "E");
    expect(user.pane("files")[0]).toContain("layers 1 to 2, since the base image");
    expect(user.rows.some((row) => row.endsWith("big.so"))).toBe(false);
  });
});

describe("with the mouse", () => {
  test("a click selects, a second one opens and closes", () => {
    const user = new User(small).presses("t", "]");
    const { x, y } = user.bodyOf("files");
    const before = user.rows;
    user.clicks(x + 20, y + 1);
    expect(user.state.focus).toBe("files");
    expect(user.path).toBe(before[1]);
    expect(user.rows).toEqual(before);
    user.clicks(x + 20, y + 1);
    expect(user.rows.length).toBeGreaterThan(before.length);
    user.clicks(x + 20, y + 1);
    expect(user.rows).toEqual(before);
  });

  test("a click on the first row of another pane only goes there", () => {
    const user = new User(small).presses("t");
    const { x, y } = user.bodyOf("files");
    user.clicks(x + 20, y);
    expect(user.state.focus).toBe("files");
    expect(user.rows.every((row) => !row.endsWith("/"))).toBe(true);
  });

  test("a click on a title goes to the pane, the wheel scrolls what is under it, whoever has the keys", () => {
    const user = new User(demo, { size: { columns: 120, rows: 20 } }).presses("t", "tab", "tab", "E", "shift+tab");
    const files = user.bodyOf("files");
    const { state } = user;
    user.mouse({ kind: "wheel-down", button: "none", x: files.x + 5, y: files.y + 2 });
    expect(user.state.focus).toBe("details");
    expect(user.state.files.position.top).toBe(state.files.position.top + 3);
    expect(user.state.layers).toEqual(state.layers);
    user.mouse({ kind: "wheel-up", button: "none", x: files.x + 5, y: files.y + 2 });
    expect(user.state.files.position.top).toBe(state.files.position.top);
    user.clicks(user.bodyOf("layers").x + 3, user.bodyOf("layers").y - 1);
    expect(user.state.focus).toBe("layers");
  });

  test("the divider goes where it is dragged, within limits, and stays when it is let go", () => {
    const user = new User(small);
    const { divider } = layoutOf(user.state);
    if (!divider) throw new Error("there are two sides");
    user.mouse({ kind: "press", button: "left", x: divider.x, y: 10 });
    user.mouse({ kind: "drag", button: "left", x: 60, y: 12 });
    expect(layoutOf(user.state).divider?.x).toBe(60);
    user.mouse({ kind: "drag", button: "left", x: 119, y: 12 });
    expect(layoutOf(user.state).divider?.x).toBeLessThan(90);
    user.mouse({ kind: "drag", button: "left", x: 50, y: 12 }).mouse({ kind: "release", button: "left", x: 50, y: 12 });
    user.mouse({ kind: "drag", button: "left", x: 30, y: 12 });
    expect(layoutOf(user.state).divider?.x).toBe(50);
    user.presses("<");
    expect(layoutOf(user.state).divider?.x).toBe(44);
    user.presses(">", ">");
    expect(layoutOf(user.state).divider?.x).toBe(56);
  });
});

describe("panes", () => {
  test("Tab goes through them and round, Shift+Tab the other way", () => {
    const user = new User(small);
    const seen = [1, 2, 3, 4].map(() => user.presses("tab").state.focus);
    expect(seen).toEqual(["details", "files", "preview", "layers"]);
    expect(user.presses("shift+tab").state.focus).toBe("preview");
    expect(user.presses("p").state.focus).toBe("files");
    expect(user.presses("tab").state.focus).toBe("layers");
  });

  test("one pane has the whole screen, and Escape gives it back before it goes anywhere", () => {
    const user = new User(small).presses("2", "1", "tab", "z");
    expect(layoutOf(user.state).panes.map(({ name }) => name)).toEqual(["preview"]);
    user.presses("esc");
    expect(layoutOf(user.state).panes.length).toBeGreaterThan(2);
    expect(user.state.view).toBe("explore");
  });

  test("mode and owner can be left out of the tree and brought back", () => {
    const user = new User(small, { focus: "files", size: { columns: 200, rows: 40 } });
    const hasModes = () => user.pane("files").some((row) => row.includes("drwxr-xr-x"));
    expect(hasModes()).toBe(true);
    expect(hasModes.call(user.presses("A"))).toBe(false);
    expect(hasModes.call(user.presses("A"))).toBe(true);
  });

  test("kinds of changes can be hidden and brought back", () => {
    const user = new User(small, { focus: "files" }).presses("]", "]", "E");
    const all = user.rows;
    expect(all).toContain("usr/lib/old.so");
    user.presses("-");
    expect(user.rows.some((row) => row.startsWith("usr"))).toBe(false);
    expect(user.pane("files")[0]).toContain("without removed");
    expect(user.presses("-").rows).toEqual(all);
    expect(user.presses("~", "+", "-", "=").rows).toEqual([]);
    expect(user.pane("files").join("\n")).toContain("Everything is hidden");
  });
});

test("a layer's history entry leads to that layer", () => {
  const user = new User(small, { focus: "files" }).presses("]", "]", "E").goesTo("srv/app/index.js").presses("H");
  expect(user.state.view).toBe("history");
  expect(user.state.history?.node).toBe(nodeOf(small, "srv/app/index.js"));
  user.presses("enter");
  expect(user.path).toBe("srv/app/index.js");
  expect(user.state.layers.cursor).toBe(1);
  user.presses("esc", "esc");
  expect(user.state.view).toBe("explore");
  expect(user.state.layers.cursor).toBe(2);
});
