import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { extract } from "tar-stream";

/** The members of an archive with the digests of what is in them, or where they link to; times are the engine's own. */
export async function archiveMembers(archive: AsyncIterable<Uint8Array>): Promise<Readonly<Record<string, string>>> {
  const members: Record<string, string> = {};
  // Errors of the archive come out where its members do.
  const entries = pipeline(Readable.from(archive), extract(), () => {});
  for await (const entry of entries) {
    const hash = createHash("sha256");
    for await (const chunk of entry) hash.update(chunk as Uint8Array);
    const { name, type, linkname } = entry.header;
    members[name] = type === "file" ? hash.digest("hex") : `${type} ${linkname ?? ""}`;
  }
  return members;
}

export async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
