/** What the user marked to see what an image without it would save. */

export interface Marks {
  /** Nodes: the path and everything below it, as if no layer had ever stored it. */
  readonly paths: ReadonlySet<number>;
  /** Numbers of waste records (their place in `Accounts.waste`): as if just those bytes had not been stored. */
  readonly records: ReadonlySet<number>;
}

export const NO_MARKS: Marks = { paths: new Set(), records: new Set() };

/** Marks them; takes the marks away where all of them have one. */
export function toggleMark(marks: Marks, kind: keyof Marks, ids: readonly number[]): Marks {
  const next = new Set(marks[kind]);
  const all = ids.every((id) => next.has(id));
  for (const id of ids) {
    if (all) next.delete(id);
    else next.add(id);
  }
  return { ...marks, [kind]: next };
}
