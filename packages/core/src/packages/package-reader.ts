import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import type { NamePattern } from "../layer/name-filter.ts";
import type { PackageFacts } from "./package.ts";

/** Reads the files in which one package manager says what is installed. */
export interface PackageReader {
  /** What its files may be called: only of these is asked whether they are wanted. */
  readonly names: readonly NamePattern[];
  /** Whether the file is one of its own. */
  wants(file: InspectedFile): boolean;
  /** What the file says; undefined when it is none of its own after all. Never throws, whatever the file has in it. */
  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined;
}
