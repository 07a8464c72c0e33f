/** Everything that can happen to the view, as data. */

import type { CommandName } from "../keymap/commands.ts";
import type { Look } from "../present/look.ts";
import type { Subject } from "../subject.ts";
import type { KeyPress, MouseEvent } from "../terminal/input.ts";
import type { Matches } from "./state.ts";

export type Action =
  /** A command, by a key, the palette or the mouse. */
  | { readonly type: "command"; readonly name: CommandName }
  /** A key while a dialog is open: the dialog has it. */
  | { readonly type: "key"; readonly key: KeyPress }
  | { readonly type: "paste"; readonly text: string }
  | { readonly type: "mouse"; readonly event: MouseEvent }
  | { readonly type: "resized"; readonly columns: number; readonly rows: number }
  /** More of the image is known. */
  | { readonly type: "subject"; readonly subject: Subject }
  | { readonly type: "content-loaded" }
  /** An answer to a query of effects/queries.ts. */
  | { readonly type: "matches"; readonly purpose: "search" | "filter"; readonly matches: Matches }
  /** The terminal turned out to be light, or dark. */
  | { readonly type: "look"; readonly look: Look }
  | { readonly type: "told"; readonly message: Message };

/** One line at the bottom that says how something went. */
export interface Message {
  readonly tone: "good" | "warning" | "error";
  readonly text: string;
}
