/** How a view with a list divides its rows: what is above the list, the list, and what is said of the row with the cursor. */

export interface SplitHeight {
  /** At least 1. */
  readonly list: number;
  /** Rows below the list, the line between them included; 0 where there is no room. */
  readonly details: number;
}

/** From so many rows on there are details. */
const SOME = 10;
const MORE = 16;

/** Divides the rows of a view, of which `head` are above the list. */
export function splitHeight(height: number, head: number): SplitHeight {
  const details = height >= MORE ? 4 : height >= SOME ? 3 : 0;
  return { list: Math.max(1, height - head - details), details };
}
