/** Answers the question that comes next before it is asked: the same of the layer above and of the one below. */
import type { State } from "../state/state.ts";
import { questionOf } from "../view-model/file-question.ts";
import { fileTreeOf } from "../view-model/file-tree.ts";
import { selectedLayer } from "../view-model/selection.ts";

/** Milliseconds without a change after which nobody is being kept waiting. */
const IDLE = 60;

export class Prefetcher {
  #timer: NodeJS.Timeout | undefined;

  follow(state: State): void {
    clearTimeout(this.#timer);
    if (state.view !== "explore" || !state.subject.analysis || state.files.shown === "wasted") return;
    this.#timer = setTimeout(() => {
      const { subject, files } = state;
      const layer = selectedLayer(state);
      // The one on the screen last, so that it is the last to be forgotten.
      for (const near of [layer - 1, layer + 1, layer]) {
        if (near >= 0 && near < subject.layers.length) fileTreeOf(subject, questionOf(subject, files, near));
      }
    }, IDLE);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
