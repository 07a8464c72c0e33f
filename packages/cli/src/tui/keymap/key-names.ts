/** What keys are called: in the table of commands, in a user's configuration, and by the terminal's input. */

/** Keys that write nothing one could name them by; the first name is ours. */
const NAMED: readonly (readonly string[])[] = [
  ["up", "arrowup", "uparrow"],
  ["down", "arrowdown", "downarrow"],
  ["left", "arrowleft", "leftarrow"],
  ["right", "arrowright", "rightarrow"],
  ["home"],
  ["end"],
  ["pageup", "pgup"],
  ["pagedown", "pgdn", "pgdown"],
  ["enter", "return", "cr"],
  ["tab"],
  ["esc", "escape"],
  ["backspace", "bs"],
  ["delete", "del"],
  ["insert", "ins"],
  ["space", "spacebar"],
  ...Array.from({ length: 12 }, (_, index) => [`f${index + 1}`]),
];

const CANONICAL = new Map(NAMED.flatMap(([name = "", ...others]) => [name, ...others].map((each) => [each, name])));

const MODIFIERS: Readonly<Record<string, "ctrl" | "alt" | "shift">> = {
  ctrl: "ctrl",
  control: "ctrl",
  c: "ctrl",
  alt: "alt",
  option: "alt",
  meta: "alt",
  a: "alt",
  m: "alt",
  shift: "shift",
  s: "shift",
};

/** What a terminal sends for these is the same byte as for another key. */
const SAME_BYTE: Readonly<Record<string, string>> = {
  "ctrl+i": "tab",
  "ctrl+m": "enter",
  "ctrl+j": "enter",
  "ctrl+h": "backspace",
  "ctrl+[": "esc",
  "ctrl+?": "backspace",
  "ctrl+@": "ctrl+space",
  "ctrl+_": "ctrl+/",
};

export type ParsedKey = { readonly key: string } | { readonly problem: string };

/**
 * The name of a key as the terminal's input has it, whatever way it was written: `Ctrl-A`, `C-a`, `<c-a>`, `^A` and
 * `ctrl+a` are one key.
 * @returns what is wrong, as the end of a sentence that starts with the name, where there is no such key
 */
export function parseKeyName(written: string): ParsedKey {
  let rest = written.length > 2 && written.startsWith("<") && written.endsWith(">") ? written.slice(1, -1) : written;
  const modifiers = new Set<string>();
  if (/^\^.$/.test(rest)) {
    modifiers.add("ctrl");
    rest = rest.slice(1);
  }
  for (let found = /^([a-z]+)[+-](?=.)/i.exec(rest); found; found = /^([a-z]+)[+-](?=.)/i.exec(rest)) {
    const modifier = MODIFIERS[(found[1] ?? "").toLowerCase()];
    if (modifier === undefined) break;
    modifiers.add(modifier);
    rest = rest.slice(found[0].length);
  }
  const character = rest === " " ? undefined : singleCharacter(rest);
  if (character !== undefined) return withCharacter(character, modifiers);
  const name = rest === " " ? "space" : CANONICAL.get(rest.toLowerCase().replace(/[-_ ]/g, ""));
  if (name === undefined) return { problem: "is not the name of a key" };
  return { key: inOrder(modifiers, name) };
}

/** Every name of a key that is none of a character, for suggestions. */
export const KEY_NAMES: readonly string[] = NAMED.map(([name = ""]) => name);

function withCharacter(character: string, modifiers: ReadonlySet<string>): ParsedKey {
  const isLetter = character.toLowerCase() !== character.toUpperCase();
  if (modifiers.has("ctrl")) {
    if (modifiers.has("shift")) return { problem: "cannot be told from the same key without shift" };
    const key = inOrder(modifiers, character.toLowerCase());
    const same = SAME_BYTE[`ctrl+${character.toLowerCase()}`];
    if (same !== undefined) return { problem: `cannot be told from "${same}", which is the name to use` };
    if (!/^[a-z\\\]^/]$/i.test(character)) return { problem: "is nothing that a terminal sends" };
    return { key };
  }
  if (!modifiers.has("shift")) return { key: inOrder(modifiers, character) };
  if (!isLetter) return { problem: "has shift in it; write the character that the two give" };
  return { key: inOrder(new Set([...modifiers].filter((each) => each !== "shift")), character.toUpperCase()) };
}

function inOrder(modifiers: ReadonlySet<string>, name: string): string {
  return [...["ctrl", "alt", "shift"].filter((each) => modifiers.has(each)), name].join("+");
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The text, when it is one character that can be seen. */
function singleCharacter(text: string): string | undefined {
  if (text === "" || text.length > 16 || /[\p{C}\p{Z}]/u.test(text)) return undefined;
  return [...segmenter.segment(text)].length === 1 ? text : undefined;
}
