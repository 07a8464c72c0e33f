/** What the terminal sends, taken apart. */

export interface KeyPress {
  /**
   * `a`, `A`, `ctrl+a`, `alt+x`, `shift+tab`, `up`, `down`, `left`, `right`, `home`, `end`, `pageup`, `pagedown`, `enter`,
   * `tab`, `esc`, `backspace`, `delete`, `insert`, `space`, `f1` … `f12`; modifiers in the order ctrl, alt, shift.
   */
  readonly name: string;
  /** What it writes into a field; undefined for keys that write nothing. */
  readonly text: string | undefined;
}

export interface MouseEvent {
  readonly kind: "press" | "release" | "drag" | "wheel-up" | "wheel-down";
  readonly button: "left" | "middle" | "right" | "none";
  /** Cells, from 0. */
  readonly x: number;
  readonly y: number;
}

/** Something the user, or the terminal itself, has to say. */
export type InputEvent =
  | { readonly type: "key"; readonly key: KeyPress }
  | { readonly type: "mouse"; readonly event: MouseEvent }
  /** Text that was pasted, with `\n` between its lines. */
  | { readonly type: "paste"; readonly text: string }
  /** The answer to the question for the background. */
  | { readonly type: "background"; readonly dark: boolean };
