/** Holds the state: actions go in, effects and whoever draws come out. */
import type { Effect } from "./effects/effects.ts";
import type { Action } from "./state/actions.ts";
import type { State } from "./state/state.ts";
import { update } from "./state/update.ts";

export class Store {
  #state: State;
  readonly #listeners = new Set<() => void>();
  readonly #perform: (effect: Effect, state: State) => void;
  readonly #onChange: (state: State) => void;
  #batching = 0;
  #changed = false;

  /**
   * @param perform does what an action wants done outside
   * @param onChange sees each new state before it is drawn, and may dispatch
   */
  constructor(state: State, perform: (effect: Effect, state: State) => void, onChange: (state: State) => void) {
    this.#state = state;
    this.#perform = perform;
    this.#onChange = onChange;
  }

  readonly getState = (): State => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly dispatch = (action: Action): void => {
    this.batch(() => {
      const { state, effects } = update(this.#state, action);
      if (state !== this.#state) {
        this.#state = state;
        this.#changed = true;
      }
      for (const effect of effects) this.#perform(effect, state);
    });
  };

  /** Several actions that are drawn as one. */
  batch(act: () => void): void {
    this.#batching++;
    try {
      act();
      // What a new state wants to know may be answered at once, and so be part of what is drawn.
      while (this.#batching === 1 && this.#changed) {
        this.#changed = false;
        this.#onChange(this.#state);
        if (!this.#changed) for (const listener of this.#listeners) listener();
      }
    } finally {
      this.#batching--;
    }
  }
}
