/** The palette: every command by name, found by a few letters of it. */
import { COMMANDS, CONTEXT_TITLES, type Command, type CommandName, type Context } from "../keymap/commands.ts";
import { type Keymap, keysHere } from "../keymap/keymap.ts";
import { fuzzyMatch } from "./fuzzy-match.ts";

export interface PaletteEntry {
  readonly name: CommandName;
  readonly title: string;
  readonly keys: readonly string[];
  /** Where the command works, when that is not here. */
  readonly elsewhere: string | undefined;
  /** Indexes of the characters of the name that the query found. */
  readonly found: readonly number[];
}

export interface PaletteModel {
  readonly query: string;
  /** The best first. */
  readonly entries: readonly PaletteEntry[];
}

/** A name is what people type; a description finds what they do not know the name of. */
const IN_TITLE = 10;
/** What works elsewhere comes after what is found as well and works here. */
const ELSEWHERE = 30;

/**
 * The commands that a query finds, each once: as it works here, where it does.
 * @param contexts where one is, the most special first
 */
export function paletteModel(keymap: Keymap, contexts: readonly Context[], query: string): PaletteModel {
  const wanted = query.trim();
  const words = wanted.toLowerCase().split(/\s+/);
  const scored: { readonly score: number; readonly entry: PaletteEntry }[] = [];
  for (const command of oneOfEach(contexts)) {
    const { name, title, context } = command;
    const inName = fuzzyMatch(name, wanted);
    const isInTitle = words.every((word) => title.toLowerCase().includes(word));
    if (inName === undefined && !isInTitle) continue;
    const score = inName?.score ?? IN_TITLE;
    const isHere = contexts.includes(context);
    scored.push({
      score: score - (isHere ? 0 : ELSEWHERE),
      entry: {
        name,
        title,
        keys: isHere ? keysHere(keymap, contexts, command) : keymap.keysOf(name, context),
        elsewhere: isHere ? undefined : CONTEXT_TITLES[context],
        found: inName?.found ?? [],
      },
    });
  }
  // Sorting is stable: where nothing is asked for, the order is the table's, with what works here first.
  return { query, entries: scored.sort((a, b) => b.score - a.score).map(({ entry }) => entry) };
}

/** Every command once: as in the most special context of those here, else as the table has it first. */
function oneOfEach(contexts: readonly Context[]): Command[] {
  const chosen = new Map<CommandName, Command>();
  const rank = ({ context, keys }: Command): number => {
    const place = contexts.indexOf(context);
    // A line without keys of its own is only there for an alias.
    return place === -1 || keys.length === 0 ? contexts.length : place;
  };
  for (const command of COMMANDS) {
    const other = chosen.get(command.name);
    if (other === undefined || rank(command) < rank(other)) chosen.set(command.name, command);
  }
  return [...chosen.values()];
}
