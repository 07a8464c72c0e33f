/** What is asked of the world outside: marks and what they save, copying, writing, choosing, leaving. */
import { LayerscopeError } from "@layerscope/core";
import { beforeAll, describe, expect, test } from "vitest";
import { formatBytes } from "../../../src/output/bytes.ts";
import { NOTHING_YET } from "../../../src/tui/effects/scan-subject.ts";
import { createKeymap } from "../../../src/tui/keymap/keymap.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { savings } from "../../../src/tui/view-model/savings.ts";
import { demoImage, nodeOf, smallImage } from "./images.ts";
import { User } from "./view-state.ts";

let demo: Subject;
let small: Subject;
beforeAll(async () => {
  demo = await demoImage();
  small = await smallImage();
});

describe("marks", () => {
  test("the top row tells how many there are and what they save", () => {
    const user = new User(small, { focus: "files", size: { columns: 160, rows: 40 } }).presses("t", "m");
    expect(user.state.marks.paths).toEqual(new Set([nodeOf(small, "usr/lib")]));
    expect(user.header).toContain("1 marked: saves 9.50 kB");
    expect(user.presses("m").header).toContain("2 marked");
    expect(user.presses("M").header).not.toContain("marked");
  });

  test("several records are marked one after the other; a group marks all it has", () => {
    const user = new User(demo, { size: { columns: 160, rows: 40 } }).presses("2", "m");
    const { bytes, records } = savings(demo, user.state.marks);
    expect(records).toBeGreaterThan(0);
    expect(user.header).toContain(`saves ${formatBytes(bytes, "si")}`);
    expect(user.presses("g", "m").header).not.toContain("marked");
  });

  test("in the wasted tree they are those of the records, so that what is in use is not counted", () => {
    const user = new User(small, { focus: "files" }).presses("w", "E").goesTo("srv/app/index.js").presses("m");
    expect(user.state.marks.paths.size).toBe(0);
    expect(savings(small, user.state.marks).bytes).toBe(3000);
  });

  test("layers cannot be marked", () => {
    expect(new User(small).presses("m").state.marks.paths.size).toBe(0);
  });
});

describe("writing files", () => {
  test("what is under the cursor, as of the layer shown", () => {
    const user = new User(small, { focus: "files" }).presses("]", "t", "E").goesTo("srv/app/index.js").presses("x");
    expect(user.footer).toContain("./extracted");
    user.presses("ctrl+u").types("/tmp/out").presses("enter");
    const nodes = [nodeOf(small, "srv/app/index.js")];
    expect(user.effects).toEqual([{ type: "extract", nodes, layer: 1, directory: "/tmp/out" }]);
  });

  test("of what a layer removed, as it was before", () => {
    const user = new User(small, { focus: "files" })
      .presses("]", "]", "E")
      .goesTo("usr/lib/old.so")
      .presses("x", "enter");
    const nodes = [nodeOf(small, "usr/lib/old.so")];
    expect(user.effects).toEqual([{ type: "extract", nodes, layer: 1, directory: "./extracted" }]);
  });

  test("what is marked, wherever the cursor is", () => {
    const user = new User(small, { focus: "files" }).presses("t", "]", "m", "m").presses("x", "enter");
    const nodes = [nodeOf(small, "usr/lib"), nodeOf(small, "srv/app")];
    expect(user.effects).toEqual([{ type: "extract", nodes, layer: 1, directory: "./extracted" }]);
  });

  test("nothing, when no directory is named, it is a saved report, or nothing is selected", () => {
    const user = new User(small, { focus: "files" }).presses("x", "ctrl+u", "enter");
    expect(user.footer).toContain("Nothing is selected");
    const report = new User({ ...small, hasContents: false }, { focus: "files" }).presses("x", "enter");
    expect(report.footer).toContain("no file contents");
    const none = new User(small, { focus: "files" }).presses("+", "-", "~", "=", "x", "enter");
    expect(none.footer).toContain("Nothing is selected");
    expect([...user.effects, ...report.effects, ...none.effects]).toEqual([]);
  });

  test("a report to a file, the name offered again", () => {
    const user = new User(small).presses("R", "ctrl+u").types("a.json").presses("enter", "R", "enter");
    const effect = { type: "export-report", file: "a.json" };
    expect(user.effects).toEqual([effect, effect]);
  });
});

describe("copying", () => {
  test("the path under the cursor, the layer's digest and command", () => {
    const user = new User(demo, { focus: "files" }).presses("]", "y", "Y", "ctrl+y");
    const [path, digest, command] = user.effects;
    expect(path).toEqual({ type: "copy", text: `/${user.path}`, what: "the path" });
    expect(digest).toMatchObject({
      type: "copy",
      text: demo.document?.layers[1]?.digest ?? demo.document?.layers[1]?.diffId,
    });
    expect(command).toMatchObject({ type: "copy", text: demo.layers[1]?.step?.createdBy });
  });

  test("says when there is nothing to copy", () => {
    const nothing = { ...NOTHING_YET, reference: "image.tar" };
    const user = new User(nothing).presses("y");
    expect(user.footer).toContain("There is no path to copy");
    expect(user.presses("Y").footer).toContain("There is no digest");
    expect(user.presses("ctrl+y").footer).toContain("There is no command");
    expect(user.effects).toEqual([]);
  });
});

test("of several images one is chosen", () => {
  const error = new LayerscopeError("ambiguous-image", "there are several images", {
    choices: ["1: app:1", "2: app:2", "3: app:3"],
  });
  const user = new User({ ...NOTHING_YET, reference: "image.tar", phase: "choosing", error });
  expect(user.state.dialog?.kind).toBe("choose-image");
  // There is nothing behind it to go back to.
  user.presses("esc", "down", "down", "up", "enter");
  expect(user.effects).toEqual([{ type: "choose-image", choice: { image: "2" } }]);
  expect(user.state.dialog).toBeUndefined();
});

test("the palette does what is chosen by a few letters", () => {
  const user = new User(small).presses(":").types("view-w").presses("enter");
  expect(user.state.view).toBe("waste");
  expect(user.state.dialog).toBeUndefined();
  expect(user.presses(":").types("no such command").presses("enter").state.view).toBe("waste");
  expect(user.presses(":", "esc").state.dialog).toBeUndefined();
});

test("a user's own key does what it is bound to, and no longer what it did", () => {
  const keymap = createKeymap([{ context: "global", name: "view-waste", keys: ["x", "ctrl+w"] }]);
  const user = new User(small, { keymap }).presses("2");
  expect(user.state.view).toBe("explore");
  expect(user.presses("x").state.view).toBe("waste");
  expect(user.state.dialog).toBeUndefined();
  expect(user.presses("1", "ctrl+w").state.view).toBe("waste");
});

test("files are handed to the pager as of the layer in which they are there", () => {
  const user = new User(small, { focus: "files" })
    .presses("]", "]", "E")
    .goesTo("usr/lib/old.so")
    .presses("enter", "P");
  expect(user.state.view).toBe("file");
  expect(user.effects).toEqual([{ type: "hand-off", to: "pager", node: nodeOf(small, "usr/lib/old.so"), layer: 0 }]);
});

test("leaving, and giving the mouse away", () => {
  const user = new User(small).presses("ctrl+t", "ctrl+t", "ctrl+z", "f", "ctrl+c", "esc", "q");
  expect(user.effects).toEqual([
    { type: "mouse", on: false },
    { type: "mouse", on: true },
    { type: "suspend" },
    { type: "quit" },
    { type: "quit" },
  ]);
});

test("of the platforms of an image one is chosen where the host's is not among them", () => {
  const choices = ["linux/arm64", "linux/s390x"];
  const error = new LayerscopeError("no-such-platform", "there is no image for linux/amd64", { choices });
  const user = new User({ ...NOTHING_YET, reference: "image.tar", phase: "choosing", error }).presses("j", "enter");
  expect(user.effects).toEqual([{ type: "choose-image", choice: { platform: "linux/s390x" } }]);
});
