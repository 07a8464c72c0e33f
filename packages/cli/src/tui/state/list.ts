/** Where one is in a list: shared by everything that scrolls. */
import type { CommandName } from "../keymap/commands.ts";

export interface ListPosition {
  /** Index of the row the cursor is on. */
  readonly cursor: number;
  /** Index of the first row on the screen. */
  readonly top: number;
}

export const START: ListPosition = { cursor: 0, top: 0 };

/** The position with the cursor inside the list and on the screen, and as little scrolled as that needs. */
export function keepInSight({ cursor, top }: ListPosition, count: number, height: number): ListPosition {
  // A list that has no rows now, on a very small screen, is not scrolled past its cursor.
  const rows = Math.max(1, height);
  const at = Math.max(0, Math.min(count - 1, cursor));
  const lastTop = Math.max(0, count - rows);
  return { cursor: at, top: Math.max(0, Math.min(lastTop, Math.max(at - rows + 1, Math.min(top, at)))) };
}

/** The position with so many rows scrolled, the cursor staying where it is as long as it is on the screen. */
export function scrollBy({ cursor, top }: ListPosition, rows: number, count: number, height: number): ListPosition {
  const shown = Math.max(1, height);
  const to = Math.max(0, Math.min(Math.max(0, count - shown), top + rows));
  return { top: to, cursor: Math.max(to, Math.min(to + shown - 1, cursor, count - 1)) };
}

/** How many rows a command scrolls a text that has no cursor; undefined when the command is none that moves. */
export function rowsInText(command: CommandName, height: number): number | undefined {
  const page = Math.max(1, height - 1);
  const steps: Partial<Record<CommandName, number>> = {
    "move-up": -1,
    "move-down": 1,
    "page-up": -page,
    "page-down": page,
    "move-first": Number.NEGATIVE_INFINITY,
    "move-last": Number.POSITIVE_INFINITY,
  };
  return steps[command];
}

/**
 * Where a command leads in a list of `count` rows of which `height` are on the screen.
 * @returns undefined when the command is none that moves
 */
export function moveInList(
  position: ListPosition,
  command: CommandName,
  count: number,
  height: number,
): ListPosition | undefined {
  const page = Math.max(1, height - 1);
  const to = (cursor: number): ListPosition => keepInSight({ cursor, top: position.top }, count, height);
  switch (command) {
    case "move-up":
      return to(position.cursor - 1);
    case "move-down":
      return to(position.cursor + 1);
    case "page-up":
      return keepInSight({ cursor: position.cursor - page, top: position.top - page }, count, height);
    case "page-down":
      return keepInSight({ cursor: position.cursor + page, top: position.top + page }, count, height);
    case "move-first":
      return to(0);
    case "move-last":
      return to(count - 1);
    default:
      return undefined;
  }
}
