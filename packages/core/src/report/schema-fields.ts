/** Fields that several parts of a report have, as schemas. */
import * as z from "zod";

export const bytes = z.int().nonnegative().describe("bytes");
export const bytesIfKnown = bytes.nullable().describe("bytes; null when not known");
export const layerIndex = z.int().nonnegative().describe("a layer, counted from 0, the oldest");
export const count = z.int().nonnegative();
export const textIfKnown = z.string().nullable();
export const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
export const efficiency = z.number().min(0).max(1);

export const cause = z.enum(["deleted", "hidden", "rewritten", "metadata", "identical", "duplicate-member"]);

export const wastedByCause = z.strictObject({
  deleted: bytes,
  hidden: bytes,
  rewritten: bytes,
  metadata: bytes,
  identical: bytes,
  "duplicate-member": bytes,
});

export const pathFields = {
  path: z.string().describe("absolute path; bytes that are not UTF-8 are U+FFFD"),
  pathBase64: base64.optional().describe("the exact bytes, only when path is not exact"),
};
