import { escapeText, LayerscopeError, readFile, resolvePath } from "@layerscope/core";
import { layerOption, openImage } from "../context.ts";
import type { ImageOptions } from "../image-options.ts";
import { interruption } from "../interruption.ts";
import { reportTrouble } from "../output/messages.ts";
import { writePieces } from "../output/write.ts";

interface CatOptions extends ImageOptions {
  readonly layer?: string;
}

/** `layerscope cat IMAGE PATH`: a file's content, byte for byte; on a terminal nothing that it could act on. */
export async function cat(reference: string, path: string, options: CatOptions): Promise<void> {
  await using opened = await openImage(reference, options, { rereadable: true });
  const { image, progress } = opened;
  const layer = layerOption(image, options.layer);
  const node = resolvePath(image.tree, path, { layer, followLast: true });
  progress.clear();
  const chunks = readFile(image, node, layer, interruption.signal);
  await writePieces(process.stdout, process.stdout.isTTY ? harmless(chunks, path) : chunks);
  reportTrouble(image, options.quiet === true);
}

/** Text with its control characters written out. @throws LayerscopeError for what is no text */
async function* harmless(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    if (chunk.includes(0)) {
      throw new LayerscopeError("no-content", `${escapeText(path)} is not text`, {
        hint: "Send it to a file or another program: layerscope cat IMAGE PATH > FILE",
      });
    }
    // A character may be cut by the end of a chunk: the decoder keeps its beginning.
    yield escapeAllButLayout(decoder.decode(chunk, { stream: true }));
  }
  yield escapeAllButLayout(decoder.decode());
}

/** Line ends and tabs stay what they are. */
function escapeAllButLayout(text: string): string {
  return text.replace(/[^\n\t]+/g, escapeText);
}
