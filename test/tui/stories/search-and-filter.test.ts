/** Finding files by name and by what they are. */
import { expect } from "vitest";
import { cursorOn, explore, footer, story } from "../view.ts";

story("search goes from match to match, round at the end, into closed directories", async () => {
  const terminal = await explore();
  await terminal.keys("t", "/");
  await terminal.text("Berlin");
  await terminal.waitFor(footer(/1 found/));
  await terminal.keys("Enter");
  await cursorOn(terminal, "Berlin");
  await terminal.keys("/", "C-u");
  await terminal.text("**/Europe/*");
  await terminal.waitFor(footer(/3 found/));
  await terminal.keys("Enter");
  await terminal.waitFor(footer(/3 matches/));
  const seen = new Set<string>();
  let name = await cityAtCursor(terminal);
  for (let step = 0; step < 3; step++) {
    await terminal.keys("n");
    const before = name;
    while (name === before) name = await cityAtCursor(terminal);
    seen.add(name);
  }
  expect([...seen].sort()).toEqual(["Berlin", "Paris", "Rome"]);
  const here = await cursorText(terminal);
  await terminal.keys("n", "N");
  await cursorOn(terminal, here.trim().slice(-5));
});

story("search in all layers finds what a later layer removed", async () => {
  const terminal = await explore();
  await terminal.keys("/");
  await terminal.text("Translation-en");
  await terminal.waitFor(footer(/0 found/));
  await terminal.keys("Tab");
  await terminal.waitFor(footer(/1 found/));
  await terminal.keys("Enter");
  await terminal.waitFor(/▸ Files {2}what layer \d/);
  await cursorOn(terminal, "Translation-en");
});

story("a filter keeps the directories that lead to what matches, and Escape shows everything again", async () => {
  const terminal = await explore();
  await terminal.keys("t", "Enter", "f");
  await terminal.text("*.so*");
  const screen = await terminal.waitFor(
    (rows) => /5 found/.test(rows.at(-1) ?? "") && rows.join().includes("libc.so.6"),
  );
  expect(screen.join("\n")).toMatch(/usr\/[\s\S]*libc\.so\.6/);
  expect(screen.join("\n")).not.toMatch(/│.*passwd/);
  await terminal.keys("Enter");
  await terminal.waitFor("filter: *.so*");
  await terminal.keys("Escape");
  await terminal.waitFor(/│.*etc\//);
});

story("filters by size, kind, type and setuid", async () => {
  const terminal = await explore();
  for (const [filter, found, not] of [
    ["setuid", "passwd", "bash"],
    ["type:link", "python3|perl|sh", "libc.so.6"],
    ["size>25kB type:file", "perl", "grep"],
    ["owner:0:42", "shadow", "group"],
  ] as const) {
    await terminal.keys("t", "f", "C-u");
    await terminal.text(filter);
    // What is found so far may be shown while the rest is being typed.
    await terminal.waitFor(
      (rows) =>
        /\d found/.test(rows.at(-1) ?? "") &&
        new RegExp(`│.*(?:${found})`).test(rows.join("\n")) &&
        !new RegExp(`│.*▸? ${not}$`, "m").test(rows.slice(0, 18).join("\n")),
    );
    await terminal.keys("Escape");
    await terminal.waitFor(footer(/help/));
  }
});

story("a regular expression that is none is told as one types, and nothing breaks", async () => {
  const terminal = await explore();
  await terminal.keys("f");
  await terminal.text("/(ab/");
  await terminal.waitFor(footer(/error: not a regular expression/));
  await terminal.keys("C-u");
  await terminal.text("size>lots");
  await terminal.waitFor(footer(/error: /));
  await terminal.keys("Escape");
  await terminal.waitFor(footer(/help/));
});

async function cityAtCursor(terminal: Awaited<ReturnType<typeof explore>>): Promise<string> {
  return /Berlin|Paris|Rome/.exec(await cursorText(terminal))?.[0] ?? "";
}

async function cursorText(terminal: Awaited<ReturnType<typeof explore>>): Promise<string> {
  const { highlighted } = await import("../painted.ts");
  await terminal.waitFor("▸ Files");
  const rows = (await terminal.paintedScreen()).map(highlighted).filter((row) => /Berlin|Paris|Rome/.test(row));
  return rows.join("");
}
