import type { ServerResponse } from "node:http";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Asked, blobOf, collect, collectUntilError, deafHost, open, serve } from "./local-server.ts";

const pauses = vi.hoisted(() => [] as number[]);
vi.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number) => {
    pauses.push(ms);
  },
}));
vi.mock("../../../src/source/registry/timeouts.ts", async (original) => ({
  ...(await original<object>()),
  // Node's HTTP client looks at its clock about once a second.
  SILENCE_MS: 500,
}));

/** Comparing them element by element would take a second. */
function expectBytes(found: Buffer, expected: Buffer): void {
  expect([found.length, Buffer.compare(found, expected)]).toEqual([expected.length, 0]);
}

beforeEach(() => {
  pauses.length = 0;
});

const BLOB = blobOf(300_000);
const { bytes, digest, size } = BLOB;

/** Answers as a server that knows ranges does. */
function giveRange({ range }: Asked, response: ServerResponse, content = bytes): void {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined) {
    response.writeHead(200, { "content-length": content.length }).end(content);
    return;
  }
  const end = to ? Number(to) + 1 : content.length;
  if (Number(from) >= content.length) {
    response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    return;
  }
  const part = content.subarray(Number(from), end);
  response
    .writeHead(206, {
      "content-length": part.length,
      "content-range": `bytes ${from}-${Number(from) + part.length - 1}/${content.length}`,
    })
    .end(part);
}

const give = (asked: Asked, response: ServerResponse): void => giveRange(asked, response);

/** Promises all of it, and hangs up after some. */
function cutAfter(length: number, response: ServerResponse, from = 0): void {
  const status = from > 0 ? 206 : 200;
  const head = {
    "content-length": size - from,
    ...(from > 0 && { "content-range": `bytes ${from}-${size - 1}/${size}` }),
  };
  response.writeHead(status, head);
  response.write(bytes.subarray(from, from + length), () => setImmediate(() => response.socket?.destroy()));
}

describe("a whole blob", () => {
  test("comes as it is", async () => {
    await using server = await serve(give);
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size)), bytes);
    expect(server.requests).toMatchObject([{ path: `/v2/group/app/blobs/${digest}`, range: undefined }]);
  });

  test("comes without a size that anyone knows", async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200);
      response.write(bytes.subarray(0, 1000));
      response.end(bytes.subarray(1000));
    });
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, undefined)), bytes);
  });

  test("of no bytes needs no request", async () => {
    const empty = blobOf("");
    await using repository = open(await deafHost());
    expectBytes(await collect(repository.read(empty.digest, 0)), empty.bytes);
  });

  test("is checked by sha512 too", async () => {
    const { createHash } = await import("node:crypto");
    const sha512 = `sha512:${createHash("sha512").update(bytes).digest("hex")}`;
    await using server = await serve(give);
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(sha512, size)), bytes);
    const wrong = sha512.replace(/.$/, sha512.endsWith("0") ? "1" : "0");
    await expect(collect(repository.read(wrong, size))).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  test("whose digest nobody can check is not asked for", async () => {
    await using server = await serve(give);
    await using repository = open(server.host);
    await expect(collect(repository.read("md5:abc", size))).rejects.toMatchObject({ code: "invalid-document" });
    expect(server.requests).toEqual([]);
  });

  test("that is not there is missing", async () => {
    await using server = await serve((_, response) => response.writeHead(404).end());
    await using repository = open(server.host);
    const reading = collect(repository.read(digest, size));
    await expect(reading).rejects.toMatchObject({ code: "missing-blob", where: { digest } });
  });
});

describe("a transfer that is cut goes on where it stopped", () => {
  test.each([1, 999, 65_536, 299_999])("after %i bytes", async (length) => {
    await using server = await serve((asked, response, count) => {
      if (count === 0) cutAfter(length, response);
      else giveRange(asked, response);
    });
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size)), bytes);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, `bytes=${length}-`]);
  });

  test("again and again, as long as it gets on", async () => {
    await using server = await serve((_, response, count) => cutAfter(20_000, response, count * 20_000));
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size)), bytes);
    expect(server.requests).toHaveLength(15);
  });

  test("from the beginning, where the server knows no ranges", async () => {
    await using server = await serve((_, response, count) => {
      if (count === 0) cutAfter(100_001, response);
      else response.writeHead(200, { "content-length": size }).end(bytes);
    });
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size)), bytes);
  });

  test("after a server error, and after too many requests", async () => {
    await using server = await serve((asked, response, count) => {
      if (count === 0) cutAfter(5_000, response);
      else if (count === 1) response.writeHead(503, { "retry-after": "3" }).end("busy");
      else if (count === 2) response.writeHead(429).end();
      else giveRange(asked, response);
    });
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size)), bytes);
    expect(pauses).toHaveLength(3);
    expect(pauses[1]).toBe(3_000);
  });

  test("after silence", async () => {
    await using server = await serve((asked, response, count) => {
      if (count > 0) return giveRange(asked, response);
      response.writeHead(200, { "content-length": size });
      response.write(bytes.subarray(0, 1234));
    });
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size)), bytes);
    expect(server.requests[1]?.range).toBe("bytes=1234-");
  });

  test("after an end without an error", async () => {
    await using server = await serve((asked, response, count) => {
      if (count > 0) return giveRange(asked, response);
      response.writeHead(200);
      response.end(bytes.subarray(0, 1234));
    });
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size)), bytes);
  });

  test("but not for ever", async () => {
    await using server = await serve((_, response, count) => {
      if (count === 0) cutAfter(1000, response);
      else response.socket?.destroy();
    });
    await using repository = open(server.host);
    const { bytes: came, error } = await collectUntilError(repository.read(digest, size));
    expectBytes(came, bytes.subarray(0, 1000));
    expect(error).toMatchObject({ code: "unreachable", where: { digest, offset: 1000 } });
    expect(server.requests).toHaveLength(5);
  });
});

describe("what is not the blob is told", () => {
  test("when the digest is another one, after all its bytes", async () => {
    const other = Buffer.from(bytes);
    other[size - 1] = (other[size - 1] ?? 0) ^ 1;
    await using server = await serve((asked, response) => giveRange(asked, response, other));
    await using repository = open(server.host);
    const { bytes: came, error } = await collectUntilError(repository.read(digest, size));
    expectBytes(came, other);
    expect(error).toMatchObject({ code: "digest-mismatch", where: { digest } });
  });

  test("when the part after a cut is of another blob", async () => {
    await using server = await serve((asked, response, count) => {
      if (count === 0) cutAfter(1000, response);
      else giveRange(asked, response, Buffer.alloc(size));
    });
    await using repository = open(server.host);
    await expect(collect(repository.read(digest, size))).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  test("when the server says that it is longer", async () => {
    await using server = await serve(give);
    await using repository = open(server.host);
    const { bytes: came, error } = await collectUntilError(repository.read(digest, size - 1));
    expect(came).toHaveLength(0);
    expect(error).toMatchObject({ code: "digest-mismatch", message: expect.stringContaining("more than the 299999") });
  });

  test("when it is longer without a word", async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200);
      response.write(bytes);
      response.end("more");
    });
    await using repository = open(server.host);
    const { bytes: came, error } = await collectUntilError(repository.read(digest, size));
    expectBytes(came, bytes);
    expect(error).toMatchObject({ code: "digest-mismatch" });
  });

  test("when the server says that it is shorter", async () => {
    await using server = await serve(give);
    await using repository = open(server.host);
    const { bytes: came, error } = await collectUntilError(repository.read(digest, size + 1));
    expectBytes(came, bytes);
    expect(error).toMatchObject({ code: "truncated", where: { offset: size } });
    expect(server.requests).toHaveLength(1);
  });

  test("when it is shorter without a word", async () => {
    await using server = await serve((asked, response, count) => {
      if (count > 0) return giveRange(asked, response);
      response.writeHead(200);
      response.end(bytes);
    });
    await using repository = open(server.host);
    const { error } = await collectUntilError(repository.read(digest, size + 1));
    expect(error).toMatchObject({ code: "truncated", where: { offset: size } });
    expect(server.requests).toHaveLength(2);
  });

  test.each(["bytes 7-9/300000", "nonsense", undefined])("when the part is another one: %s", async (contentRange) => {
    await using server = await serve((_, response, count) => {
      if (count === 0) cutAfter(1000, response);
      else response.writeHead(206, contentRange === undefined ? {} : { "content-range": contentRange }).end("abc");
    });
    await using repository = open(server.host);
    await expect(collect(repository.read(digest, size))).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("a stretch of a blob", () => {
  test.each([
    [0, 10],
    [100, 200],
    [299_990, undefined],
    [0, undefined],
    [0, 300_000],
    [299_990, 400_000],
  ])("from %i to %s", async (from, to) => {
    await using server = await serve(give);
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size, { range: { from, to } })), bytes.subarray(from, to));
    expect(server.requests).toHaveLength(1);
  });

  test("comes from a server without ranges", async () => {
    await using server = await serve((_, response) => response.writeHead(200).end(bytes));
    await using repository = open(server.host);
    expectBytes(await collect(repository.read(digest, size, { range: { from: 5, to: 9 } })), bytes.subarray(5, 9));
  });

  test("goes on after a cut", async () => {
    await using server = await serve((asked, response, count) => {
      if (count > 0) return giveRange(asked, response);
      response.writeHead(206, { "content-length": 100, "content-range": `bytes 50-149/${size}` });
      response.write(bytes.subarray(50, 60), () => setImmediate(() => response.socket?.destroy()));
    });
    await using repository = open(server.host);
    expectBytes(
      await collect(repository.read(digest, size, { range: { from: 50, to: 150 } })),
      bytes.subarray(50, 150),
    );
    expect(server.requests.map(({ range }) => range)).toEqual(["bytes=50-149", "bytes=60-149"]);
  });

  test("of no bytes needs no request", async () => {
    await using repository = open(await deafHost());
    expect(await collect(repository.read(digest, size, { range: { from: 7, to: 7 } }))).toHaveLength(0);
  });
});

describe("stopping", () => {
  test("whoever takes no more ends the transfer", async () => {
    let closed: (() => void) | undefined;
    const hungUp = new Promise<void>((resolve) => {
      closed = resolve;
    });
    await using server = await serve((_, response) => {
      response.on("close", () => closed?.());
      response.writeHead(200, { "content-length": size });
      response.write(bytes.subarray(0, 1000));
    });
    await using repository = open(server.host);
    for await (const chunk of repository.read(digest, size)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await hungUp;
  });

  test.each(["the call's", "the repository's"])("%s signal ends a transfer that has stalled", async (whose) => {
    const controller = new AbortController();
    const { signal } = controller;
    await using server = await serve((_, response) => {
      response.writeHead(200, { "content-length": size });
      response.write(bytes.subarray(0, 1000));
    });
    const isCalls = whose === "the call's";
    await using repository = open(server.host, isCalls ? {} : { signal });
    const reading = async () => {
      for await (const _ of repository.read(digest, size, isCalls ? { signal } : {})) controller.abort();
    };
    await expect(reading()).rejects.toMatchObject({ code: "aborted" });
    expect(server.requests).toHaveLength(1);
  });
});

describe("mirrors", () => {
  const dead = (response: ServerResponse): void => void response.socket?.destroy();

  test("are asked first, and the registry not at all when one has it", async () => {
    await using registry = await serve(give);
    await using mirror = await serve(give);
    await using repository = open(registry.host, { mirrors: { [registry.host]: [`${mirror.host}/some/path`] } });
    expectBytes(await collect(repository.read(digest, size)), bytes);
    expect(mirror.requests).toMatchObject([{ path: `/v2/some/path/group/app/blobs/${digest}` }]);
    expect(registry.requests).toEqual([]);
  });

  test("that do not have it are asked again for other things", async () => {
    await using registry = await serve(give);
    await using mirror = await serve((_, response) => response.writeHead(404).end());
    await using repository = open(registry.host, { mirrors: { [registry.host]: [`http://${mirror.host}`] } });
    await collect(repository.read(digest, size));
    await collect(repository.read(digest, size));
    expect([mirror.requests.length, registry.requests.length]).toEqual([2, 2]);
  });

  test.each(["nobody listens", "it forbids", "it breaks"])("are passed over when %s", async (problem) => {
    await using registry = await serve(give);
    await using mirror = await serve((_, response) => {
      if (problem === "it forbids") response.writeHead(403).end();
      else dead(response);
    });
    const host = problem === "nobody listens" ? await deafHost() : mirror.host;
    await using repository = open(registry.host, { mirrors: { [registry.host]: [host] } });
    expectBytes(await collect(repository.read(digest, size)), bytes);
    const before = mirror.requests.length;
    expectBytes(await collect(repository.read(digest, size)), bytes);
    expect(mirror.requests).toHaveLength(before);
  });

  test("that break off are taken over from", async () => {
    await using registry = await serve(give);
    await using mirror = await serve((_, response, count) => {
      if (count === 0) cutAfter(1000, response);
      else dead(response);
    });
    await using repository = open(registry.host, { mirrors: { [registry.host]: [mirror.host] } });
    expectBytes(await collect(repository.read(digest, size)), bytes);
    expect(registry.requests.map(({ range }) => range)).toEqual(["bytes=1000-"]);
  });

  test("of another registry are not asked", async () => {
    await using registry = await serve(give);
    await using mirror = await serve(give);
    await using repository = open(registry.host, { mirrors: { "docker.io": [mirror.host] } });
    await collect(repository.read(digest, size));
    expect(mirror.requests).toEqual([]);
  });

  test.each(["", "user:hunter2@host", "a b", "host?x=hunter2"])("that are no hosts are refused: %s", (mirror) => {
    expect(() => open("localhost:1", { mirrors: { "localhost:1": [mirror] } })).toThrow(
      expect.objectContaining({ code: "invalid-option", message: expect.not.stringContaining("hunter2") }),
    );
  });
});
