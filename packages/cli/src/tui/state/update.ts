/** The one place where a state becomes the next: update(state, action) → state and what is to be done outside. */
import type { Effect } from "../effects/effects.ts";
import type { Action } from "./actions.ts";
import { goToMatch } from "./matches.ts";
import { settle } from "./settle.ts";
import type { State } from "./state.ts";
import { updateCommand } from "./update-command.ts";
import { updateDialog } from "./update-dialog.ts";
import { updateMouse } from "./update-mouse.ts";

export interface Update {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export function update(state: State, action: Action): Update {
  const { state: next, effects } = act(state, action);
  return { state: next === state ? state : settle(next), effects };
}

/** A state with nothing to be done. */
export function just(state: State): Update {
  return { state, effects: [] };
}

function act(state: State, action: Action): Update {
  switch (action.type) {
    case "command":
      return updateCommand({ ...state, message: undefined }, action.name);
    case "key":
    case "paste":
      return state.dialog ? updateDialog(state, state.dialog, action) : just(state);
    case "mouse":
      return updateMouse(state, action.event);
    case "resized":
      return just({ ...state, size: { columns: action.columns, rows: action.rows } });
    case "subject":
      return just(withSubject(state, action.subject));
    case "content-loaded":
      // The content is in the cache; a new state is what makes it seen.
      return just({ ...state });
    case "matches": {
      const { purpose, matches } = action;
      if (purpose === "filter") return just({ ...state, filtered: matches });
      const found: State = { ...state, found: matches };
      return just(
        state.search?.jumps ? goToMatch({ ...found, search: { ...state.search, jumps: false } }, 1, true) : found,
      );
    }
    case "look":
      return just({ ...state, look: action.look });
    case "told":
      return just({ ...state, message: action.message });
  }
}

function withSubject(state: State, subject: State["subject"]): State {
  const dialog =
    subject.phase === "choosing" && !state.dialog
      ? ({ kind: "choose-image", position: { cursor: 0, top: 0 } } as const)
      : state.dialog;
  return { ...state, subject, dialog };
}
