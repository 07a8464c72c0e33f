/** What somebody may have meant by a name that does not exist. */

/**
 * The valid name that is nearest to a wrong one; undefined when none is near.
 * @param part what of a valid name is compared; all of it when left out
 */
export function nearestName(
  wrong: string,
  names: Iterable<string>,
  part: (name: string) => string = (name) => name,
): string | undefined {
  const written = wrong.slice(0, 64).toLowerCase();
  let nearest: string | undefined;
  // A third of the letters may be wrong: more, and anything is like everything.
  let least = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(written, part(name).slice(0, 64).toLowerCase());
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

/** `; did you mean "size"?`, or nothing. */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const nearest = nearestName(wrong, names);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** How many letters to add, leave out, replace, or swap with the next (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? i) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? 0;
}
