/** How a command ends early. */

/** Fires when the user presses Ctrl-C or the process is told to end. */
export const interruption: AbortController = new AbortController();
