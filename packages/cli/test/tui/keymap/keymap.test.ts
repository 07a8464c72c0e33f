import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMANDS, type Context } from "../../../src/tui/keymap/commands.ts";
import { createKeymap, keysHere } from "../../../src/tui/keymap/keymap.ts";

const FILES: readonly Context[] = ["files", "list", "global"];
const FILE: readonly Context[] = ["file", "list", "global"];

describe("a key", () => {
  const keymap = createKeymap();

  it("means what the pane says, else what every list says, else what it means everywhere", () => {
    expect(keymap.find(FILES, "s")).toBe("sort-next");
    expect(keymap.find(FILES, "j")).toBe("move-down");
    expect(keymap.find(FILES, "q")).toBe("quit");
    expect(keymap.find(FILES, "w")).toBe("show-wasted");
    expect(keymap.find(FILE, "w")).toBe("toggle-wrap");
  });

  it("that people know from dive works where dive has it", () => {
    expect(keymap.find(["layers", "list", "global"], "ctrl+a")).toBe("show-since");
    expect(keymap.find(FILES, "ctrl+a")).toBe("toggle-added");
    expect(keymap.find(FILES, "ctrl+l")).toBe("show-layer");
  });

  it("that nobody bound means nothing", () => {
    expect(keymap.find(FILES, "ctrl+alt+x")).toBeUndefined();
    expect(keymap.find([], "j")).toBeUndefined();
  });
});

describe("a key of the user's", () => {
  it("beats what it meant in the same context, which loses it", () => {
    const keymap = createKeymap([{ context: "global", name: "mark", keys: ["c"] }]);
    expect(keymap.find(FILES, "c")).toBe("mark");
    expect(keymap.keysOf("show-layer", "global")).toEqual(["ctrl+l"]);
    expect(keymap.keysOf("mark", "global")).toEqual(["c"]);
    expect(keymap.find(FILES, "m")).toBeUndefined();
  });

  it("beats what it meant in a pane, too", () => {
    const keymap = createKeymap([{ context: "global", name: "mark", keys: ["w", "j"] }]);
    expect(keymap.find(FILE, "w")).toBe("mark");
    expect(keymap.find(FILE, "j")).toBe("mark");
    expect(keysHere(keymap, FILE, { name: "toggle-wrap", context: "file" })).toEqual(["ctrl+p"]);
  });

  it("takes away all others of the command, those known from dive, too", () => {
    const keymap = createKeymap([{ context: "files", name: "sort-next", keys: [] }]);
    expect(keymap.find(FILES, "s")).toBeUndefined();
    expect(keymap.find(FILES, "ctrl+o")).toBeUndefined();
    expect(keymap.keysOf("sort-next", "files")).toEqual([]);
  });

  it("in one context leaves the other contexts alone", () => {
    const keymap = createKeymap([{ context: "files", name: "open", keys: ["o"] }]);
    expect(keymap.find(FILES, "enter")).toBeUndefined();
    expect(keymap.find(["layers", "list", "global"], "enter")).toBe("open");
  });

  it("never takes ctrl+c from quitting", () => {
    const keymap = createKeymap([
      { context: "global", name: "quit", keys: ["Q"] },
      { context: "files", name: "open", keys: ["ctrl+c"] },
    ]);
    expect(keymap.find(FILES, "ctrl+c")).toBe("quit");
    expect(keymap.keysOf("quit", "global")).toEqual(["Q", "ctrl+c"]);
    expect(keymap.keysOf("open", "files")).toEqual([]);
  });
});

it("keysOf and find agree, whatever a user binds", () => {
  const command = fc.constantFrom(...COMMANDS);
  const keys = fc.array(fc.constantFrom("a", "j", "w", "q", "ctrl+c", "enter", "F", "ctrl+a"), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(fc.tuple(command, keys), { maxLength: 6 }), (wanted) => {
      const keymap = createKeymap(wanted.map(([{ context, name }, its]) => ({ context, name, keys: its })));
      for (const { context, name } of COMMANDS) {
        for (const key of keymap.keysOf(name, context)) expect(keymap.find([context], key)).toBe(name);
      }
    }),
  );
});
