/** Typed arrays that grow by doubling. */

type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** The column, or a copy with room for `size` values; new values are `fill`. */
export function withRoom<C extends Column>(column: C, size: number, fill = 0): C {
  if (column.length >= size) return column;
  const capacity = Math.max(size, Math.ceil(column.length * 1.5), 64);
  const larger = new (column.constructor as new (length: number) => C)(capacity);
  if (fill !== 0) larger.fill(fill, column.length);
  larger.set(column);
  return larger;
}
