/** Reads a tar with both drivers, which must agree, and shows its members as plain data. */
import { expect } from "vitest";
import type { SparseLayout } from "../../src/archive/sparse.ts";
import { NOT_A_FILE, type TarMember, type TarSink } from "../../src/archive/tar-decoder.ts";
import { TarPush } from "../../src/archive/tar-push.ts";
import { walkTar } from "../../src/archive/tar-walk.ts";
import { entryTypeName, TYPE } from "../../src/model/entry.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/model/limits.ts";
import { onFile } from "../temporary.ts";

export interface SeenMember {
  /** Names as latin1 text: one character a byte. */
  readonly path: string;
  readonly type: string;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly storedSize: number;
  readonly mtime: number;
  readonly mtimeNanos: number;
  readonly device: readonly [number, number];
  readonly xattrs: Readonly<Record<string, string>>;
  readonly sparse: SparseLayout | undefined;
  readonly bodyOffset: number;
}

export interface TarReading {
  readonly members: readonly SeenMember[];
  readonly error: LayerscopeError | undefined;
}

/** What a tar holds and what stopped the reading, the same by walking a file and by pushing chunks of any size. */
export async function readTar(
  tar: Uint8Array,
  options: { limits?: Partial<Limits>; chunkSize?: number } = {},
): Promise<TarReading> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const walked = await walk(tar, limits);
  const pushed = push(tar, limits, options.chunkSize ?? tar.length);
  expect(pushed.members).toEqual(walked.members);
  expect(problemOf(pushed.error)).toEqual(problemOf(walked.error));
  return walked;
}

/** The members of a tar that is sound. */
export async function membersOf(tar: Uint8Array): Promise<readonly SeenMember[]> {
  const { members, error } = await readTar(tar);
  if (error) throw error;
  return members;
}

/** The only member. */
export async function memberOf(tar: Uint8Array): Promise<SeenMember> {
  const members = await membersOf(tar);
  expect(members).toHaveLength(1);
  return members[0] as SeenMember;
}

/** Code and offset of an error that a tar ends in. */
export async function problemIn(tar: Uint8Array, limits: Partial<Limits> = {}): Promise<unknown> {
  return problemOf((await readTar(tar, { limits })).error);
}

function problemOf(error: LayerscopeError | undefined): unknown {
  return error && { code: error.code, offset: error.where.offset };
}

export async function walk(tar: Uint8Array, limits: Limits = DEFAULT_LIMITS): Promise<TarReading> {
  const { sink, members } = collector();
  return onFile(tar, async (file) => {
    try {
      await walkTar(file.range(), sink, { limits });
      return { members, error: undefined };
    } catch (thrown) {
      return { members, error: typed(thrown) };
    }
  });
}

export function push(tar: Uint8Array, limits: Limits, chunkSize: number): TarReading {
  const { sink, members } = collector();
  try {
    const reader = new TarPush(sink, limits);
    for (let at = 0; at < tar.length; at += chunkSize) reader.write(tar.slice(at, at + chunkSize));
    reader.end();
    return { members, error: undefined };
  } catch (thrown) {
    return { members, error: typed(thrown) };
  }
}

/** Any other kind of error is a defect, so it is thrown on. */
export function typed(thrown: unknown): LayerscopeError {
  if (thrown instanceof LayerscopeError) return thrown;
  throw thrown;
}

function collector(): { sink: TarSink; members: SeenMember[] } {
  const members: SeenMember[] = [];
  return { members, sink: { member: (member) => members.push(seen(member)), body: () => {}, memberEnd: () => {} } };
}

function seen(member: TarMember): SeenMember {
  const text = (bytes: Uint8Array, start: number, end: number): string =>
    Buffer.from(bytes.subarray(start, end)).toString("latin1");
  return {
    path: text(member.name, member.nameStart, member.nameEnd),
    type: typeName(member.type),
    link: text(member.link, member.linkStart, member.linkEnd),
    mode: member.mode,
    uid: member.uid,
    gid: member.gid,
    size: member.size,
    storedSize: member.storedSize,
    mtime: member.mtime,
    mtimeNanos: member.mtimeNanos,
    device: [member.devMajor, member.devMinor],
    xattrs: Object.fromEntries(
      [...(member.xattrs ?? [])].map(([name, value]) => [name, Buffer.from(value).toString("latin1")]),
    ),
    sparse: member.sparse,
    bodyOffset: member.bodyOffset,
  };
}

function typeName(type: number): string {
  if (type === NOT_A_FILE) return "not a file";
  return type === TYPE.LINK ? "link" : entryTypeName(type);
}
