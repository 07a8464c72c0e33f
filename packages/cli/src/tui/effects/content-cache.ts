/** Contents that were read, the last used ones kept, and which are being read. */
import type { LoadedContent, NeededContent } from "./load-content.ts";

const MOST_BYTES = 96 * 1024 * 1024;

export class ContentCache {
  readonly #mostBytes: number;
  #bytes = 0;
  /** The least recently used first. */
  readonly #loaded = new Map<string, LoadedContent>();
  /** How many bytes are being read. */
  readonly #loading = new Map<string, number>();

  /** @param mostBytes of all contents together; the one that came last is kept even when it has more */
  constructor(mostBytes: number = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** Bytes kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is known of a content, perhaps only its beginning. */
  get(node: number, layer: number): LoadedContent | undefined {
    const key = keyOf(node, layer);
    const content = this.#loaded.get(key);
    if (!content) return undefined;
    this.#loaded.delete(key);
    this.#loaded.set(key, content);
    return content;
  }

  /** Whether a content has to be read: it is neither there, as far as it is needed, nor on its way. */
  lacks({ node, layer, limit }: NeededContent): boolean {
    const key = keyOf(node, layer);
    if ((this.#loading.get(key) ?? 0) >= limit) return false;
    const content = this.#loaded.get(key);
    return !content || (!content.error && content.bytes.length < Math.min(limit, content.size));
  }

  startedLoading({ node, layer, limit }: NeededContent): void {
    this.#loading.set(keyOf(node, layer), limit);
  }

  /** Takes what was read; an aborted reading leaves nothing but that it ended. */
  add(content: LoadedContent): void {
    const key = keyOf(content.node, content.layer);
    this.#loading.delete(key);
    if (content.error?.code === "aborted") return;
    const known = this.#loaded.get(key);
    // A preview that was asked for before the whole file may come after it.
    if (known && known.bytes.length > content.bytes.length && !content.error) return;
    this.#drop(key);
    this.#loaded.set(key, content);
    this.#bytes += content.bytes.length;
    for (const oldest of this.#loaded.keys()) {
      if (this.#bytes <= this.#mostBytes || oldest === key) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#loaded.get(key)?.bytes.length ?? 0;
    this.#loaded.delete(key);
  }
}

function keyOf(node: number, layer: number): string {
  return `${node}@${layer}`;
}
