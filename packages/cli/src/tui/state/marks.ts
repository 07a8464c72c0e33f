/** What the user marked to see what an image without it would save. */

export interface Marks {
  /** Nodes: the path and everything below it, as if no layer had ever stored it. */
  readonly paths: ReadonlySet<number>;
  /** Numbers of waste records (their place in `Accounts.waste`): as if just those bytes had not been stored. */
  readonly records: ReadonlySet<number>;
}

export const NO_MARKS: Marks = { paths: new Set(), records: new Set() };
