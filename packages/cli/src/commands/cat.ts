import { decodeName, escapeText, LayerscopeError, readFile, resolvePath } from "@layerscope/core";
import { type ImageOptions, interruption, layerOption, openImage } from "../context.ts";
import { reportTrouble } from "../output/messages.ts";
import { writePieces } from "../output/write.ts";

interface CatOptions extends ImageOptions {
  readonly layer?: string;
}

/** `layerscope cat IMAGE PATH`: a file's content, byte for byte; on a terminal nothing that it could act on. */
export async function cat(reference: string, path: string, options: CatOptions): Promise<void> {
  await using opened = await openImage(reference, options, true);
  const { image, progress } = opened;
  const layer = layerOption(image, options.layer);
  const node = resolvePath(image.tree, path, { layer, followLast: true });
  progress.clear();
  const chunks = readFile(image, node, layer, interruption.signal);
  await writePieces(process.stdout, process.stdout.isTTY ? harmless(chunks, path) : chunks);
  reportTrouble(image, options.quiet === true);
}

/** Text with its control characters written out, line by line. @throws LayerscopeError for what is no text */
async function* harmless(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (chunk.includes(0)) {
      throw new LayerscopeError("no-content", `${escapeText(path)} is not text`, {
        hint: "Send it to a file or another program: layerscope cat IMAGE PATH > FILE",
      });
    }
    rest = Buffer.concat([rest, chunk]);
    const end = rest.lastIndexOf(0x0a) + 1;
    yield escapeLines(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  yield escapeLines(rest);
}

function escapeLines(bytes: Uint8Array): string {
  return decodeName(bytes)
    .text.split("\n")
    .map((line) => line.split("\t").map(escapeText).join("\t"))
    .join("\n");
}
