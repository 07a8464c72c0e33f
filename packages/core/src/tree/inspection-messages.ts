/** What the thread that looks into files and its owner say to each other. */
import type { FileIdentity } from "../source/open-file.ts";

/** An archive, or a part of one, and what it must be: another file may have taken its path. */
export interface RangePlace {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly start: number;
  readonly size: number;
}

export type ThreadTask =
  /** The wanted files of one layer whose tar lies in a file as it is. Columns are by file, in the order of the tar. */
  | {
      readonly kind: "inspect";
      readonly tar: RangePlace;
      /** Entries of the layer. */
      readonly index: Uint32Array;
      readonly body: Float64Array;
      readonly fileSize: Float64Array;
      readonly mode: Uint16Array;
      /** The files' paths, one behind the other, and where each ends. */
      readonly paths: Uint8Array;
      readonly pathEnds: Uint32Array;
    }
  /** Files of one layer whose first bytes are to be summed up. */
  | { readonly kind: "starts"; readonly tar: RangePlace; readonly inode: Uint32Array; readonly body: Float64Array };

/** Tasks are numbered by their owner. Nothing comes after the end. */
export type ThreadRequest = { readonly id: number; readonly task: ThreadTask } | "end";

/** By entry or inode: what was found, or sums. Undefined when it could not be read there, for whatever reason. */
export interface ThreadReply {
  readonly id: number;
  readonly found: Map<number, object> | Map<number, number> | undefined;
}
