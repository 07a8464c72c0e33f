/** Searching and filtering as a user sees it. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Subject } from "../../../src/tui/subject.ts";
import { demoImage, smallImage } from "./images.ts";
import { User } from "./view-state.ts";

let demo: Subject;
let small: Subject;
beforeAll(async () => {
  demo = await demoImage();
  small = await smallImage();
});

const inTree = (): User => new User(small, { focus: "files" }).presses("t", "]");

describe("a filter", () => {
  test("is seen at work while it is typed, with every directory open", () => {
    const user = inTree();
    expect(user.rows).toEqual(["usr/lib", "srv/app", "etc"]);
    user.presses("f").types(".js").answered();
    expect(user.rows).toEqual([
      "srv/app/",
      "srv/app/index.js",
      "srv/app/lib/",
      "srv/app/lib/util.js",
      "srv/app/lib/zz.js",
    ]);
    expect(user.footer).toContain("3 found");
    user.presses("enter");
    expect(user.state.dialog).toBeUndefined();
    expect(user.pane("files")[0]).toContain("filter: .js");
  });

  test("is taken back by Escape, and what was closed is closed again", () => {
    const user = inTree().presses("f").types("zz").answered().presses("esc");
    expect(user.rows).toEqual(["usr/lib", "srv/app", "etc"]);
    user.presses("f").types("zz").answered().presses("enter", "esc");
    expect(user.rows).toEqual(["usr/lib", "srv/app", "etc"]);
    expect(user.state.files.filter).toBe("");
  });

  test("keeps the cursor on its path, and Escape leaves it there", () => {
    const user = inTree().presses("E").goesTo("srv/app/lib/zz.js").presses("f").types("zz").answered();
    expect(user.path).toBe("srv/app/lib/zz.js");
  });

  test("says when nothing matches", () => {
    const user = inTree().presses("f").types("nowhere").answered();
    expect(user.rows).toEqual([]);
    expect(user.pane("files").join("\n")).toContain("Nothing here matches nowhere");
  });

  test("that is wrong leaves the tree as it was, and says so", () => {
    const user = inTree().presses("f").types(".js").answered();
    const { rows } = user;
    user.types(" /[/");
    expect(user.footer).toMatch(/error: /);
    expect(user.rows).toEqual(rows);
  });

  test("is offered again to be changed", () => {
    const user = inTree().presses("f").types("zz").answered().presses("enter", "f", "backspace").answered();
    expect(user.state.files.filter).toBe("z");
  });
});

describe("a search", () => {
  test("goes to the first match when it is accepted, through closed directories", () => {
    const user = inTree().presses("/").types("util").answered();
    expect(user.footer).toContain("1 found");
    expect(user.path).toBe("usr/lib");
    user.presses("enter");
    expect(user.path).toBe("srv/app/lib/util.js");
    expect(user.footer).toContain("1 match for util");
  });

  test("goes there when the answer comes later than Enter", () => {
    const user = inTree().presses("/").types("util").presses("enter");
    expect(user.path).toBe("usr/lib");
    expect(user.answered().path).toBe("srv/app/lib/util.js");
    // An answer that comes again moves nothing.
    expect(user.presses("g").answered().path).toBe("usr/lib");
  });

  test("n goes on and round, N back, in the order of the tree", () => {
    const user = inTree().presses("/").types(".js").answered().presses("enter");
    const forwards = [user.path, ...[1, 2, 3].map(() => user.presses("n").path)];
    expect(forwards).toEqual(["srv/app/index.js", "srv/app/lib/util.js", "srv/app/lib/zz.js", "srv/app/index.js"]);
    const backwards = [1, 2, 3].map(() => user.presses("N").path);
    expect(backwards).toEqual(["srv/app/lib/zz.js", "srv/app/lib/util.js", "srv/app/index.js"]);
    expect(user.presses("C", "n").path).toBe("srv/app/index.js");
  });

  test("stays on a path that matches itself", () => {
    const user = inTree()
      .presses("E")
      .goesTo("srv/app/lib/zz.js")
      .presses("/")
      .types(".js")
      .answered()
      .presses("enter");
    expect(user.path).toBe("srv/app/lib/zz.js");
  });

  test("of all layers goes to the layer that removed the path, where that was the last thing done to it", () => {
    const user = new User(small, { focus: "files" }).presses("]", "/").types("old.so").presses("tab").answered();
    expect(user.footer).toContain("Search all layers");
    user.presses("enter");
    expect(user.path).toBe("usr/lib/old.so");
    expect(user.state.layers.cursor).toBe(2);
  });

  test("of all layers, from a layer that does not have the path, shows what the newest layer did to it", () => {
    const user = new User(small, { focus: "files" })
      .presses("/")
      .types("index")
      .presses("tab")
      .answered()
      .presses("enter");
    expect(user.path).toBe("srv/app/index.js");
    expect(user.state.layers.cursor).toBe(2);
    expect(user.state.files.shown).toBe("changes");
    expect(user.presses("esc", "esc").state.layers.cursor).toBe(0);
  });

  test("is taken away by Escape, and n then says that there is none", () => {
    const user = inTree().presses("/").types(".js").answered().presses("enter", "esc");
    expect(user.state.search).toBeUndefined();
    expect(user.presses("n").footer).toContain("Search for something first");
  });

  test("without a match says so and moves nothing", () => {
    const user = inTree().presses("down").presses("/").types("nowhere").answered().presses("enter");
    expect(user.path).toBe("srv/app");
    expect(user.footer).toContain("Nothing matches nowhere");
  });

  test("that is wrong says so", () => {
    const user = inTree().presses("/").types("/[/");
    expect(user.footer).toMatch(/error: /);
    user.presses("enter");
    expect(user.path).toBe("usr/lib");
  });

  test("of all layers, from the waste view, goes to the tree", () => {
    const user = new User(demo).presses("2", "/", "tab").types("package.json").answered().presses("enter");
    expect(user.state.view).toBe("explore");
    expect(user.path).toMatch(/package\.json$/);
  });

  test("that was made elsewhere is made again where one is now, when it is accepted as it is offered", () => {
    const user = new User(demo).presses("/").types("usr").answered().presses("enter", "2", "/", "enter").answered();
    expect(user.state.view).toBe("waste");
    expect(user.state.search?.where).toBe("waste");
  });
});
