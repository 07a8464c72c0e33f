/** As Linux bounds them. */
const LONGEST_PATH = 4096;
const MOST_PATHS = 4_000_000;
const MOST_CHARACTERS = 64 * 1024 * 1024;

/**
 * Joins names to their directories for databases that say each directory once. A few kilobytes of those can stand for
 * gigabytes of paths, so what one database may have of them is bounded, far above what any system has.
 */
export class PathBudget {
  #paths = MOST_PATHS;
  #characters = MOST_CHARACTERS;
  #isSpent = false;

  /** Whether a path was refused because there were too many. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** The path; undefined when it is longer than any can be, or when there are too many. */
  join(directory: string, name: string): string | undefined {
    const separator = directory === "" || directory.endsWith("/") ? "" : "/";
    const length = directory.length + separator.length + name.length;
    if (length > LONGEST_PATH) return undefined;
    if (this.#paths === 0 || this.#characters < length) {
      this.#isSpent = true;
      return undefined;
    }
    this.#paths--;
    this.#characters -= length;
    return directory + separator + name;
  }
}
