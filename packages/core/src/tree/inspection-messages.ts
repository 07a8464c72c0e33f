/** What the thread that looks into files and its owner say to each other. */
import type { FileIdentity } from "../source/open-file.ts";

/** The wanted files of one layer whose tar lies in a file as it is. Columns are by file, in the order of the tar. */
export interface InspectionTask {
  readonly layer: number;
  /** The archive, and what it must be: another file may have taken its path. */
  readonly path: string;
  readonly identity: FileIdentity;
  /** Where in the archive the layer's tar lies. */
  readonly start: number;
  readonly size: number;
  /** Entries of the layer. */
  readonly index: Uint32Array;
  readonly body: Float64Array;
  readonly fileSize: Float64Array;
  readonly mode: Uint16Array;
  /** The files' paths, one behind the other, and where each ends. */
  readonly paths: Uint8Array;
  readonly pathEnds: Uint32Array;
}

/** Without facts the layer could not be looked into there, for whatever reason. */
export interface InspectionReply {
  readonly layer: number;
  readonly facts: Map<number, object> | undefined;
}
