/** The help: what every key does, where one is first. */
import { COMMANDS, CONTEXT_TITLES, type Command, type Context } from "../keymap/commands.ts";
import { FIXED_KEYS } from "../keymap/fixed-keys.ts";
import type { Keymap } from "../keymap/keymap.ts";

export type HelpLine =
  | { readonly kind: "gap" }
  | { readonly kind: "section"; readonly title: string; readonly isHere: boolean }
  | {
      readonly kind: "entry";
      readonly keys: readonly string[];
      readonly title: string;
      /** As a configuration has it; undefined for what cannot be changed. */
      readonly name: string | undefined;
    };

export interface HelpModel {
  readonly query: string;
  /** Everything from top to bottom: its length is what one can scroll through. */
  readonly lines: readonly HelpLine[];
}

type Entry = Extract<HelpLine, { kind: "entry" }>;

/**
 * The help for where one is, with only what has every word of the query in its keys, its name or its description.
 * @param contexts where one is, the most special first
 */
export function helpModel(keymap: Keymap, contexts: readonly Context[], query: string): HelpModel {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const order = [...contexts, ...(Object.keys(CONTEXT_TITLES) as Context[]).filter((each) => !contexts.includes(each))];
  const sections = [
    ...order.map((context) => ({
      title: CONTEXT_TITLES[context],
      isHere: contexts.includes(context),
      entries: COMMANDS.filter((command) => command.context === context).flatMap((command) => entryOf(keymap, command)),
    })),
    ...FIXED_KEYS.map(({ title, entries }) => ({
      title,
      isHere: false,
      entries: entries.map((entry): Entry => ({ kind: "entry", name: undefined, ...entry })),
    })),
  ];
  const lines: HelpLine[] = [];
  for (const { title, isHere, entries } of sections) {
    const found = entries.filter((entry) => matches(entry, title, words));
    if (found.length === 0) continue;
    if (lines.length > 0) lines.push({ kind: "gap" });
    lines.push({ kind: "section", title, isHere }, ...found);
  }
  return { query, lines };
}

function entryOf(keymap: Keymap, command: Command): Entry[] {
  const keys = keymap.keysOf(command.name, command.context);
  // A line that is there for a key of its own only has nothing to say without it.
  if (keys.length === 0 && command.keys.length === 0) return [];
  return [{ kind: "entry", keys, title: command.title, name: command.name }];
}

function matches({ keys, title, name = "" }: Entry, section: string, words: readonly string[]): boolean {
  // A key is found only as a whole: "a" would find everything else.
  const text = `${section}\n${title}\n${name}`.toLowerCase();
  return words.every(
    (word) => keys.some((key) => key.toLowerCase() === word) || (word.length > 1 && text.includes(word)),
  );
}
