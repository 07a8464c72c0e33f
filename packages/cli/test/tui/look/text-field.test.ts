import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  charactersOf,
  editField,
  emptyField,
  fieldOf,
  insertText,
  type TextField,
} from "../../../src/tui/state/text-field.ts";

/** A field as a text with `|` where the cursor is. */
const field = (drawn: string): TextField => ({ text: drawn.replace("|", ""), cursor: drawn.indexOf("|") });
const drawn = ({ text, cursor }: TextField): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;
const press = (start: string, name: string, text?: string): string | undefined => {
  const edited = editField(field(start), { name, text });
  return edited && drawn(edited);
};

describe("a key", () => {
  it.each([
    ["ab|c", "left", "a|bc"],
    ["|abc", "left", "|abc"],
    ["ab|c", "right", "abc|"],
    ["abc|", "right", "abc|"],
    ["ab|c", "home", "|abc"],
    ["ab|c", "ctrl+a", "|abc"],
    ["a|bc", "end", "abc|"],
    ["a|bc", "ctrl+e", "abc|"],
    ["ab|c", "backspace", "a|c"],
    ["|abc", "backspace", "|abc"],
    ["a|bc", "delete", "a|c"],
    ["abc|", "delete", "abc|"],
    ["ab|c", "ctrl+u", "|c"],
    ["ab|c", "ctrl+k", "ab|"],
    ["usr lib|", "ctrl+w", "usr |"],
    ["/usr/lib/x|", "ctrl+w", "/usr/lib/|"],
    ["/usr/lib/|", "alt+backspace", "/usr/|"],
    ["usr  |lib", "ctrl+w", "|lib"],
    ["/usr/|lib", "ctrl+left", "/|usr/lib"],
    ["/usr|/lib", "ctrl+right", "/usr/lib|"],
    ["👩‍👩‍👧|x", "backspace", "|x"],
    ["|👩‍👩‍👧x", "delete", "|x"],
    ["|e\u0301x", "right", "e\u0301|x"],
    ["🇨🇭|🇦🇹", "left", "|🇨🇭🇦🇹"],
  ])("in %j: %s gives %j", (start, key, end) => {
    expect(press(start, key)).toBe(end);
  });

  it("that writes something puts it in at the cursor", () => {
    expect(press("a|c", "b", "b")).toBe("ab|c");
    expect(press("a|c", "space", " ")).toBe("a |c");
    expect(press("|", "日", "日")).toBe("日|");
  });

  it.each(["enter", "esc", "tab", "up", "down", "f1", "ctrl+x"])("%s is not the field's", (name) => {
    expect(press("a|", name)).toBeUndefined();
  });

  it("that would write what a terminal obeys is not the field's", () => {
    expect(press("a|", "enter", "\r")).toBeUndefined();
  });
});

describe("a paste", () => {
  it("becomes one line, without what a terminal would obey", () => {
    expect(drawn(insertText(field("[|]"), "a\r\nb\tc\x1b[31m\x07\n"))).toBe("[a b c[31m|]");
  });

  it("of a whole file is cut, and no character in two", () => {
    const { text, cursor } = insertText(field("ab|"), "👩‍👩‍👧".repeat(100_000));
    expect(text.length).toBeLessThanOrEqual(4096);
    expect(cursor).toBe(text.length);
    expect(charactersOf(text.slice(2)).every((each) => each === "👩‍👩‍👧")).toBe(true);
  });
});

it("the cursor always lies between two characters, and the text is one line", () => {
  const piece = fc.constantFrom(
    "a",
    "/",
    " ",
    "e\u0301",
    "\u0301",
    "👩‍👩‍👧",
    "🇨",
    "🇭",
    "\u200d",
    "\n",
    "\x1b",
    "日",
    "\ud800",
  );
  const key = fc.constantFrom(
    "left",
    "right",
    "ctrl+left",
    "ctrl+right",
    "home",
    "end",
    "backspace",
    "delete",
    "ctrl+w",
    "ctrl+u",
    "ctrl+k",
  );
  const step = fc.oneof(
    fc.array(piece, { maxLength: 5 }).map((pieces) => (before: TextField) => insertText(before, pieces.join(""))),
    key.map((name) => (before: TextField) => editField(before, { name, text: undefined }) ?? before),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let now = emptyField();
      for (const apply of steps) {
        now = apply(now);
        expect(now.text).not.toMatch(/\p{Cc}/u);
        const around = [...charactersOf(now.text.slice(0, now.cursor)), ...charactersOf(now.text.slice(now.cursor))];
        expect(around).toEqual(charactersOf(now.text));
      }
    }),
  );
});

it("a field made of a text has the cursor at its end", () => {
  expect(drawn(fieldOf("abc"))).toBe("abc|");
});
