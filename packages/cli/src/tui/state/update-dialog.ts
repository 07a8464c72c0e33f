/** Keys while something lies over the view. */
import { paletteModel } from "../view-model/palette.ts";
import { contextsOf } from "../view-model/selection.ts";
import type { Action } from "./actions.ts";
import { keepInSight } from "./list.ts";
import { accept, typing } from "./prompts.ts";
import type { Dialog, State } from "./state.ts";
import { editField, insertText, type TextField } from "./text-field.ts";
import { just, type Update } from "./update.ts";
import { updateCommand } from "./update-command.ts";

type Typed = Extract<Action, { type: "key" | "paste" }>;

export function updateDialog(state: State, dialog: Dialog, action: Typed): Update {
  if (action.type === "key" && action.key.name === "ctrl+c") return { state, effects: [{ type: "quit" }] };
  const key = action.type === "key" ? action.key.name : "";
  if (key === "esc") return just(cancel(state, dialog));
  switch (dialog.kind) {
    case "prompt":
      return updatePrompt(state, dialog, action, key);
    case "palette":
      return updatePalette(state, dialog, action, key);
    case "help": {
      const scrolled = scroll(dialog.top, key, state.size.rows);
      if (scrolled !== undefined) return just({ ...state, dialog: { ...dialog, top: scrolled } });
      if (key === "enter") return just(closed(state));
      return just({ ...state, dialog: { ...dialog, field: edited(dialog.field, action), top: 0 } });
    }
    case "messages": {
      if (["q", "enter", "!"].includes(key)) return just(closed(state));
      return just({ ...state, dialog: { ...dialog, top: scroll(dialog.top, key, state.size.rows) ?? dialog.top } });
    }
    case "choose-image":
      return updateChoice(state, dialog, key);
  }
}

/** What Escape takes back: a filter or search that was only being typed. */
function cancel(state: State, dialog: Dialog): State {
  if (dialog.kind === "choose-image") return state;
  if (dialog.kind !== "prompt") return closed(state);
  return closed(typing(state, dialog.purpose, "", false));
}

function closed(state: State): State {
  return { ...state, dialog: undefined };
}

function updatePrompt(state: State, dialog: Extract<Dialog, { kind: "prompt" }>, action: Typed, key: string): Update {
  const { purpose, allLayers } = dialog;
  if (key === "enter") return accept(state, purpose, dialog.field.text);
  if (key === "tab" && purpose === "search") {
    const next = { ...dialog, allLayers: !allLayers };
    return just(typing({ ...state, dialog: next }, purpose, dialog.field.text, next.allLayers));
  }
  const field = edited(dialog.field, action);
  const next: State = { ...state, dialog: { ...dialog, field } };
  return just(field.text === dialog.field.text ? next : typing(next, purpose, field.text, allLayers));
}

function updatePalette(state: State, dialog: Extract<Dialog, { kind: "palette" }>, action: Typed, key: string): Update {
  const { entries } = paletteModel(state.keymap, contextsOf(state), dialog.field.text);
  const height = Math.max(1, state.size.rows - 6);
  const move = (rows: number): Update => {
    const position = keepInSight(
      { cursor: dialog.position.cursor + rows, top: dialog.position.top },
      entries.length,
      height,
    );
    return just({ ...state, dialog: { ...dialog, position } });
  };
  switch (key) {
    case "up":
      return move(-1);
    case "down":
    case "tab":
      return move(1);
    case "pageup":
      return move(-height);
    case "pagedown":
      return move(height);
    case "enter": {
      const chosen = entries[dialog.position.cursor];
      return chosen ? updateCommand(closed(state), chosen.name) : just(closed(state));
    }
    default:
      return just({
        ...state,
        dialog: { ...dialog, field: edited(dialog.field, action), position: { cursor: 0, top: 0 } },
      });
  }
}

function updateChoice(state: State, dialog: Extract<Dialog, { kind: "choose-image" }>, key: string): Update {
  const choices = state.subject.error?.choices ?? [];
  const move = (rows: number): Update => {
    const position = keepInSight(
      { cursor: dialog.position.cursor + rows, top: dialog.position.top },
      choices.length,
      state.size.rows - 6,
    );
    return just({ ...state, dialog: { ...dialog, position } });
  };
  switch (key) {
    case "up":
    case "k":
      return move(-1);
    case "down":
    case "j":
      return move(1);
    case "enter": {
      const chosen = choices[dialog.position.cursor];
      if (chosen === undefined) return just(state);
      // Images are listed as `2: name`, and go by their number.
      const choice =
        state.subject.error?.code === "no-such-platform" ? { platform: chosen } : { image: chosen.replace(/:.*/s, "") };
      return { state: closed(state), effects: [{ type: "choose-image", choice }] };
    }
    case "q":
      return { state, effects: [{ type: "quit" }] };
    default:
      return just(state);
  }
}

function edited(field: TextField, action: Typed): TextField {
  return action.type === "paste" ? insertText(field, action.text) : (editField(field, action.key) ?? field);
}

/** The first row after a key that scrolls text; how far down it goes is seen to where the text is shown. */
function scroll(top: number, key: string, rows: number): number | undefined {
  const page = Math.max(1, rows - 6);
  const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -page, pagedown: page };
  const step = steps[key];
  return step === undefined ? undefined : Math.max(0, top + step);
}
