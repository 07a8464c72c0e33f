/** What the terminal is told when the view comes and when it goes. */

/** Presses, drags and the wheel, with coordinates as decimal numbers. */
export const MOUSE_ON = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
export const MOUSE_OFF = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/** Alternate screen, no cursor, no automatic wrapping, pastes in brackets. */
export const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h";

/**
 * Undoes all of it, and a frame that was cut off. Erases first, for terminals without an alternate screen: their prompt
 * would stand in the middle of the view.
 */
export const LEAVE = `\x1b[?2026l${MOUSE_OFF}\x1b[?2004l\x1b[?7h\x1b[0m\x1b[H\x1b[J\x1b[?1049l\x1b[?25h`;

/** Asks for the colour of the background. */
export const ASK_BACKGROUND = "\x1b]11;?\x1b\\";

/** Whether a terminal may be asked for its background: these print the question, or take it for something else. */
export function mayAskBackground(env: NodeJS.ProcessEnv): boolean {
  return !/^(linux|vt\d+|ansi|cons25|sun)/.test(env.TERM ?? "") && !(env.TERM?.startsWith("screen") && !env.TMUX);
}
