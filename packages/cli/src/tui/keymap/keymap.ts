/** Which command a key means where one is, and by which keys a command is reached. */
import { COMMANDS, type Command, type CommandName, type Context } from "./commands.ts";

/** The keys that a user wants for a command in one context, instead of all it had there. */
export interface KeyOverride {
  readonly context: Context;
  readonly name: CommandName;
  readonly keys: readonly string[];
}

export interface Keymap {
  /**
   * The command of a key.
   * @param contexts where one is, the most special first: a pane's, `list`, `global`
   */
  readonly find: (contexts: readonly Context[], key: string) => CommandName | undefined;
  /** The keys that mean the command in a context, that to show first; without those that something else took. */
  readonly keysOf: (name: CommandName, context: Context) => readonly string[];
}

/** Leaves the program whatever a configuration says. */
export const ALWAYS_QUITS = "ctrl+c";

type Bindings = Map<Context, Map<string, CommandName>>;

/** The built-in keys with a user's on top: a key that the user gave to a command beats every built-in meaning of it. */
export function createKeymap(overrides: readonly KeyOverride[] = []): Keymap {
  const users: Bindings = new Map();
  const builtIn: Bindings = new Map();
  const aliases: Bindings = new Map();
  const overriddenKeys = new Map(overrides.map(({ context, name, keys }) => [`${context}.${name}`, keys]));
  const keysOfCommand = ({ context, name, keys, diveKeys = [] }: Command): readonly string[] => {
    const own = overriddenKeys.get(`${context}.${name}`) ?? [...keys, ...diveKeys];
    return name === "quit" && !own.includes(ALWAYS_QUITS) ? [...own, ALWAYS_QUITS] : own;
  };

  for (const { context, name, keys } of overrides) bind(users, context, keys, name);
  for (const command of COMMANDS) {
    if (overriddenKeys.has(`${command.context}.${command.name}`)) continue;
    bind(builtIn, command.context, command.keys, command.name);
    bind(aliases, command.context, command.diveKeys ?? [], command.name);
  }

  const find = (contexts: readonly Context[], key: string): CommandName | undefined => {
    if (key === ALWAYS_QUITS) return "quit";
    for (const context of contexts) {
      const name = users.get(context)?.get(key);
      if (name !== undefined) return name;
    }
    for (const context of contexts) {
      const name = builtIn.get(context)?.get(key) ?? aliases.get(context)?.get(key);
      if (name !== undefined) return name;
    }
    return undefined;
  };

  return {
    find,
    keysOf: (name, context) => {
      const command = COMMANDS.find((each) => each.name === name && each.context === context);
      return command === undefined ? [] : keysOfCommand(command).filter((key) => find([context], key) === name);
    },
  };
}

function bind(bindings: Bindings, context: Context, keys: readonly string[], name: CommandName): void {
  const inContext = bindings.get(context) ?? new Map<string, CommandName>();
  // The first of two that want a key has it.
  for (const key of keys) if (!inContext.has(key)) inContext.set(key, name);
  bindings.set(context, inContext);
}

/** The keys that mean the command where one is now: those that a more special context does not take. */
export function keysHere(
  keymap: Keymap,
  contexts: readonly Context[],
  { name, context }: Pick<Command, "name" | "context">,
): readonly string[] {
  return keymap.keysOf(name, context).filter((key) => keymap.find(contexts, key) === name);
}
