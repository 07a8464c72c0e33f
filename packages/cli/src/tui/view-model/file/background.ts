/** What takes too long for a frame: comparisons and colours. Asked for in every frame, there once they are done. */
import type { LoadedContent } from "../../effects/load-content.ts";
import { type Compared, compareContents, NOTHING } from "./compare.ts";
import { languageOf } from "./language.ts";
import { linesOf } from "./lines.ts";
import type { SpanTable } from "./spans.ts";
import { SyntaxThread } from "./syntax.ts";

export class Background {
  readonly #onReady: () => void;
  readonly #syntax = new SyntaxThread();
  readonly #comparisons = new WeakMap<LoadedContent, WeakMap<LoadedContent, Compared | "working">>();
  readonly #colors = new WeakMap<LoadedContent, SpanTable | "working">();

  /** @param onReady called when something that was asked for is there: time to draw again */
  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  /** How two contents differ; `undefined` stands for no file. @returns undefined as long as it is not known */
  comparison(before: LoadedContent | undefined, after: LoadedContent | undefined): Compared | undefined {
    const one = before ?? NOTHING;
    const other = after ?? NOTHING;
    let others = this.#comparisons.get(one);
    if (!others) {
      others = new WeakMap();
      this.#comparisons.set(one, others);
    }
    const known = others.get(other);
    if (known) return known === "working" ? undefined : known;
    others.set(other, "working");
    void this.#compare(one, other, others);
    return undefined;
  }

  /** The colours of a text, by its name. @returns undefined as long as they are not known, and when there are none */
  colors(content: LoadedContent, name: string): SpanTable | undefined {
    const known = this.#colors.get(content);
    if (known) return known === "working" ? undefined : known;
    this.#colors.set(content, "working");
    const { text } = linesOf(content);
    const language = languageOf(name, text);
    if (language) {
      this.#syntax.request(language, text, (spans) => {
        this.#colors.set(content, spans);
        this.#onReady();
      });
    }
    return undefined;
  }

  /** Ends what is still going on. */
  close(): void {
    this.#syntax.close();
  }

  async #compare(
    before: LoadedContent,
    after: LoadedContent,
    others: WeakMap<LoadedContent, Compared | "working">,
  ): Promise<void> {
    others.set(after, await compareContents(before, after));
    this.#onReady();
  }
}
