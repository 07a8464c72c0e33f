/** Headers of rpm packages as its databases keep them. */

export interface PackageOfTest {
  readonly name?: string;
  readonly version?: string;
  readonly release?: string;
  readonly epoch?: number;
  readonly architecture?: string;
  readonly license?: string;
  readonly sourceRpm?: string;
  readonly bytes?: number;
  /** As a package over 4 GiB has it. */
  readonly longBytes?: bigint;
  /** Directories with a slash at their end, and what is in them. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
  /** Of the files in their order. */
  readonly states?: readonly number[];
  readonly requires?: readonly string[];
  readonly provides?: readonly string[];
}

interface Tag {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Buffer;
}

const text = (tag: number, value: string | undefined): Tag[] =>
  value === undefined ? [] : [{ tag, type: 6, count: 1, data: Buffer.from(`${value}\0`) }];

const texts = (tag: number, values: readonly string[] | undefined): Tag[] =>
  values
    ? [{ tag, type: 8, count: values.length, data: Buffer.from(values.map((value) => `${value}\0`).join("")) }]
    : [];

const numbers = (tag: number, values: readonly number[] | undefined): Tag[] => {
  if (!values) return [];
  const data = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) data.writeUInt32BE(value, 4 * index);
  return [{ tag, type: 4, count: values.length, data }];
};

/** Sizes and counts, the tags, then what they say; numbers at places that their length divides, as rpm wants them. */
export function rpmHeader(of: PackageOfTest): Buffer {
  const directories = Object.entries(of.files ?? {});
  const longBytes = Buffer.alloc(8);
  longBytes.writeBigUInt64BE(of.longBytes ?? 0n);
  const states = of.states && { tag: 1029, type: 1, count: of.states.length, data: Buffer.from(of.states) };
  const tags: Tag[] = [
    ...(of.longBytes === undefined ? [] : [{ tag: 5009, type: 5, count: 1, data: longBytes }]),
    ...numbers(1003, of.epoch === undefined ? undefined : [of.epoch]),
    ...numbers(1009, of.bytes === undefined ? undefined : [of.bytes]),
    ...numbers(
      1116,
      directories.flatMap(([, names], index) => names.map(() => index)),
    ),
    ...(states ? [states] : []),
    ...text(1000, of.name),
    ...text(1001, of.version),
    ...text(1002, of.release),
    ...text(1014, of.license),
    ...text(1022, of.architecture),
    ...text(1044, of.sourceRpm),
    ...texts(1047, of.provides),
    ...texts(1049, of.requires),
    ...texts(
      1117,
      directories.flatMap(([, names]) => names),
    ),
    ...texts(
      1118,
      directories.map(([directory]) => directory),
    ),
  ];
  const index = Buffer.alloc(8 + 16 * tags.length);
  let length = 0;
  for (const [place, { tag, type, count, data }] of tags.entries()) {
    for (const [field, value] of [tag, type, length, count].entries()) {
      index.writeUInt32BE(value, 8 + 16 * place + 4 * field);
    }
    length += data.length;
  }
  index.writeUInt32BE(tags.length, 0);
  index.writeUInt32BE(length, 4);
  return Buffer.concat([index, ...tags.map(({ data }) => data)]);
}
