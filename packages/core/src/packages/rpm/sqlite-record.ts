/** Rows of an SQLite table, as its file format describes them under "Record Format". */

export interface Varint {
  readonly value: number;
  /** Index behind it. */
  readonly end: number;
}

/** Up to nine bytes, seven bits each, the ninth with eight. Bytes that are not there count as 0; above 2^53 it is not exact. */
export function readVarint(bytes: Uint8Array, start: number): Varint {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[start + index] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return { value: value * 256 + (bytes[start + 8] ?? 0), end: start + 9 };
}

/** A text or a blob: its bytes. An integer: the number. */
export type ColumnValue = Uint8Array | number | undefined;

/** The first columns of a row; undefined for what is NULL, a floating point number, or not there. Shares memory. */
export function readColumns(record: Uint8Array, columns: number): ColumnValue[] {
  const header = readVarint(record, 0);
  const values: ColumnValue[] = [];
  let at = header.end;
  let start = header.value;
  while (values.length < columns && at < header.value && at < record.length) {
    const type = readVarint(record, at);
    at = type.end;
    const length = lengthOf(type.value);
    values.push(columnValue(record, type.value, start, length));
    start += length;
  }
  return values;
}

const FIRST_BLOB = 12;
const LENGTHS: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

function lengthOf(type: number): number {
  return LENGTHS[type] ?? Math.floor((type - FIRST_BLOB) / 2);
}

function columnValue(record: Uint8Array, type: number, start: number, length: number): ColumnValue {
  if (start + length > record.length) return undefined;
  const bytes = record.subarray(start, start + length);
  if (type >= FIRST_BLOB) return bytes;
  if (type === 8) return 0;
  if (type === 9) return 1;
  // Whatever is counted here is positive.
  return type >= 1 && type <= 6 ? bytes.reduce((value, byte) => value * 256 + byte, 0) : undefined;
}
