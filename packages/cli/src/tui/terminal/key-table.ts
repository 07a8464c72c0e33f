/** What terminals send for keys: xterm, rxvt, the Linux console and what tmux makes of them. */
import type { KeyPress } from "./input.ts";

interface Modifiers {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

const NO_MODIFIERS: Modifiers = { ctrl: false, alt: false, shift: false };

/** Final letters of `CSI A`, `CSI 1;5A` and `SS3 A`. */
const BY_LETTER: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
  P: "f1",
  Q: "f2",
  R: "f3",
  S: "f4",
};

/** Numbers of `CSI 5~`. */
const BY_NUMBER: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
  11: "f1",
  12: "f2",
  13: "f3",
  14: "f4",
  15: "f5",
  17: "f6",
  18: "f7",
  19: "f8",
  20: "f9",
  21: "f10",
  23: "f11",
  24: "f12",
};

/** What rxvt ends a numbered key with, instead of `~`, when a modifier is held. */
const RXVT_MODIFIERS: Readonly<Record<string, Partial<Modifiers>>> = {
  "~": {},
  $: { shift: true },
  "^": { ctrl: true },
  "@": { ctrl: true, shift: true },
};

/** Bytes that are keys rather than letters held with ctrl. */
const CONTROLS: Readonly<Record<string, string>> = {
  "\0": "ctrl+space",
  "\b": "backspace",
  "\t": "tab",
  // Also what Enter sends while the terminal is not yet raw, so what was typed early.
  "\n": "enter",
  "\r": "enter",
  "\x1b": "esc",
  "\x1c": "ctrl+\\",
  "\x1d": "ctrl+]",
  "\x1e": "ctrl+^",
  "\x1f": "ctrl+/",
  "\x7f": "backspace",
};

/** A character by itself, or after ESC for alt; undefined for what no key sends. */
export function keyOfCharacter(character: string, alt: boolean): KeyPress | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) {
    const name = CONTROLS[character] ?? `ctrl+${String.fromCharCode(code + 0x60)}`;
    if (!alt) return { name, text: undefined };
    return { name: name.startsWith("ctrl+") ? `ctrl+alt+${name.slice(5)}` : `alt+${name}`, text: undefined };
  }
  // C1 controls, and what stands for bytes that are no UTF-8.
  if (code < 0xa0 && code >= 0x80) return undefined;
  if (code === 0xfffd) return undefined;
  const name = character === " " ? "space" : character;
  return alt ? { name: `alt+${name}`, text: undefined } : { name, text: character };
}

/**
 * What follows `CSI`, taken apart; undefined for what is no key, or none that has a name.
 * @param escaped whether an ESC of its own came first, which is how rxvt says alt
 */
export function keyOfCsi(parameters: string, final: string, escaped: boolean): KeyPress | undefined {
  if (!/^\d{0,7}(?:;\d{0,7}){0,2}$/.test(parameters)) return undefined;
  const [first = "", second = "", third = ""] = parameters.split(";");
  const modifiers = modifiersOf(second, escaped);
  if (final === "Z") return press("tab", { ...modifiers, shift: true });
  if (final === "u") return keyOfCodePoint(first, modifiers);
  if (final === "~" && first === "27") return keyOfCodePoint(third, modifiers);
  const rxvt = RXVT_MODIFIERS[final];
  if (rxvt !== undefined) return press(BY_NUMBER[first], { ...modifiers, ...rxvt });
  if (/^[a-d]$/.test(final)) return press(BY_LETTER[final.toUpperCase()], { ...modifiers, shift: true });
  return press(BY_LETTER[final], modifiers);
}

/** What follows `SS3`: arrows and the first function keys, and the keypad in application mode. */
export function keyOfSs3(parameters: string, final: string, escaped: boolean): KeyPress | undefined {
  const modifiers = modifiersOf(parameters.split(";").at(-1) ?? "", escaped);
  if (/^[a-d]$/.test(final)) return press(BY_LETTER[final.toUpperCase()], { ...modifiers, ctrl: true });
  if (final === "M") return press("enter", modifiers);
  if (final === "I") return press("tab", modifiers);
  // The keypad: each final is the character's code and 0x40.
  if (/^[ X]$|^[j-y]$/.test(final)) {
    const character = final === " " ? " " : String.fromCharCode(final.charCodeAt(0) - 0x40);
    return keyOfCharacter(final === "X" ? "=" : character, modifiers.alt);
  }
  return press(BY_LETTER[final], modifiers);
}

/** The Linux console's `CSI [ A` to `CSI [ E`. */
export function keyOfLinuxFunction(final: string, escaped: boolean): KeyPress | undefined {
  const number = "ABCDE".indexOf(final) + 1;
  return number === 0 ? undefined : press(`f${number}`, { ...NO_MODIFIERS, alt: escaped });
}

/** xterm counts modifiers from 1, in bits: shift, alt, ctrl, meta. */
function modifiersOf(parameter: string, escaped: boolean): Modifiers {
  const bits = parameter === "" ? 0 : Number(parameter) - 1;
  return { ctrl: (bits & 4) !== 0, alt: escaped || (bits & (2 | 8)) !== 0, shift: (bits & 1) !== 0 };
}

function press(name: string | undefined, { ctrl, alt, shift }: Modifiers): KeyPress | undefined {
  if (name === undefined) return undefined;
  return { name: `${ctrl ? "ctrl+" : ""}${alt ? "alt+" : ""}${shift ? "shift+" : ""}${name}`, text: undefined };
}

const NAMED_CODES: Readonly<Record<number, string>> = {
  8: "backspace",
  9: "tab",
  13: "enter",
  27: "esc",
  127: "backspace",
};

/** Keys that terminals which tell more apart send as the number of their character. */
function keyOfCodePoint(written: string, modifiers: Modifiers): KeyPress | undefined {
  const code = Number(written || "0");
  const named = NAMED_CODES[code];
  if (named !== undefined) return press(named, modifiers);
  // Numbers of keys without a character lie in the private use area.
  if (code < 0x20 || code > 0x10ffff || (code >= 0xd800 && code < 0xf900)) return undefined;
  const character = String.fromCodePoint(code);
  if (code === 0x20)
    return modifiers.ctrl || modifiers.alt || modifiers.shift
      ? press("space", modifiers)
      : keyOfCharacter(character, false);
  if (modifiers.ctrl) return press(character.toLowerCase(), modifiers);
  return keyOfCharacter(modifiers.shift ? character.toUpperCase() : character, modifiers.alt);
}
