/** Answers what is searched and filtered for, a slice at a time: a key that is typed meanwhile is served first. */
import type { Action } from "../state/actions.ts";
import type { Matches, SearchPlace, State } from "../state/state.ts";
import { parseQuery, type QueryError, type QueryMatches, runQuery } from "../view-model/query.ts";
import { searchIn } from "../view-model/search-in.ts";

/** Milliseconds that a slice may take, so that the next key is not kept waiting. */
const SLICE = 12;

interface Job {
  readonly key: string;
  readonly cancel: () => void;
}

export class QueryRunner {
  readonly #dispatch: (action: Action) => void;
  readonly #jobs = new Map<"search" | "filter", Job>();

  constructor(dispatch: (action: Action) => void) {
    this.#dispatch = dispatch;
  }

  /** Starts what the state wants to know and is not known yet. */
  follow(state: State): void {
    this.#want("filter", state, state.files.filter, "tree", state.filtered);
    const { search } = state;
    this.#want("search", state, search?.text ?? "", search?.where ?? "tree", state.found);
  }

  stop(): void {
    for (const { cancel } of this.#jobs.values()) cancel();
    this.#jobs.clear();
  }

  #want(
    purpose: "search" | "filter",
    state: State,
    text: string,
    where: SearchPlace,
    known: Matches | undefined,
  ): void {
    const running = this.#jobs.get(purpose);
    const searchable = text === "" ? undefined : searchIn(state, where);
    const key = searchable ? `${text}\n${searchable.key}` : "";
    if (key === running?.key || key === (known?.key ?? "")) {
      if (key === "" || key === known?.key) this.#cancel(purpose);
      return;
    }
    this.#cancel(purpose);
    if (!searchable) return;
    const query = parseQuery(text);
    // The field says what is wrong with it; what was found before stays.
    if ("error" in query) return;
    const steps = runQuery(query, searchable.subject());
    const slice = (): void => {
      const until = performance.now() + SLICE;
      for (;;) {
        const step = steps.next();
        if (step.done) {
          this.#jobs.delete(purpose);
          this.#tell(purpose, key, step.value);
          return;
        }
        if (performance.now() >= until) break;
      }
      const timer = setImmediate(slice);
      this.#jobs.set(purpose, { key, cancel: () => clearImmediate(timer) });
    };
    this.#jobs.set(purpose, { key, cancel: () => {} });
    slice();
  }

  #tell(purpose: "search" | "filter", key: string, answer: QueryMatches | QueryError): void {
    if (!("error" in answer)) {
      this.#dispatch({ type: "matches", purpose, matches: { key, ...answer } });
      return;
    }
    const nothing = new Uint8Array(0);
    this.#dispatch({ type: "matches", purpose, matches: { key, nodes: nothing, leading: nothing, count: 0 } });
    this.#dispatch({ type: "told", message: { tone: "warning", text: answer.error } });
  }

  #cancel(purpose: "search" | "filter"): void {
    this.#jobs.get(purpose)?.cancel();
    this.#jobs.delete(purpose);
  }
}
