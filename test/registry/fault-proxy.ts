/** A proxy in front of a registry that answers as registries, networks and attackers do on bad days. */
import {
  createServer,
  get,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type LoopbackServer, listenOnLoopback } from "./loopback-server.ts";

/** What was asked, and what the registry answers to it. */
export interface Exchange {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** How often the same was asked for before. */
  readonly attempt: number;
  readonly answer: Answer;
  readonly response: ServerResponse;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers in the registry's place. */
export type Fault = (exchange: Exchange) => void;

export interface FaultProxy extends LoopbackServer {
  /** In their order: `manifests/latest`, `blobs/sha256:…`. */
  readonly asked: readonly Asked[];
}

export interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

export interface FaultProxyOptions {
  readonly registry: string;
  readonly fault: Fault;
  /** Speaks TLS with it. */
  readonly certificate?: { readonly cert: Buffer; readonly key: Buffer };
}

export async function startFaultProxy({ registry, fault, certificate }: FaultProxyOptions): Promise<FaultProxy> {
  const asked: Asked[] = [];
  const listener: RequestListener = async (request, response) => {
    const path = (request.url ?? "").replace(/^\/v2\/.*\/(?=(?:manifests|blobs)\/)/, "");
    const attempt = asked.filter((before) => before.path === path).length;
    const { headers } = request;
    asked.push({ path, authorization: headers.authorization, range: headers.range });
    const answer = await ask(registry, request).catch(() => undefined);
    if (answer) fault({ path, headers, attempt, answer, response });
    else response.destroy();
  };
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
  return { ...(await listenOnLoopback(server)), asked };
}

async function ask(registry: string, { url = "", headers }: IncomingMessage): Promise<Answer> {
  const { host, authorization, ...others } = headers;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // A connection of its own: the registry closes those that idle when it likes.
    get(`http://${registry}${url}`, { headers: others, agent: false }, resolve).on("error", reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const { connection, ...rest } = answer.headers;
  return { status: answer.statusCode ?? 500, headers: rest, body: Buffer.concat(chunks) };
}

/** A server that has everything at every path, and keeps what it was sent. */
export async function startStorage(
  content: () => Buffer,
): Promise<LoopbackServer & { readonly headers: readonly IncomingHttpHeaders[] }> {
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers);
    response.end(content());
  });
  return { ...(await listenOnLoopback(server)), headers };
}
