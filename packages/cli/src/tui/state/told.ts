/** Messages as part of the next state. */
import type { Message } from "./actions.ts";
import type { State } from "./state.ts";

export function told(state: State, tone: Message["tone"], text: string): State {
  return { ...state, message: { tone, text } };
}

/** How much was found. */
export function toldOfMatches(state: State, searched: string, count: number): State {
  if (count === 0) return told(state, "warning", `Nothing matches ${searched}`);
  return told(state, "good", `${count.toLocaleString("en")} ${count === 1 ? "match" : "matches"} for ${searched}`);
}
