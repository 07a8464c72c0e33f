/** Starts Ink. */
import { Readable } from "node:stream";
import { render } from "ink";
import type { Store } from "../store.ts";
import type { Screen } from "../terminal/screen.ts";
import { App } from "./app.tsx";
import { ScreenContext } from "./rows.tsx";

/**
 * Puts the view on a screen.
 * @returns takes it away
 */
export function mount(store: Store, screen: Screen): () => void {
  const instance = render(
    <ScreenContext.Provider value={screen}>
      <App store={store} />
    </ScreenContext.Provider>,
    {
      // Whole frames without cursor movements: where what goes on the terminal is the screen's to decide.
      debug: true,
      stdout: screen as unknown as NodeJS.WriteStream,
      // Keys come from elsewhere: Ink must not take them, too.
      stdin: new Readable({ read() {} }) as unknown as NodeJS.ReadStream,
      patchConsole: false,
      exitOnCtrlC: false,
    },
  );
  return () => instance.unmount();
}
