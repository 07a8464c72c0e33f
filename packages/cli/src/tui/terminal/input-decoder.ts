/** Takes apart what the terminal sends. */
import { StringDecoder } from "node:string_decoder";
import type { InputEvent, KeyPress } from "./input.ts";
import { keyOfCharacter, keyOfCsi, keyOfLinuxFunction, keyOfSs3 } from "./key-table.ts";
import { mouseEventOf } from "./mouse-report.ts";

const ESC = "\x1b";
const PASTE_END = `${ESC}[201~`;
/** Longer sequences are no keys; they are still read to their end, but not kept. */
const LONGEST_SEQUENCE = 256;
/** Characters of a paste; what is beyond is left out. */
const LONGEST_PASTE = 1 << 16;

/**
 * Where in a sequence the last character left off:
 * - `ground`: in none
 * - `escape`, `escape-escape`: after one ESC, or two
 * - `ss3`, `csi`: after their introducers; `linux-function` after `CSI [`, `old-mouse` after `CSI M`
 * - `string`: within an OSC, DCS, APM, PM or SOS; `string-escape` after an ESC in it
 * - `paste`: between the brackets of a paste
 */
type Mode =
  | "ground"
  | "escape"
  | "escape-escape"
  | "ss3"
  | "csi"
  | "linux-function"
  | "old-mouse"
  | "string"
  | "string-escape"
  | "paste";

/**
 * Bytes to events. Goes character by character and keeps where it was, so that it makes no difference where the chunks
 * were cut. What it does not know is swallowed as a whole, never taken for typed text.
 */
export class InputDecoder {
  readonly #utf8 = new StringDecoder("utf8");
  #mode: Mode = "ground";
  /** Whether the sequence came after an ESC of its own, which stands for alt. */
  #escaped = false;
  /** The sequence after its introducer, or the pasted text. */
  #text = "";
  /** The character that introduced a string, or how many characters are still to come of an old mouse report. */
  #introducer = "";
  #left = 0;
  #events: InputEvent[] = [];

  /** The events that are complete with this chunk. */
  push(chunk: Buffer | string): InputEvent[] {
    for (const character of typeof chunk === "string" ? chunk : this.#utf8.write(chunk)) this.#take(character);
    return this.#taken();
  }

  /** Whether something is held back that may be a key by itself, or the start of a sequence: `flush` says which. */
  get isWaiting(): boolean {
    switch (this.#mode) {
      case "escape":
      case "escape-escape":
        return true;
      case "ss3":
      case "csi":
      case "string":
        return this.#text === "";
      default:
        return false;
    }
  }

  /**
   * To be called when nothing has come for a while: what is held back was a key, such as ESC. The rest of a longer
   * sequence is still waited for.
   */
  flush(): InputEvent[] {
    if (this.isWaiting) this.#giveUp();
    return this.#taken();
  }

  #taken(): InputEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #take(character: string): void {
    switch (this.#mode) {
      case "ground":
        if (character === ESC) this.#mode = "escape";
        else this.#press(keyOfCharacter(character, false));
        return;
      case "escape":
        this.#afterEscape(character);
        return;
      case "escape-escape":
        if (character === "[" || character === "O") this.#begin(character, true);
        else {
          this.#press(keyOfCharacter(ESC, false));
          this.#mode = "escape";
          this.#take(character);
        }
        return;
      case "ss3":
        if (/^[\d;]$/.test(character)) this.#keep(character);
        else if (isPrintable(character)) this.#end(keyOfSs3(this.#text, character, this.#escaped));
        else this.#abort(character);
        return;
      case "csi":
        this.#inCsi(character);
        return;
      case "linux-function":
        if (isPrintable(character)) this.#end(keyOfLinuxFunction(character, this.#escaped));
        else this.#abort(character);
        return;
      case "old-mouse":
        this.#left--;
        if (this.#left === 0) this.#mode = "ground";
        return;
      case "string":
        if (character === ESC) this.#mode = "string-escape";
        else if (character === "\x07" || character === "\x9c") this.#endString();
        else if (character < " ") this.#abort(character);
        else this.#keep(character);
        return;
      case "string-escape":
        if (character === "\\") this.#endString();
        else {
          this.#mode = "escape";
          this.#take(character);
        }
        return;
      case "paste":
        this.#inPaste(character);
        return;
    }
  }

  #afterEscape(character: string): void {
    if (character === ESC) this.#mode = "escape-escape";
    else if ("[O]P_^X".includes(character)) this.#begin(character, false);
    else {
      this.#mode = "ground";
      this.#press(keyOfCharacter(character, true));
    }
  }

  #begin(introducer: string, escaped: boolean): void {
    this.#mode = introducer === "[" ? "csi" : introducer === "O" ? "ss3" : "string";
    this.#introducer = introducer;
    this.#escaped = escaped;
    this.#text = "";
  }

  #inCsi(character: string): void {
    if (this.#text === "" && character === "[") this.#mode = "linux-function";
    else if (this.#text === "" && character === "M") {
      this.#mode = "old-mouse";
      this.#left = 3;
    } else if (character === "$" && /^\d+$/.test(this.#text)) this.#endCsi(character);
    else if (character >= " " && character <= "?") this.#keep(character);
    else if (character >= "@" && character <= "~") this.#endCsi(character);
    else this.#abort(character);
  }

  #endCsi(final: string): void {
    if (final === "~" && this.#text === "200") {
      this.#mode = "paste";
      this.#text = "";
      this.#left = 0;
      return;
    }
    const mouse = mouseEventOf(this.#text, final);
    if (mouse !== undefined) this.#events.push({ type: "mouse", event: mouse });
    this.#end(mouse === undefined ? keyOfCsi(this.#text, final, this.#escaped) : undefined);
  }

  #endString(): void {
    this.#mode = "ground";
    const dark = this.#introducer === "]" ? isDarkBackground(this.#text) : undefined;
    if (dark !== undefined) this.#events.push({ type: "background", dark });
  }

  /** `#left` characters of the closing bracket have been seen. */
  #inPaste(character: string): void {
    if (character === PASTE_END[this.#left]) {
      this.#left++;
      if (this.#left < PASTE_END.length) return;
      this.#mode = "ground";
      this.#events.push({ type: "paste", text: this.#text.replace(/\r\n?/g, "\n") });
      return;
    }
    const isStart = character === ESC;
    const text = PASTE_END.slice(0, this.#left) + (isStart ? "" : character);
    this.#left = isStart ? 1 : 0;
    if (this.#text.length + text.length <= LONGEST_PASTE) this.#text += text;
  }

  #keep(character: string): void {
    if (this.#text.length < LONGEST_SEQUENCE) this.#text += character;
  }

  #end(key: KeyPress | undefined): void {
    this.#mode = "ground";
    this.#press(key);
  }

  /** No sequence goes on like this: drops it, and looks at the character by itself. */
  #abort(character: string): void {
    if (this.isWaiting) this.#giveUp();
    this.#mode = "ground";
    this.#take(character);
  }

  /** What looked like the start of a sequence was ESC, or a key held with alt. */
  #giveUp(): void {
    const isEscape = this.#mode === "escape" || this.#mode === "escape-escape";
    if (isEscape || this.#escaped) this.#press(keyOfCharacter(ESC, false));
    if (this.#mode === "escape-escape") this.#press(keyOfCharacter(ESC, false));
    if (!isEscape) this.#press(keyOfCharacter(this.#introducer, true));
    this.#mode = "ground";
  }

  #press(key: KeyPress | undefined): void {
    if (key !== undefined) this.#events.push({ type: "key", key });
  }
}

function isPrintable(character: string): boolean {
  return character >= " " && character <= "~";
}

/** Of `11;rgb:1e1e/1e1e/2e2e`; undefined for any other answer. */
function isDarkBackground(answer: string): boolean | undefined {
  const found = /^11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(answer);
  if (found === null) return undefined;
  const [red = 0, green = 0, blue = 0] = found
    .slice(1)
    .map((part) => Number.parseInt(part, 16) / (16 ** part.length - 1));
  // How bright the eye finds it.
  return 0.299 * red + 0.587 * green + 0.114 * blue < 0.5;
}
