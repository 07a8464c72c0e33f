/** The store: what goes in is seen once, and what follows from it is seen with it. */
import { expect, test } from "vitest";
import type { Effect } from "../../../src/tui/effects/effects.ts";
import { NOTHING_YET } from "../../../src/tui/effects/scan-subject.ts";
import type { State } from "../../../src/tui/state/state.ts";
import { Store } from "../../../src/tui/store.ts";
import { openView } from "../state/view-state.ts";

const first = (): State => openView({ ...NOTHING_YET, reference: "image.tar" });

function watched(onChange: (state: State, store: Store) => void = () => {}) {
  const seen: State[] = [];
  const effects: Effect[] = [];
  const store: Store = new Store(
    first(),
    (effect) => effects.push(effect),
    (state) => onChange(state, store),
  );
  const leave = store.subscribe(() => seen.push(store.getState()));
  return { store, seen, effects, leave };
}

test("what changes the state is drawn, what does not is not", () => {
  const { store, seen } = watched();
  store.dispatch({ type: "command", name: "view-waste" });
  expect(seen.map(({ view }) => view)).toEqual(["waste"]);
  store.dispatch({ type: "paste", text: "nobody types" });
  expect(seen.length).toBe(1);
});

test("several actions are drawn as one, and effects of all of them happen, in order", () => {
  const { store, seen, effects } = watched();
  store.batch(() => {
    store.dispatch({ type: "command", name: "view-waste" });
    store.dispatch({ type: "command", name: "toggle-mouse" });
    store.dispatch({ type: "command", name: "suspend" });
    expect(seen).toEqual([]);
  });
  expect(seen.length).toBe(1);
  expect(effects).toEqual([{ type: "mouse", on: false }, { type: "suspend" }]);
});

test("what an observer dispatches at once is a part of the same frame", () => {
  const { store, seen } = watched((state, target) => {
    if (state.view === "waste" && !state.message) {
      target.dispatch({ type: "told", message: { tone: "good", text: "there" } });
    }
  });
  store.dispatch({ type: "command", name: "view-waste" });
  expect(seen.map(({ view, message }) => [view, message?.text])).toEqual([["waste", "there"]]);
});

test("an effect sees the state that its action made", () => {
  const mice: boolean[] = [];
  const store = new Store(
    first(),
    (_effect, state) => mice.push(state.mouse),
    () => {},
  );
  store.dispatch({ type: "command", name: "toggle-mouse" });
  expect(mice).toEqual([false]);
});

test("who left sees nothing more", () => {
  const { store, seen, leave } = watched();
  leave();
  store.dispatch({ type: "command", name: "view-waste" });
  expect(seen).toEqual([]);
});

test("what goes wrong in a batch does not stop what comes after it from being drawn", () => {
  const { store, seen } = watched();
  expect(() =>
    store.batch(() => {
      throw new Error("wrong");
    }),
  ).toThrow("wrong");
  store.dispatch({ type: "command", name: "view-waste" });
  expect(seen.length).toBe(1);
});
