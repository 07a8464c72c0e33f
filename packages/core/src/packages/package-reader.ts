import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import type { PackageFacts } from "./package.ts";

/** Reads the files in which one package manager says what is installed. */
export interface PackageReader {
  /** Whether the file is one of its own. Asked of every file of every layer, so it looks at the cheapest sign first. */
  wants(file: InspectedFile): boolean;
  /** What the file says; undefined when it is none of its own after all. Never throws, whatever the file has in it. */
  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined;
}
