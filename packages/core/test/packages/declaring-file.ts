/** One file of an image, as readers of packages get it. */
import { BytesInMemory, InspectedFile } from "../../src/layer/file-inspector.ts";
import { NameFilter } from "../../src/layer/name-filter.ts";
import { PathTable } from "../../src/layer/path-table.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import type { PackageFacts } from "../../src/packages/package.ts";
import type { PackageReader } from "../../src/packages/package-reader.ts";

/** @param path from the root, without a leading slash */
export function declaringFile(path: string, size = 0): InspectedFile {
  const paths = new PathTable(DEFAULT_LIMITS);
  const bytes = Buffer.from(path);
  return new InspectedFile(paths, paths.intern(bytes, 0, bytes.length), size, 0o644);
}

/** What a reader says of a file; undefined also when it does not want it. */
export function factsOf(
  reader: PackageReader,
  path: string,
  content: string | Uint8Array | object,
): PackageFacts | undefined {
  const text = typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content);
  const bytes = new BytesInMemory(Buffer.from(text));
  const file = declaringFile(path, bytes.size);
  return isWanted(reader, path) && reader.wants(file) ? reader.read(file, bytes) : undefined;
}

/** Whether a reader wants to look into a file with this path. */
export function isWanted(reader: PackageReader, path: string): boolean {
  const file = declaringFile(path, 1);
  return new NameFilter(reader.names).groupsOf(file.paths, file.node) === 1 && reader.wants(file);
}
