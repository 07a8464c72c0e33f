/** What a question to the tree says of all paths, as columns by node. Each is computed when it is first wanted. */
import {
  type HistoryTree,
  ROOT,
  sumUp,
  VIEW_STATES,
  type ViewColumns,
  WASTE_CAUSES,
  type WasteColumns,
} from "@layerscope/core";
import type { Subject } from "../subject.ts";
import type { Question } from "./file-question.ts";
import { wasteTableOf } from "./waste-table.ts";
import { CHANGE_OF_CAUSE } from "./wasted-file.ts";

export class FileColumns {
  /** The bytes that the question is about, at and below. */
  readonly bytes: Float64Array;
  readonly #subject: Subject;
  readonly #tree: HistoryTree;
  readonly #question: Question;
  readonly #view: ViewColumns;
  readonly #waste: WasteColumns | undefined;
  #changed: Float64Array | undefined;
  #wasted: Float64Array | undefined;
  #fates: Uint8Array | undefined;

  constructor(
    subject: Subject,
    tree: HistoryTree,
    question: Question,
    view: ViewColumns,
    waste: WasteColumns | undefined,
  ) {
    this.#subject = subject;
    this.#tree = tree;
    this.#question = question;
    this.#view = view;
    this.#waste = waste;
    if (question.shown === "wasted") this.bytes = waste?.bytes ?? new Float64Array(tree.paths.size);
    else if (question.shown === "tree") this.bytes = view.bytes;
    else this.bytes = sum(view.bytes, view.removedBytes);
  }

  /** Of the bytes that the question is about, those that no container sees in the end, at and below it. */
  get wasted(): Float64Array | undefined {
    const { analysis } = this.#subject;
    if (!analysis || this.#question.shown === "wasted") return this.#waste?.bytes;
    if (this.#wasted) return this.#wasted;
    const { shown, from, to } = this.#question;
    const { state } = this.#view;
    const { node: nodes, bytes, storedIn, hiddenBy } = wasteTableOf(analysis);
    const wasted = new Float64Array(this.#tree.paths.size);
    for (let record = 0; record < nodes.length; record++) {
      const node = nodes[record] as number;
      const stored = storedIn[record] as number;
      const lost = hiddenBy[record] as number;
      const isThere = stored <= to && lost > to && (shown === "tree" || stored > from);
      const isGone =
        shown !== "tree" && state[node] === VIEW_STATES.removed && stored <= from && lost > from && lost <= to;
      if (isThere || isGone) wasted[node] = (wasted[node] as number) + (bytes[record] as number);
    }
    sumUp(this.#tree.paths, wasted);
    this.#wasted = wasted;
    return wasted;
  }

  /** The bytes of what was touched, at and below. */
  get changed(): Float64Array {
    if (this.#changed) return this.#changed;
    const { paths } = this.#tree;
    const state = this.states;
    // Paths that came with later layers are behind the end.
    const size = this.bytes.length;
    const own = Float64Array.from(this.bytes);
    // Totals become a path's own bytes when what its children have is taken away …
    for (let node = ROOT + 1; node < size; node++) {
      const parent = paths.parentOf(node);
      own[parent] = (own[parent] as number) - (this.bytes[node] as number);
    }
    // … and totals again when those of the paths that were touched are added up.
    const changed = new Float64Array(size);
    for (let node = ROOT + 1; node < size; node++) {
      if ((state[node] as number) >= VIEW_STATES.added) changed[node] = own[node] as number;
    }
    sumUp(paths, changed);
    this.#changed = changed;
    return changed;
  }

  /** What the rows say that happened to a path, one of `VIEW_STATES`. */
  get states(): Uint8Array {
    const { analysis } = this.#subject;
    if (this.#question.shown !== "wasted" || !analysis) return this.#view.state;
    if (this.#fates) return this.#fates;
    const fates = new Uint8Array(this.#tree.paths.size).fill(VIEW_STATES.unchanged);
    const { node: nodes, cause } = wasteTableOf(analysis);
    // A row tells of the largest record of its path, which comes first.
    for (let record = nodes.length - 1; record >= 0; record--) {
      fates[nodes[record] as number] = VIEW_STATES[CHANGE_OF_CAUSE[WASTE_CAUSES[cause[record] as number] ?? "deleted"]];
    }
    this.#fates = fates;
    return fates;
  }
}

function sum(one: Float64Array, other: Float64Array): Float64Array {
  const both = new Float64Array(one.length);
  for (let index = 0; index < both.length; index++) both[index] = (one[index] as number) + (other[index] as number);
  return both;
}
