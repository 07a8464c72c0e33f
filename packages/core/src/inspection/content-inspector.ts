/** Looks into every file that anything here wants to know of. */
import type { FileBytes, FileInspector, InspectedFile } from "../layer/file-inspector.ts";
import type { PackageFacts } from "../packages/package.ts";
import { PACKAGE_READERS } from "../packages/package-readers.ts";
import type { FileFacts } from "./file-facts.ts";

/** The one inspector of files: give it to a scan, so that what passes by only once is looked into. */
export const CONTENT_INSPECTOR: FileInspector = {
  wants: (file) => PACKAGE_READERS.some((reader) => reader.wants(file)),
  inspect,
};

function inspect(file: InspectedFile, bytes: FileBytes): FileFacts | undefined {
  let packages: PackageFacts | undefined;
  for (const reader of PACKAGE_READERS) {
    if (reader.wants(file)) packages ??= reader.read(file, bytes);
  }
  return packages ? { packages } : undefined;
}
