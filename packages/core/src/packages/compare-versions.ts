/** Which of two versions comes first, well enough to sort a list by. */

/**
 * Compares versions of whatever package manager: below 0 when `one` comes before `other`, 0 when neither does.
 *
 * An epoch (`1:`) goes before everything. Then numbers are compared as numbers, words as words, one after the other; what
 * stands between them does not count. A version that goes on is later, unless it goes on with `~` or with a word for a
 * version that is not out yet, such as `alpha`, `beta` or `rc`. No package manager's own order agrees with this in every
 * case.
 */
export function compareVersions(one: string, other: string): number {
  const parts = partsOf(one);
  const otherParts = partsOf(other);
  const length = Math.max(parts.length, otherParts.length);
  for (let index = 0; index < length; index++) {
    const difference = compareParts(parts[index] ?? END, otherParts[index] ?? END);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What a part is; the smaller comes first. */
const RANK = { TILDE: 0, PRE_RELEASE: 1, END: 2, WORD: 3, NUMBER: 4 } as const;

interface Part {
  readonly rank: number;
  /** Of a number without leading zeros. */
  readonly text: string;
  /** Of words for what is not out yet: which comes first. */
  readonly stage: number;
}

const END: Part = { rank: RANK.END, text: "", stage: 0 };

/** Nothing longer is a version. */
const LONGEST = 1000;

const STAGES: ReadonlyMap<string, number> = new Map(
  [
    ["dev", "snapshot", "nightly", "canary"],
    ["alpha", "a"],
    ["beta", "b"],
    ["m", "milestone"],
    ["pre", "preview", "next"],
    ["rc", "cr", "c"],
  ].flatMap((words, stage) => words.map((word): [string, number] => [word, stage])),
);

function partsOf(version: string): Part[] {
  const text = version.slice(0, LONGEST).toLowerCase();
  const epoch = /^[0-9]+:/.exec(text)?.[0] ?? "";
  const rest = text.slice(epoch.length).replace(/^v(?=[0-9])/, "");
  const pieces = rest.match(/[0-9]+|[a-z]+|~/g) ?? [];
  return [
    numberPart(epoch.slice(0, -1)),
    ...pieces.map((piece, index): Part => {
      if (piece === "~") return { rank: RANK.TILDE, text: "", stage: 0 };
      if (isDigit(piece)) return numberPart(piece);
      const stage = STAGES.get(piece);
      // One letter is as often a patch (1.0.2b), so only before a number.
      const isStage = stage !== undefined && (piece.length > 1 || isDigit(pieces[index + 1]));
      return isStage ? { rank: RANK.PRE_RELEASE, text: "", stage } : { rank: RANK.WORD, text: piece, stage: 0 };
    }),
  ];
}

function isDigit(piece: string | undefined): boolean {
  return piece !== undefined && piece >= "0" && piece < ":";
}

function numberPart(digits: string): Part {
  return { rank: RANK.NUMBER, text: digits.replace(/^0+/, ""), stage: 0 };
}

function compareParts(one: Part, other: Part): number {
  if (one.rank !== other.rank) return one.rank - other.rank;
  if (one.rank === RANK.NUMBER && one.text.length !== other.text.length) return one.text.length - other.text.length;
  if (one.text !== other.text) return one.text < other.text ? -1 : 1;
  return one.stage - other.stage;
}
