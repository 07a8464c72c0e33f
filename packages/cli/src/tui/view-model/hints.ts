/** What the hint line offers: the commands one is most likely to want where one is. */
import { COMMANDS, type CommandName, type Context } from "../keymap/commands.ts";
import { type Keymap, keysHere } from "../keymap/keymap.ts";

export interface Hint {
  readonly key: string;
  readonly label: string;
}

export interface HintsModel {
  /** The most important first. */
  readonly hints: readonly Hint[];
  /** Shown whatever else has to go; undefined only where no key is left for the help. */
  readonly help: Hint | undefined;
}

/** Of the commands that work everywhere, those to know first. The others follow in the order of the table. */
const FIRST: readonly CommandName[] = [
  "search",
  "mark",
  "view-waste",
  "view-advice",
  "view-packages",
  "show-layer",
  "show-snapshot",
  "show-since",
  "show-wasted",
];

/**
 * The hints for where one is.
 * @param contexts the most special first
 * @param idle commands that would change nothing now
 */
export function hintsModel(
  keymap: Keymap,
  contexts: readonly Context[],
  idle: readonly CommandName[] = [],
): HintsModel {
  const hints: (Hint & { readonly rank: number })[] = [];
  let help: Hint | undefined;
  const offered = new Set<CommandName>();
  for (const context of contexts) {
    for (const [place, command] of COMMANDS.entries()) {
      const { name, hint: label } = command;
      if (command.context !== context || label === undefined || offered.has(name) || idle.includes(name)) continue;
      const [key] = keysHere(keymap, contexts, command);
      if (key === undefined) continue;
      offered.add(name);
      if (name === "help") help = { key, label };
      else hints.push({ key, label, rank: context === "global" ? rankOf(name, place) : -1 });
    }
  }
  // Sorting is stable: what belongs to the pane keeps its order, and comes first.
  return { hints: hints.sort((a, b) => a.rank - b.rank).map(({ key, label }) => ({ key, label })), help };
}

function rankOf(name: CommandName, place: number): number {
  const first = FIRST.indexOf(name);
  return first === -1 ? FIRST.length + place : first;
}
