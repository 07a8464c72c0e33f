import { LayerscopeError } from "../model/errors.ts";

/** The compressed data is complete and something else follows it. Whoever has all it needs may ignore that. */
export class TrailingBytesError extends LayerscopeError {
  constructor(offset: number) {
    super("corrupt", `bytes that are not compressed data, from byte ${offset} on`, { where: { offset } });
  }
}
