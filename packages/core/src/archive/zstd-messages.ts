/** What the zstd thread and its owner say to each other. */

/** A slice of a frame. */
export interface Task {
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

export type Reply =
  | { readonly kind: "output"; readonly bytes: Uint8Array }
  /** So many bytes of input are decoded, and their output was sent. */
  | { readonly kind: "consumed"; readonly bytes: number }
  | { readonly kind: "failed"; readonly message: string };

/** Counters shared with the other side: tasks sent to this thread, output chunks taken from it. */
export const SENT = 0;
export const TAKEN = 1;
