import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LayerscopeError } from "@layerscope/core";
import { afterAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/parse-config.ts";
import { configPaths, DEFAULT_CONFIG, loadUserConfig } from "../../../src/config/user-config.ts";

const home = mkdtempSync(join(tmpdir(), "layerscope-config-"));
afterAll(() => rmSync(home, { recursive: true }));

function written(name: string, text: string | Uint8Array): NodeJS.ProcessEnv {
  const directory = mkdtempSync(join(home, "xdg-"));
  mkdirSync(join(directory, "layerscope"));
  writeFileSync(join(directory, "layerscope", name), text);
  return { XDG_CONFIG_HOME: directory };
}

/** The messages of a configuration that is refused, the first problem first. */
function problems(text: string): readonly string[] {
  try {
    parseConfig(text, "config.yaml");
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(LayerscopeError);
    const { code, message, choices } = thrown as LayerscopeError;
    expect(code).toBe("invalid-config");
    expect([message, ...choices].join("")).not.toContain("\n");
    return [message, ...choices];
  }
  throw new Error("nothing was wrong");
}

describe("where the file is", () => {
  it("is below $XDG_CONFIG_HOME, else ~/.config", () => {
    expect(configPaths({ XDG_CONFIG_HOME: "/x", HOME: "/home/me" }, "linux")).toEqual([
      "/x/layerscope/config.yaml",
      "/x/layerscope/config.yml",
    ]);
    expect(configPaths({ HOME: "/home/me" }, "linux")[0]).toBe("/home/me/.config/layerscope/config.yaml");
    expect(configPaths({ HOME: "/home/me", XDG_CONFIG_HOME: "" }, "darwin")[0]).toBe(
      "/home/me/.config/layerscope/config.yaml",
    );
  });

  it("is not below a relative $XDG_CONFIG_HOME", () => {
    expect(configPaths({ HOME: "/home/me", XDG_CONFIG_HOME: "x" }, "linux")[0]).toBe(
      "/home/me/.config/layerscope/config.yaml",
    );
  });

  it("is below %APPDATA% on Windows", () => {
    expect(configPaths({ APPDATA: "C:\\Users\\me\\AppData" }, "win32")[0]).toBe(
      "C:\\Users\\me\\AppData\\layerscope\\config.yaml",
    );
  });
});

describe("the configuration", () => {
  it("has its defaults without a file", async () => {
    expect(await loadUserConfig({ XDG_CONFIG_HOME: join(home, "none") })).toEqual(DEFAULT_CONFIG);
  });

  it.each(["config.yaml", "config.yml"])("is read from %s", async (name) => {
    expect((await loadUserConfig(written(name, "theme: light\n"))).theme).toBe("light");
  });

  it.each(["", "# nothing\n", "---\n", "keys:\n", "\ufefftheme: auto\n"])(
    "has its defaults with %j in the file",
    (text) => {
      expect(parseConfig(text, "config.yaml")).toEqual(DEFAULT_CONFIG);
    },
  );

  it("is what docs/configuration.md says, defaults and example", () => {
    const page = readFileSync(new URL("../../../../../docs/configuration.md", import.meta.url), "utf8");
    const [defaults = "", example = ""] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text);
    expect(parseConfig(defaults, "config.yaml")).toEqual(DEFAULT_CONFIG);
    for (const setting of Object.keys(DEFAULT_CONFIG)) {
      expect(defaults).toContain(`${setting}:`);
      expect(page).toContain(`| \`${setting}\` |`);
    }
    expect(parseConfig(example, "config.yaml")).toEqual({
      ...DEFAULT_CONFIG,
      theme: "dark",
      view: "tree",
      units: "iec",
      columns: ["size", "bar"],
      keys: [
        { context: "global", name: "quit", keys: ["q", "ctrl+q"] },
        { context: "global", name: "mark", keys: ["#"] },
        { context: "files", name: "toggle-removed", keys: ["-", "delete"] },
        { context: "global", name: "toggle-mouse", keys: [] },
        { context: "files", name: "open-history", keys: ["alt+h"] },
      ],
    });
  });

  it("shows in docs/configuration.md the errors that there are", () => {
    const page = readFileSync(new URL("../../../../../docs/configuration.md", import.meta.url), "utf8");
    const shown = /```text\n([\s\S]*?)```/.exec(page)?.[1]?.trim().split("\n") ?? [];
    const said = problems("view: tree\nsort: sise\nkeys:\n  quiet: Q\n");
    expect(shown.map((line) => line.replace(/^(layerscope:)? */, ""))).toEqual(said);
  });
});

describe("keys of the configuration", () => {
  const keys = (text: string) => parseConfig(`keys:\n${text}`, "config.yaml").keys;

  it("are meant wherever the command is, unless the context is named", () => {
    expect(keys("  open: o\n").map(({ context }) => context)).toEqual([
      "layers",
      "files",
      "waste",
      "advice",
      "packages",
      "history",
    ]);
    expect(keys("  waste.open: o\n")).toEqual([{ context: "waste", name: "open", keys: ["o"] }]);
  });

  it("of one context beat those of all, in whatever order they stand", () => {
    for (const text of ["  open: o\n  files.open: O\n", "  files.open: O\n  open: o\n"]) {
      expect(keys(text).find(({ context }) => context === "files")?.keys).toEqual(["O"]);
      expect(keys(text).find(({ context }) => context === "waste")?.keys).toEqual(["o"]);
    }
  });

  it("may be digits, and none at all", () => {
    expect(keys("  mark: 5\n  quit: null\n  help: []\n").map((each) => each.keys)).toEqual([["5"], [], []]);
  });

  it("may be the same in two contexts", () => {
    expect(keys("  files.open: o\n  waste.open: o\n")).toHaveLength(2);
  });
});

describe("a mistake", () => {
  it.each([
    ["theme: drak", 'config.yaml:1:8: theme: "drak" is none of auto, dark, light, none; did you mean "dark"?'],
    ["\n\nmuose: true", 'config.yaml:3:1: there is no setting "muose"; did you mean "mouse"?'],
    ["mouse: yes", 'config.yaml:1:8: mouse: "yes" is not true or false'],
    ["columns: size", 'config.yaml:1:10: columns: "size" is not a list'],
    [
      "columns:\n  - size\n  - onwer",
      'config.yaml:3:5: columns.1: "onwer" is none of size, share, bar, mode, owner; did you mean "owner"?',
    ],
    ["units: 5", 'config.yaml:1:8: units: "5" is none of si, iec'],
    ["sort:", "config.yaml:1:6: sort: nothing is none of size, wasted, change, name"],
    ["- theme", "config.yaml:1:1: the configuration: a list is not a table of settings"],
    ["mirrors: a.example.com", expect.stringContaining('mirrors: "a.example.com" is not a table of registries and')],
    ["mirrors:\n  docker.io: a.example.com", 'config.yaml:2:14: mirrors.docker.io: "a.example.com" is not a list'],
    ["mirrors:\n  docker.io: [5]", 'config.yaml:2:15: mirrors.docker.io.0: "5" is not text'],
    ["keys: [q]", "config.yaml:1:7: keys: a list is not a table of commands and their keys"],
    ["keys:\n  quti: q", 'config.yaml:2:3: keys: there is no command "quti"; did you mean "quit"?'],
    ["keys:\n  files.quit: q", 'config.yaml:2:3: keys: there is no command "quit" in files'],
    ["keys:\n  fils.open: q", expect.stringContaining('"fils" is none of layers, details, files,')],
    ["keys:\n  quit: pgpu", 'config.yaml:2:9: keys.quit: "pgpu" is not the name of a key'],
    ["keys:\n  quit: ctrl+entre", expect.stringContaining('did you mean "ctrl+enter"?')],
    [
      "keys:\n  quit: [q, ctrl+m]",
      expect.stringMatching(/^config\.yaml:2:13: keys\.quit: "ctrl\+m" cannot be told from "enter"/),
    ],
    ["keys:\n  mark: ~", 'config.yaml:2:9: keys.mark: write "~" in quotes for the key, or null for no key'],
    ["keys:\n  mark: #", expect.stringContaining('write the key in quotes ("#")')],
    ["keys:\n  mark: {a: b}", "config.yaml:2:9: keys.mark: that is neither a key nor a list of keys"],
    ["keys:\n  mark: ctrl+c", "config.yaml:2:9: keys.mark: ctrl+c always quits"],
    ["keys:\n  mark: X\n  filter: X", 'config.yaml:3:11: keys.filter: "X" is also the key of "mark" (Everywhere)'],
    ["theme: dark\ntheme: light", expect.stringMatching(/^config\.yaml:2:1: .*unique/)],
    ["theme: [dark", expect.stringMatching(/^config\.yaml:1:\d+: /)],
    ["mouse: !!js/function 'x'", expect.stringMatching(/^config\.yaml:1:8: .*tag/i)],
    ["theme: dark\n---\ntheme: light", expect.stringMatching(/^config\.yaml:2:1: /)],
  ])("in %j is said with line and column", (text, message) => {
    expect(problems(text)[0]).toEqual(message);
  });

  it("in several places is said of each, in the order of the file", () => {
    const places = problems("keys:\n  quti: q\ntheme: x\nsort: y\n").map((each) => each.split(": ")[0]);
    expect(places).toEqual(["config.yaml:2:3", "config.yaml:3:8", "config.yaml:4:7"]);
  });

  it("behind an alias is said of what it stands for", () => {
    expect(parseConfig("keys:\n  quit: &k [Q]\n  waste.open: *k\n", "config.yaml").keys).toHaveLength(2);
    expect(problems("keys:\n  quit: &k [Q, ctrk+x]\n  help: *k\n")[0]).toContain("config.yaml:2:16:");
  });
});

describe("a hostile file", () => {
  it("whose aliases stand for billions of values is refused", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level++) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]`);
    }
    expect(problems(lines.join("\n"))[0]).toMatch(/^config\.yaml:\d+:\d+: .*alias/i);
  });

  it.each(["[", "{a: ", "- "])("nested without end in %j is refused", (opening) => {
    expect(problems(opening.repeat(20_000)).length).toBeGreaterThan(0);
  });

  it("that is too large, or is no text, is refused", async () => {
    await expect(loadUserConfig(written("config.yaml", "#".repeat(300_000)))).rejects.toMatchObject({
      code: "invalid-config",
      message: expect.stringMatching(/config\.yaml:1:1: /),
    });
    await expect(loadUserConfig(written("config.yaml", Uint8Array.of(0x74, 0xff, 0xfe)))).rejects.toMatchObject({
      code: "invalid-config",
    });
  });

  it("that names the things every object has finds nothing by them", () => {
    expect(problems("__proto__: {theme: dark}\nkeys:\n  constructor: q\n")).toHaveLength(2);
  });

  it("that is a directory is said to be one", async () => {
    const directory = mkdtempSync(join(home, "xdg-"));
    mkdirSync(join(directory, "layerscope", "config.yaml"), { recursive: true });
    await expect(loadUserConfig({ XDG_CONFIG_HOME: directory })).rejects.toMatchObject({ code: "unreadable" });
  });
});
