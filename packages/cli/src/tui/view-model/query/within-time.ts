/** Work that may take for ever: a regular expression cannot be stopped by the code that runs it. */
import { type Context, createContext, Script } from "node:vm";

let place: { readonly context: Context & { run?: () => void }; readonly script: Script } | undefined;

/**
 * Does something that may take too long.
 * @returns what it gave; undefined when it was stopped, anywhere in the middle
 */
export function withinTime<T extends object>(milliseconds: number, work: () => T): T | undefined {
  place ??= { context: createContext({}), script: new Script("run()") };
  let done: T | undefined;
  place.context.run = () => {
    done = work();
  };
  try {
    place.script.runInContext(place.context, { timeout: milliseconds });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw thrown;
  } finally {
    delete place.context.run;
  }
  return done;
}
