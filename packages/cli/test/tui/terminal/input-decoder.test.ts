import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InputEvent } from "../../../src/tui/terminal/input.ts";
import { InputDecoder } from "../../../src/tui/terminal/input-decoder.ts";

/** What bytes mean when nothing follows them. */
function decode(...chunks: (string | Buffer)[]): InputEvent[] {
  const decoder = new InputDecoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.flush()];
}

/** Keys by name, everything else by its type. */
const names = (events: readonly InputEvent[]): string[] =>
  events.map((event) => (event.type === "key" ? event.key.name : event.type));

const texts = (events: readonly InputEvent[]): (string | undefined)[] =>
  events.map((event) => (event.type === "key" ? event.key.text : event.type === "paste" ? event.text : undefined));

const KEYS: readonly [sent: string, name: string, text?: string][] = [
  ["a", "a", "a"],
  ["A", "A", "A"],
  [" ", "space", " "],
  ["é", "é", "é"],
  ["日", "日", "日"],
  ["😀", "😀", "😀"],
  ["\x01", "ctrl+a"],
  ["\x1a", "ctrl+z"],
  ["\x03", "ctrl+c"],
  ["\0", "ctrl+space"],
  ["\x1f", "ctrl+/"],
  ["\x1c", "ctrl+\\"],
  ["\x1d", "ctrl+]"],
  ["\x1e", "ctrl+^"],
  ["\t", "tab"],
  ["\r", "enter"],
  ["\n", "enter"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x1b", "esc"],
  ["\x1bx", "alt+x"],
  ["\x1bX", "alt+X"],
  ["\x1bO", "alt+O"],
  ["\x1b[", "alt+["],
  ["\x1b]", "alt+]"],
  ["\x1b ", "alt+space"],
  ["\x1b\r", "alt+enter"],
  ["\x1b\x7f", "alt+backspace"],
  ["\x1b\x01", "ctrl+alt+a"],
  ["\x1bé", "alt+é"],
  // Arrows: cursor mode, application mode, with modifiers, of rxvt
  ["\x1b[A", "up"],
  ["\x1bOB", "down"],
  ["\x1b[1;5C", "ctrl+right"],
  ["\x1b[1;2D", "shift+left"],
  ["\x1b[1;3A", "alt+up"],
  ["\x1b[1;8B", "ctrl+alt+shift+down"],
  ["\x1b[1;9A", "alt+up"],
  ["\x1b[a", "shift+up"],
  ["\x1bOd", "ctrl+left"],
  ["\x1b\x1b[A", "alt+up"],
  ["\x1b\x1bOA", "alt+up"],
  ["\x1bO5A", "ctrl+up"],
  ["\x1bO1;5A", "ctrl+up"],
  // Home and end in all their forms
  ["\x1b[H", "home"],
  ["\x1bOH", "home"],
  ["\x1b[1~", "home"],
  ["\x1b[7~", "home"],
  ["\x1b[F", "end"],
  ["\x1bOF", "end"],
  ["\x1b[4~", "end"],
  ["\x1b[8~", "end"],
  ["\x1b[1;5H", "ctrl+home"],
  ["\x1b[8^", "ctrl+end"],
  // The other keys above the arrows
  ["\x1b[2~", "insert"],
  ["\x1b[3~", "delete"],
  ["\x1b[3;5~", "ctrl+delete"],
  ["\x1b[3$", "shift+delete"],
  ["\x1b[3@", "ctrl+shift+delete"],
  ["\x1b[5~", "pageup"],
  ["\x1b[6~", "pagedown"],
  ["\x1b[5;3~", "alt+pageup"],
  ["\x1b[Z", "shift+tab"],
  // Function keys: xterm, the Linux console, with modifiers
  ["\x1bOP", "f1"],
  ["\x1bOS", "f4"],
  ["\x1b[[A", "f1"],
  ["\x1b[[E", "f5"],
  ["\x1b[11~", "f1"],
  ["\x1b[15~", "f5"],
  ["\x1b[17~", "f6"],
  ["\x1b[21~", "f10"],
  ["\x1b[23~", "f11"],
  ["\x1b[24~", "f12"],
  ["\x1b[1;5P", "ctrl+f1"],
  ["\x1b[24;2~", "shift+f12"],
  // The keypad in application mode
  ["\x1bOM", "enter"],
  ["\x1bOj", "*", "*"],
  ["\x1bOp", "0", "0"],
  ["\x1bOX", "=", "="],
  // Terminals that tell more keys apart
  ["\x1b[97;5u", "ctrl+a"],
  ["\x1b[97;2u", "A", "A"],
  ["\x1b[97;6u", "ctrl+shift+a"],
  ["\x1b[13;2u", "shift+enter"],
  ["\x1b[27u", "esc"],
  ["\x1b[32;5u", "ctrl+space"],
  ["\x1b[27;5;9~", "ctrl+tab"],
];

describe("keys", () => {
  test.each(KEYS)("%j is %s", (sent, name, text) => {
    expect(decode(sent)).toEqual([{ type: "key", key: { name, text } }]);
  });

  test("several in one chunk are several", () => {
    expect(names(decode("jjj\x1b[Bk\x1b"))).toEqual(["j", "j", "j", "down", "k", "esc"]);
  });

  test("ESC before a key that is no letter is a key of its own, unless it is at once followed by it", () => {
    expect(names(decode("\x1b\x1b"))).toEqual(["esc", "esc"]);
    expect(names(decode("\x1b\x1b\x1b[A"))).toEqual(["esc", "alt+up"]);
    expect(names(decode("\x1b\x1bx"))).toEqual(["esc", "alt+x"]);
  });

  test("ESC is held back until it is known to be alone", () => {
    const decoder = new InputDecoder();
    expect(decoder.push("\x1b")).toEqual([]);
    expect(decoder.isWaiting).toBe(true);
    expect(names(decoder.flush())).toEqual(["esc"]);
    expect(decoder.isWaiting).toBe(false);
    expect(decoder.flush()).toEqual([]);
  });

  test("a sequence that is cut is waited for, also when nothing has come for a while", () => {
    const decoder = new InputDecoder();
    expect([...decoder.push("\x1b[1;"), ...decoder.flush()]).toEqual([]);
    expect(names(decoder.push("5A"))).toEqual(["ctrl+up"]);
  });
});

describe("the mouse", () => {
  const mouse = (sent: string) => decode(sent).map((event) => (event.type === "mouse" ? event.event : event.type));

  test.each([
    ["\x1b[<0;1;1M", { kind: "press", button: "left", x: 0, y: 0 }],
    ["\x1b[<1;10;5M", { kind: "press", button: "middle", x: 9, y: 4 }],
    ["\x1b[<2;300;80M", { kind: "press", button: "right", x: 299, y: 79 }],
    ["\x1b[<0;3;4m", { kind: "release", button: "left", x: 2, y: 3 }],
    ["\x1b[<32;3;4M", { kind: "drag", button: "left", x: 2, y: 3 }],
    ["\x1b[<64;3;4M", { kind: "wheel-up", button: "none", x: 2, y: 3 }],
    ["\x1b[<65;3;4M", { kind: "wheel-down", button: "none", x: 2, y: 3 }],
    // Held modifiers make no difference.
    ["\x1b[<16;3;4M", { kind: "press", button: "left", x: 2, y: 3 }],
  ] as const)("%j", (sent, event) => {
    expect(mouse(sent)).toEqual([event]);
  });

  test.each([
    ["moved without a button", "\x1b[<35;3;4M"],
    ["a wheel that turns sideways", "\x1b[<66;3;4M"],
    ["a button beyond the third", "\x1b[<128;3;4M"],
    ["a report in the old form", "\x1b[M !!"],
  ])("%s is nothing", (_, sent) => {
    expect(decode(sent)).toEqual([]);
  });
});

describe("pastes", () => {
  test("are one event, whatever is in them", () => {
    expect(decode("\x1b[200~a\x1b[A\x03b\x1b[201~c")).toEqual([
      { type: "paste", text: "a\x1b[A\x03b" },
      { type: "key", key: { name: "c", text: "c" } },
    ]);
  });

  test("have their lines ended by line feeds", () => {
    expect(texts(decode("\x1b[200~a\rb\r\nc\nd\x1b[201~"))).toEqual(["a\nb\nc\nd"]);
  });

  test("end only at the whole bracket", () => {
    expect(texts(decode("\x1b[200~\x1b[201\x1b\x1b[20x\x1b[201~"))).toEqual(["\x1b[201\x1b\x1b[20x"]);
  });

  test("that are huge are cut, and end where they end", () => {
    const [paste, key] = decode(`\x1b[200~${"x".repeat(1 << 18)}\x1b[201~q`);
    expect(paste?.type === "paste" && paste.text.length).toBe(1 << 16);
    expect(key).toMatchObject({ key: { name: "q" } });
  });
});

describe("what the terminal says by itself", () => {
  test.each([
    ["\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", true],
    ["\x1b]11;rgb:ffff/ffff/ffff\x07", false],
    ["\x1b]11;rgb:00/2b/36\x07", true],
    ["\x1b]11;rgba:fd/f6/e3/ff\x07", false],
    // As bright as a middle grey counts what the eye sees, not the sum: green is bright, blue is not.
    ["\x1b]11;rgb:00/ff/00\x07", false],
    ["\x1b]11;rgb:00/00/ff\x07", true],
  ])("the background %j is dark: %s", (sent, dark) => {
    expect(decode(sent)).toEqual([{ type: "background", dark }]);
  });

  test.each([
    ["focus", "\x1b[I\x1b[O"],
    ["attributes", "\x1b[?62;22c"],
    ["a mode", "\x1b[?2026;2$y"],
    ["a name", "\x1bP>|terminal(1.0)\x1b\\"],
    ["another colour", "\x1b]10;rgb:ff/ff/ff\x07"],
    ["a colour that is none", "\x1b]11;red\x07"],
    ["keys that have no name", "\x1b[57441u\x1b[99~\x1b[1;5E\x1bOZ\x1b[[Z"],
    ["the end of a paste that never began", "\x1b[201~"],
    ["controls and bytes that are no text", Buffer.from([0xc2, 0x9b, 0xff, 0xfe])],
  ])("%s is swallowed", (_, sent) => {
    expect(names(decode(sent, "q"))).toEqual(["q"]);
  });

  test("what is cut off by a control character lets go of the keyboard", () => {
    expect(names(decode("\x1b]0;abc\x03"))).toEqual(["ctrl+c"]);
    expect(names(decode("\x1b[12\rx"))).toEqual(["enter", "x"]);
    expect(names(decode("\x1b[12\x1b[A"))).toEqual(["up"]);
  });

  test("what never ends is not kept", () => {
    const decoder = new InputDecoder();
    for (let round = 0; round < 100; round++) expect(decoder.push(`\x1b[${"1;".repeat(5000)}`)).toEqual([]);
    expect(names(decoder.push("A\rq"))).toEqual(["enter", "q"]);
  });
});

describe("where chunks are cut", () => {
  const piece = fc.oneof(
    fc.constantFrom(...KEYS.map(([sent]) => sent)),
    fc.constantFrom(
      "\x1b[<0;12;7M",
      "\x1b[200~pasted\r\n\x1b[A\x1b[201~",
      "\x1b]11;rgb:0/0/0\x1b\\",
      "\x1b[I",
      "\x1b[?1;2c",
    ),
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.constantFrom("\x1b", "[", "O", "~", ";", "\x1b[", "\x1b]", "M", "1"),
  );
  const input = fc.oneof(
    fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.from(pieces.join(""))),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  );

  test("makes no difference", () => {
    fc.assert(
      fc.property(input, fc.array(fc.nat({ max: 200 }), { maxLength: 30 }), (bytes, cuts) => {
        const at = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((a, b) => a - b);
        const chunks = [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
        expect(decode(...chunks)).toEqual(decode(bytes));
        expect(decode(...Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(decode(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test("no key ever writes a control character", () => {
    fc.assert(
      fc.property(input, (bytes) => {
        for (const event of decode(bytes)) {
          if (event.type === "key") expect(event.key.text ?? "").not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });
});
