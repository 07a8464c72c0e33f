/** Servers on this machine for tests: what they are asked is kept, what they answer is up to the test. */
import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { inspect } from "node:util";
import { parseImageReference } from "../../../src/source/image-reference.ts";
import type { Repository } from "../../../src/source/registry/blob-source.ts";
import { type Credentials, Password } from "../../../src/source/registry/credentials/credentials.ts";
import { openRepository, type RegistryOptions } from "../../../src/source/registry/repository.ts";
import type { TestCertificate } from "./test-certificates.ts";

export interface LocalServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly requests: readonly Asked[];
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
  readonly body: string;
}

export type Answering = (asked: Asked, response: ServerResponse, count: number) => void;

/** @param answer gets the request, and how many requests there were before it */
export async function serve(answer: Answering, certificate?: TestCertificate): Promise<LocalServer> {
  const requests: Asked[] = [];
  const listener: RequestListener = async (request, response) => {
    const asked = await read(request);
    answer(asked, response, requests.push(asked) - 1);
  };
  const clients = certificate?.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
  const server = certificate ? createTlsServer({ ...certificate, ...clients }, listener) : createServer(listener);
  // A client that gives up on TLS is none of the test's business.
  server.on("tlsClientError", () => {});
  const close = await listen(server);
  return { host: hostOf(server), requests, [Symbol.asyncDispose]: close };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = "", url = "", headers } = request;
  const body = Buffer.concat(chunks).toString("utf8");
  return { method, path: url, authorization: headers.authorization, range: headers.range, body };
}

/** A proxy that leads every tunnel to one place, and notes where it should have led; or refuses with a status. */
export async function serveProxy(
  target: (() => string) | number,
): Promise<AsyncDisposable & { host: string; tunnels: string[]; authorizations: (string | undefined)[] }> {
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    tunnels.push(request.url ?? "");
    authorizations.push(request.headers["proxy-authorization"]);
    if (typeof target === "number") {
      socket.end(`HTTP/1.1 ${target} No\r\n\r\n`);
      return;
    }
    const [host, port] = target().split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on("error", () => {});
    }
  });
  const close = await listen(server);
  return {
    host: hostOf(server),
    tunnels,
    authorizations,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await close();
    },
  };
}

async function listen(server: Server): Promise<() => Promise<void>> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A port of this machine at which nothing listens. */
export async function deafHost(): Promise<string> {
  await using server = await serve(() => {});
  return server.host;
}

/** The repository `group/app` of a host. */
export function open(host: string, options: Partial<RegistryOptions> & { as?: Credentials } = {}): Repository {
  const { as: credentials, ...rest } = options;
  const reference = parseImageReference(`${host}/group/app:tag`);
  const found = { credentials, origin: credentials && "the test", problems: [] };
  return openRepository(reference, { env: {}, credentials: async () => found, ...rest });
}

export const SECRET = "hunter2-is-secret";
export const USER = new Password("user", SECRET);
export const BASIC = `Basic ${Buffer.from(`user:${SECRET}`).toString("base64")}`;

export interface TestBlob {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly size: number;
}

export function blobOf(content: Buffer | string | number): TestBlob {
  const bytes = typeof content === "number" ? randomBytes(content) : Buffer.from(content);
  return { bytes, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, size: bytes.length };
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** What came, and what ended it. */
export async function collectUntilError(chunks: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; error: unknown }> {
  const all: Uint8Array[] = [];
  try {
    for await (const chunk of chunks) all.push(chunk);
  } catch (error) {
    return { bytes: Buffer.concat(all), error };
  }
  return { bytes: Buffer.concat(all), error: undefined };
}

export async function failure(promise: Promise<unknown>): Promise<Error & { code: string; hint: string | undefined }> {
  try {
    await promise;
  } catch (thrown) {
    return thrown as Error & { code: string; hint: string | undefined };
  }
  throw new Error("it did not fail");
}

/** Everything that an error could show to anybody. */
export function everythingIn(error: unknown): string {
  return `${inspect(error, { depth: 20, showHidden: true })}${JSON.stringify(error)}${(error as Error).stack}`;
}
