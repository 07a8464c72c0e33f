import { bufferOf, type HeaderBlobs, ReadBudget } from "./header-blobs.ts";

const MAGIC = 0x506d7052; // RpmP
const SLOT_MAGIC = 0x746f6c53; // Slot
const BLOB_MAGIC = 0x53626c42; // BlbS
const PAGE = 4096;
const FILE_HEADER = 32;
const SLOT = 16;
/** In which places are counted. */
const BLOCK = 16;
const BLOB_HEADER = 16;
/** For some 260,000 packages. */
const MOST_SLOT_PAGES = 1024;
const DAMAGED = "the rpm database is damaged, not all of its packages are known";

/**
 * `Packages.db`, rpm's own format "ndb": some pages of slots that say where the header of each package is; all numbers with
 * the lowest byte first.
 */
export const ndbBlobs: HeaderBlobs = (bytes, take) => {
  const header = bufferOf(bytes.read(0, FILE_HEADER));
  if (header.length < FILE_HEADER || header.readUInt32LE(0) !== MAGIC || header.readUInt32LE(4) !== 0) {
    return "the rpm database is none in the ndb format that can be read";
  }
  const slotPages = header.readUInt32LE(12);
  if (slotPages > MOST_SLOT_PAGES) return DAMAGED;
  const slots = Buffer.from(bytes.read(0, slotPages * PAGE));
  const budget = new ReadBudget(bytes);
  let isWhole = slots.length === slotPages * PAGE;
  for (let at = FILE_HEADER; at + SLOT <= slots.length; at += SLOT) {
    const number = slots.readUInt32LE(at + 4);
    const start = slots.readUInt32LE(at + 8) * BLOCK;
    if (slots.readUInt32LE(at) !== SLOT_MAGIC) isWhole = false;
    // A slot without a place is free.
    else if (start > 0) {
      const head = bufferOf(bytes.read(start, start < bytes.size ? BLOB_HEADER : 0));
      const isBlob =
        head.length === BLOB_HEADER && head.readUInt32LE(0) === BLOB_MAGIC && head.readUInt32LE(4) === number;
      const length = isBlob ? head.readUInt32LE(12) : 0;
      if (isBlob && start + BLOB_HEADER + length <= bytes.size && budget.take(length)) {
        take(Buffer.from(bytes.read(start + BLOB_HEADER, length)));
      } else isWhole = false;
    }
  }
  return isWhole ? undefined : DAMAGED;
};
