import { LayerscopeError } from "../../model/errors.ts";
import { engineMessage } from "./engine-errors.ts";

/** Of an error message at the end. */
const MOST_ERROR_BYTES = 8192;

/**
 * An archive as Docker saves it. When saving fails in the middle, Docker writes the error behind what it has sent and ends
 * the stream as if all were well; an archive itself ends in zeros.
 * @throws LayerscopeError `truncated`
 */
export async function* wholeArchive(chunks: AsyncIterable<Uint8Array>, title: string): AsyncGenerator<Uint8Array> {
  let last: Uint8Array | undefined;
  for await (const chunk of chunks) {
    if (last) yield last;
    last = chunk;
  }
  if (!last) return;
  const end = Buffer.from(last.subarray(-MOST_ERROR_BYTES)).toString("utf8");
  const said = /\{"errorDetail":.*\}\s*$/s.exec(end)?.[0];
  if (said !== undefined) {
    throw new LayerscopeError("truncated", `${title} failed while saving the image: ${engineMessage(said)}`, {
      hint: "Look into the engine's log.",
    });
  }
  yield last;
}
