/** Nothing that an image says reaches the terminal as it is. */
import { expect, test } from "vitest";
import { dockerSaveNew } from "../../../fixtures/build/image.ts";
import { file, tar } from "../../../fixtures/build/tar.ts";
import { EDGE_NAMES } from "../../cli/command.ts";
import { displayWidth } from "../../cli/display-width.ts";
import { EVIL, hostileImage, UNSAFE, wideImage } from "../../cli/hostile-image.ts";
import { temporaryFile } from "../../temporary-directory.ts";
import { sequencesIn, withoutSequences } from "../sequences.ts";
import { cursorOn, explore, story } from "../view.ts";

/** Positions, erasing, and modes; colours and attributes are looked at on their own. */
const HARMLESS = /^.\[(?:\d*;?\d*H|[0-3]?[JK]|\d*X|\?(?:7|25|1000|1002|1006|1049|2004|2026)[hl])$/;
/** What the view asks the terminal, and never what it sets. */
const QUESTIONS = ["\u001b]11;?\u001b\\"];
/** Every attribute and colour that the view may use; an image that brings its own uses others. */
const COLOURS = /^.\[(?:[\d;]*)m$/;
/** A colour that no theme has. */
const FOREIGN_COLOUR = "\u001b[38;5;199m";

function expectHarmless(bytes: string): void {
  const others = sequencesIn(bytes).filter(
    (sequence) => !HARMLESS.test(sequence) && !COLOURS.test(sequence) && !QUESTIONS.includes(sequence),
  );
  expect(others).toEqual([]);
  expect(bytes).not.toContain(FOREIGN_COLOUR);
  const text = Buffer.from(withoutSequences(bytes), "latin1").toString();
  // Node's own line ends come when it has ended.
  expect(text.replaceAll("\r\n", "").match(UNSAFE)).toBeNull();
}

test("the check finds what it is for", () => {
  const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
  expect(() => expectHarmless("\u001b[1;1H\u001b[?2026h\u001b[1;31mred\u001b[0m")).not.toThrow();
  const others = [
    "\u001b]0;title\u0007",
    "\u001b[?1h",
    "\u001bc",
    "\u001b[6n",
    FOREIGN_COLOUR,
    "\u009b1m",
    "a\tb",
    "\u001b",
    "\u202e",
  ];
  for (const bytes of others) expect(() => expectHarmless(latin1(bytes)), JSON.stringify(bytes)).toThrow();
});

story(
  "an image that is hostile everywhere is shown, opened, searched and compared without a byte of it acting",
  async () => {
    const terminal = await explore(temporaryFile(hostileImage()), { columns: 130, rows: 35 });
    await terminal.keys("z", "j", "j", "z", "Tab", "G", "g");
    await terminal.keys("BTab", "k", "k", "t", "Enter", "E", "G", "g", "j", "j", "j");
    await terminal.keys("Enter");
    await terminal.waitFor(/▸ Fil/);
    await terminal.keys("Escape");
    for (const view of ["w", "a", "c"]) await terminal.keys(view, "E", "G");
    await terminal.keys("2", "E", "j", "s", "E", "j", "s", "E", "j", "H");
    await terminal.waitFor("History");
    await terminal.keys("D", "!");
    await terminal.waitFor("Notes");
    await terminal.keys("Escape");
    await terminal.waitFor((screen) => !screen.join("\n").includes("Notes about"));
    await terminal.keys("/");
    // Pasted, as what is copied from such an image would be.
    await terminal.text(`\u001b[200~${EVIL}\u001b[201~`);
    await terminal.keys("Enter");
    await terminal.keys("C-c");
    expect(await terminal.exitStatus()).toBe(0);
    expectHarmless(terminal.bytes());
  },
);

story("file contents are shown without a byte of them acting", async () => {
  const content = `first\n${FOREIGN_COLOUR}${EVIL}\u001b[2J\u001b[?1049l\u001b]52;c;aGFjaw==\u0007 last\n`;
  const code = `const a = "${EVIL}"; // ${EVIL}\n`;
  const image = dockerSaveNew({
    layers: [tar([file("evil.txt", content), file("evil.js", code)]), tar([file("evil.txt", `${content}${content}`)])],
  });
  const terminal = await explore(temporaryFile(image), { env: { COLORTERM: "truecolor" } });
  await terminal.keys("j", "Enter");
  await cursorOn(terminal, "evil.txt");
  await terminal.keys("Enter");
  await terminal.waitFor("first");
  await terminal.keys("w", "v", "v", "v", "Escape");
  await terminal.waitFor("▸ Files");
  await terminal.keys("t", "j", "k", "q");
  expect(await terminal.exitStatus()).toBe(0);
  expectHarmless(terminal.bytes());
});

story("wide characters, flags, combining marks and names that are not UTF-8 keep the columns in line", async () => {
  for (const image of [temporaryFile(wideImage()), EDGE_NAMES]) {
    const terminal = await explore(image, { columns: 100, rows: 30 });
    await terminal.keys("t", "Enter", "E");
    await terminal.waitFor("▸ Files");
    for (const key of ["j", "j", "d", "G"]) {
      await terminal.keys(key);
      const screen = await terminal.screen();
      expect(screen.filter((row) => displayWidth(row) > 100)).toEqual([]);
      // The line between the two sides stands in the same column of each row between the first and the last.
      const columns = screen.slice(1, -1).map((row) => displayWidth(row.slice(0, row.indexOf("│"))));
      expect(new Set(columns).size).toBe(1);
    }
    await terminal.keys("q");
    expect(await terminal.exitStatus()).toBe(0);
  }
});
