/** Reads the file contents that the screen needs, and gives up those that it no longer does. */
import type { Action } from "../state/actions.ts";
import type { State } from "../state/state.ts";
import { neededContents } from "../view-model/open-file.ts";
import { loadContent, type NeededContent } from "./load-content.ts";

/** Whoever holds a key down passes many files; milliseconds that one must stay for its content to be read. */
const AFTER = 30;

export class ContentLoader {
  readonly #dispatch: (action: Action) => void;
  readonly #running = new Map<string, AbortController>();
  #timer: NodeJS.Timeout | undefined;
  #waiting: { readonly state: State; readonly wanted: readonly NeededContent[] } | undefined;

  constructor(dispatch: (action: Action) => void) {
    this.#dispatch = dispatch;
  }

  follow(state: State): void {
    const needed = neededContents(state);
    const keys = new Set(needed.map(keyOf));
    for (const [key, controller] of this.#running) if (!keys.has(key)) controller.abort();
    const wanted = needed.filter((each) => !this.#running.has(keyOf(each)) && state.sources.contents.lacks(each));
    clearTimeout(this.#timer);
    if (wanted.length === 0 || !state.subject.image) return;
    this.#waiting = { state, wanted };
    // Whoever opened a file waits for nothing else.
    this.#timer = setTimeout(() => this.#start(), state.view === "explore" ? AFTER : 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const controller of this.#running.values()) controller.abort();
  }

  #start(): void {
    const { state, wanted } = this.#waiting ?? {};
    const image = state?.subject.image;
    if (!state || !wanted || !image) return;
    for (const each of wanted) {
      const controller = new AbortController();
      const key = keyOf(each);
      this.#running.set(key, controller);
      state.sources.contents.startedLoading(each);
      loadContent(image, each.node, each.layer, { limit: each.limit, signal: controller.signal }).then(
        (content) => {
          this.#running.delete(key);
          state.sources.contents.add(content);
          this.#dispatch({ type: "content-loaded" });
        },
        () => {},
      );
    }
  }
}

function keyOf({ node, layer, limit }: NeededContent): string {
  return `${node}@${layer}:${limit}`;
}
