/** How a view with a list divides its rows: what is above the list, the list, and what is said of the row with the cursor. */

export interface SplitHeight {
  /** At least 1. */
  readonly list: number;
  /** Rows below the list, the line between them included; 0 where there is no room. */
  readonly details: number;
}

/** Divides the rows of a view, of which `head` are above the list. */
export function splitHeight(height: number, head: number): SplitHeight {
  const details = height >= 20 ? 5 : height >= 12 ? 4 : height >= 9 ? 3 : 0;
  return { list: Math.max(1, height - head - details), details };
}
