/** Paths as JSON text, for very many of them: what lies in one directory shares its text. */
import { type PathTable, ROOT } from "../layer/path-table.ts";
import { jsonPath } from "./listed-path.ts";

export class JsonPaths {
  readonly #paths: PathTable;
  /** By directory: its path with a slash at the end, as the inside of a JSON string; undefined when it is not exact. */
  readonly #directories = new Map<number, string | undefined>([[ROOT, "/"]]);

  constructor(paths: PathTable) {
    this.#paths = paths;
  }

  /** `"path":"…"`, and `"pathBase64":"…"` when the path is not UTF-8. */
  fields(node: number): string {
    const text = node === ROOT ? undefined : this.#inside(node);
    if (text !== undefined) return `"path":"${text}"`;
    return JSON.stringify(jsonPath(this.#paths.pathOf(node))).slice(1, -1);
  }

  #inside(node: number): string | undefined {
    const name = this.#paths.plainNameOf(node);
    const directory = name === undefined ? undefined : this.#directory(this.#paths.parentOf(node));
    return directory === undefined ? undefined : directory + name;
  }

  #directory(node: number): string | undefined {
    const known = this.#directories.get(node);
    if (known !== undefined || this.#directories.has(node)) return known;
    const inside = this.#inside(node);
    const text = inside === undefined ? undefined : `${inside}/`;
    this.#directories.set(node, text);
    return text;
  }
}
