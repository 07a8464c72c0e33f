/** What lies over the view: help, palette, notes, and the choice of an image. */

import type { Dialog, State } from "../state/state.ts";
import { helpModel } from "../view-model/help.ts";
import { messagesModel } from "../view-model/messages.ts";
import { paletteModel } from "../view-model/palette.ts";
import { contextsOf, worldOf } from "../view-model/selection.ts";
import { type DialogArea, dialogArea, presentDialog } from "./dialog.ts";
import { presentHelp } from "./help.ts";
import { Line, plainLine } from "./line.ts";
import type { Look, Size } from "./look.ts";
import { messageRows, presentMessages } from "./messages.ts";
import { presentPalette } from "./palette.ts";
import { presentPrompt } from "./prompt.ts";

export interface DialogRows {
  readonly area: DialogArea;
  readonly rows: readonly string[];
}

/** Wider than this a line is hard to follow. */
const WIDEST = 110;
/** Rows of the screen that a dialog leaves free, so that one sees what it lies on. */
const MARGIN = 1;
const FRAME_ROWS = 2;
const FRAME_COLUMNS = 4;

/** @returns null when there is no dialog, or one that has a row of its own */
export function presentOverlay(state: State): DialogRows | null {
  const { dialog, size, look } = state;
  if (!dialog || dialog.kind === "prompt") return null;
  const screen: Size = { width: size.columns, height: size.rows };
  const most: Size = {
    width: look.plain ? size.columns : Math.min(WIDEST, size.columns - FRAME_COLUMNS),
    height: Math.max(1, size.rows - MARGIN * 2 - FRAME_ROWS),
  };
  const { title, height, present } = contentOf(state, dialog, most);
  const area = dialogArea(screen, { width: most.width, height: Math.min(height, most.height) }, look);
  return { area, rows: presentDialog(title, present(area.inner), area, look) };
}

interface Content {
  readonly title: string;
  /** Rows it would like to have. */
  readonly height: number;
  readonly present: (size: Size) => string[];
}

function titleText(look: Look, title: string, how: string): string {
  return look.plain ? `${title}, ${how}` : `${title} ${look.glyphs.separator} ${how}`;
}

function contentOf(state: State, dialog: Exclude<Dialog, { kind: "prompt" }>, most: Size): Content {
  const { look, keymap, subject } = state;
  switch (dialog.kind) {
    case "help": {
      const model = helpModel(keymap, contextsOf(state), dialog.field.text);
      return {
        title: titleText(look, "Keys", "type to search, Escape closes"),
        height: most.height,
        present: ({ width, height }) => {
          const field = presentPrompt({ label: "Search", field: dialog.field }, { width, height: 1 }, look);
          const top = Math.max(0, Math.min(dialog.top, model.lines.length - (height - 2)));
          return [...field, "", ...presentHelp(model, { width, height: height - 2 }, look, top)];
        },
      };
    }
    case "palette": {
      const model = paletteModel(keymap, contextsOf(state), dialog.field.text);
      return {
        title: titleText(look, "Commands", "Enter runs it, Escape closes"),
        height: most.height,
        present: ({ width, height }) => {
          const field = presentPrompt({ label: ":", field: dialog.field }, { width, height: 1 }, look);
          const rows = Math.max(1, height - 2);
          const top = Math.max(0, Math.min(dialog.position.top, model.entries.length - rows));
          const { cursor } = dialog.position;
          const inSight = cursor < top ? cursor : Math.max(top, cursor - rows + 1);
          return [...field, "", ...presentPalette(model, { width, height: rows }, look, { cursor, top: inSight })];
        },
      };
    }
    case "messages": {
      const model = messagesModel(worldOf(state));
      const count = messageRows(model, most.width, look).length;
      return {
        title: titleText(look, "Notes about the image", "Escape closes"),
        height: Math.max(1, count),
        present: (inner) => {
          const top = Math.max(0, Math.min(dialog.top, count - inner.height));
          return presentMessages(model, top, inner, look);
        },
      };
    }
    case "choose-image": {
      const { message, choices = [], hint } = subject.error ?? {};
      return {
        title: titleText(look, "Which image?", "Enter opens it"),
        height: choices.length + 2,
        present: ({ width, height }) => [
          new Line(look, width).text(message ?? hint ?? "").toString(),
          "",
          ...choices.slice(dialog.position.top, dialog.position.top + height - 2).map((choice, index) => {
            const isSelected = index + dialog.position.top === dialog.position.cursor;
            const line = look.plain ? plainLine(look, width, isSelected) : new Line(look, width).space();
            line.text(choice);
            return isSelected ? line.cursor(true) : line.toString();
          }),
        ],
      };
    }
  }
}
