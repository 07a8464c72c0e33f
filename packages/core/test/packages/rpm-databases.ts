/** Databases of rpm with given headers, written here from the descriptions of their formats. */

const varint = (value: number): Buffer => {
  const bytes = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest & 0x7f) | 0x80);
  return Buffer.from(bytes);
};

/** A database whose table `Packages` has a row per header. A table of another name comes first. */
export function sqliteDatabase(headers: readonly Uint8Array[], pageSize = 1024): Buffer {
  // What is behind the header of the file, which is on the first page.
  const pages: Buffer[] = [Buffer.alloc(pageSize)];
  const add = (page: Buffer): number => pages.push(page);
  const most = pageSize - 35;
  const least = Math.floor(((pageSize - 12) * 32) / 255) - 23;

  const cellOf = (row: number, payload: Buffer): Buffer => {
    const start = [varint(payload.length), varint(row)];
    if (payload.length <= most) return Buffer.concat([...start, payload]);
    const filling = least + ((payload.length - least) % (pageSize - 4));
    const local = filling <= most ? filling : least;
    let next = 0;
    const parts: Buffer[] = [];
    for (let at = local; at < payload.length; at += pageSize - 4) parts.push(payload.subarray(at, at + pageSize - 4));
    for (const part of parts.reverse()) {
      const page = Buffer.alloc(pageSize);
      page.writeUInt32BE(next, 0);
      part.copy(page, 4);
      next = add(page);
    }
    const pointer = Buffer.alloc(4);
    pointer.writeUInt32BE(next);
    return Buffer.concat([...start, payload.subarray(0, local), pointer]);
  };

  const writeLeaf = (page: Buffer, start: number, type: number, cells: readonly Buffer[]): void => {
    const pointers = start + (type === 0x05 ? 12 : 8);
    let end = pageSize;
    page[start] = type;
    page.writeUInt16BE(cells.length, start + 3);
    for (const [index, cell] of cells.entries()) {
      end -= cell.length;
      cell.copy(page, end);
      page.writeUInt16BE(end, pointers + 2 * index);
    }
    // 65536 is written as 0.
    page.writeUInt16BE(end & 0xffff, start + 5);
  };

  const leaves: { number: number; lastRow: number }[] = [];
  let cells: Buffer[] = [];
  const endLeaf = (lastRow: number): void => {
    const page = Buffer.alloc(pageSize);
    writeLeaf(page, 0, 0x0d, cells);
    leaves.push({ number: add(page), lastRow });
    cells = [];
  };
  for (const [index, header] of headers.entries()) {
    const blobType = varint(12 + 2 * header.length);
    const cell = cellOf(index + 1, Buffer.concat([Buffer.from([2 + blobType.length, 0]), blobType, header]));
    const used = cells.reduce((sum, { length }) => sum + length + 2, 8);
    if (used + cell.length + 2 > pageSize) endLeaf(index);
    cells.push(cell);
  }
  endLeaf(headers.length);

  let root = leaves[0]?.number as number;
  const last = leaves.pop();
  if (leaves.length > 0 && last) {
    const page = Buffer.alloc(pageSize);
    writeLeaf(
      page,
      0,
      0x05,
      leaves.map(({ number, lastRow }) => {
        const child = Buffer.alloc(4);
        child.writeUInt32BE(number);
        return Buffer.concat([child, varint(lastRow)]);
      }),
    );
    page.writeUInt32BE(last.number, 8);
    root = add(page);
  }
  const other = Buffer.alloc(pageSize);
  writeLeaf(other, 0, 0x0d, []);
  const tables: [string, number, string][] = [
    ["Other", add(other), "CREATE TABLE Other (a)"],
    ["Packages", root, "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)"],
  ];
  const first = pages[0] as Buffer;
  const schema = tables.map(([name, page, sql], index) => {
    const columns = ["table", name, name].map((text) => Buffer.from(text));
    const number = Buffer.alloc(2);
    number.writeUInt16BE(page);
    const statement = Buffer.from(sql);
    const types = [...columns.map(({ length }) => 13 + 2 * length), 2, 13 + 2 * statement.length].map(varint);
    const head = Buffer.concat(types);
    return cellOf(index + 1, Buffer.concat([varint(head.length + 1), head, ...columns, number, statement]));
  });
  writeLeaf(first, 100, 0x0d, schema);
  first.write("SQLite format 3\0", 0, "latin1");
  first.writeUInt16BE(pageSize === 65536 ? 1 : pageSize, 16);
  first.set([1, 1, 0, 64, 32, 32], 18);
  first.writeUInt32BE(1, 24);
  first.writeUInt32BE(pages.length, 28);
  first.writeUInt32BE(1, 40);
  first.writeUInt32BE(4, 44);
  first.writeUInt32BE(1, 56);
  first.writeUInt32BE(1, 92);
  first.writeUInt32BE(3040001, 96);
  return Buffer.concat(pages);
}

/** rpm's own format. The slot of a package that was removed comes first. */
export function ndbDatabase(headers: readonly Uint8Array[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write("RpmP", 0, "latin1");
  slots.writeUInt32LE(1, 8);
  slots.writeUInt32LE(1, 12);
  slots.writeUInt32LE(headers.length + 1, 16);
  for (let at = 32; at < slots.length; at += 16) slots.write("Slot", at, "latin1");
  const parts = [slots];
  let start = slots.length;
  for (const [index, header] of headers.entries()) {
    const blocks = Math.ceil((16 + header.length + 12) / 16);
    const blob = Buffer.alloc(16 * blocks);
    blob.write("BlbS", 0, "latin1");
    blob.writeUInt32LE(index + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    blob.set(header, 16);
    blob.writeUInt32LE(header.length, blob.length - 8);
    blob.write("BlbE", blob.length - 4, "latin1");
    const slot = 32 + 16 * (index + 1);
    slots.writeUInt32LE(index + 1, slot + 4);
    slots.writeUInt32LE(start / 16, slot + 8);
    slots.writeUInt32LE(blocks, slot + 12);
    start += blob.length;
    parts.push(blob);
  }
  return Buffer.concat(parts);
}

/** A Berkeley DB hash with a page per header, which is on it when it is short, else in a chain of overflow pages. */
export function berkeleyDatabase(headers: readonly Uint8Array[], isLittle = true, pageSize = 512): Buffer {
  const long = (page: Buffer, value: number, at: number): number =>
    isLittle ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const short = (page: Buffer, value: number, at: number): number =>
    isLittle ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const meta = Buffer.alloc(pageSize);
  long(meta, 0x00061561, 12);
  long(meta, 9, 16);
  long(meta, pageSize, 20);
  meta[25] = 8;
  const pages = [meta];
  const room = pageSize - 26;

  const chain = (content: Uint8Array): number => {
    const first = pages.length;
    for (let at = 0; at < content.length; at += room) {
      const part = content.subarray(at, at + room);
      const page = Buffer.alloc(pageSize);
      long(page, at + room < content.length ? pages.length + 1 : 0, 16);
      short(page, part.length, 22);
      page[25] = 7;
      page.set(part, 26);
      pages.push(page);
    }
    return first;
  };
  const hashPage = (key: Buffer, value: Buffer): void => {
    const page = Buffer.alloc(pageSize);
    const keyStart = pageSize - key.length;
    short(page, 2, 20);
    short(page, keyStart - value.length, 22);
    page[25] = 13;
    short(page, keyStart, 26);
    short(page, keyStart - value.length, 28);
    page.set(key, keyStart);
    page.set(value, keyStart - value.length);
    pages.push(page);
  };

  const keyOf = (number: number): Buffer => {
    const key = Buffer.alloc(5, 1);
    long(key, number, 1);
    return key;
  };
  hashPage(keyOf(0), keyOf(headers.length));
  for (const [index, header] of headers.entries()) {
    if (header.length + 50 < pageSize) hashPage(keyOf(index + 1), Buffer.concat([Buffer.from([1]), header]));
    else {
      const value = Buffer.alloc(12, 3);
      long(value, chain(header), 4);
      long(value, header.length, 8);
      hashPage(keyOf(index + 1), value);
    }
  }
  long(meta, pages.length - 1, 32);
  return Buffer.concat(pages);
}
