/** What the views with a list and its details have in common. */
import type { State } from "../state/state.ts";
import { type AdviceModel, adviceModel } from "./advice.ts";
import type { DetailLine } from "./detail-line.ts";
import { adviceDetails } from "./finding-details.ts";
import { packageDetails } from "./package-details.ts";
import { type PackagesModel, packagesModel } from "./packages.ts";
import { heightOf } from "./selection.ts";

/** Each is a view, and the pane with its list. */
export type ListView = "advice" | "packages";

export function isListView(view: string): view is ListView {
  return view === "advice" || view === "packages";
}

/** The pane that says all about the row with the cursor. */
export const DETAILS_OF: Readonly<Record<ListView, "finding" | "package">> = {
  advice: "finding",
  packages: "package",
};

export function adviceRows({ subject, advice }: Pick<State, "subject" | "advice">): AdviceModel {
  return adviceModel(subject, advice.filter);
}

export function packageRows({ subject, packages }: Pick<State, "subject" | "packages">): PackagesModel {
  return packagesModel(subject, packages.sort, packages.filter);
}

export function listModel(state: State, view: ListView): AdviceModel | PackagesModel {
  return view === "advice" ? adviceRows(state) : packageRows(state);
}

/** Rows above the list: the sums, and what is missing. */
export function listHead({ missing }: Pick<AdviceModel, "missing">): number {
  return missing === undefined ? 1 : 2;
}

/** Rows that the list scrolls in. */
export function listHeight(state: State, view: ListView): number {
  return Math.max(1, heightOf(state, view) - listHead(listModel(state, view)));
}

/** What is said of the row with the cursor. */
export function listDetails(state: State, view: ListView): readonly DetailLine[] {
  const { subject, look } = state;
  if (view === "advice") return adviceDetails(adviceRows(state).at(state.advice.position.cursor), subject, look.units);
  return packageDetails(packageRows(state).at(state.packages.position.cursor), subject, look.units);
}
