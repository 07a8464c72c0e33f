/** HTTP for registries: a pool of connections for each server, through the proxy and with the certificates that belong to it. */
import { isIP, Socket } from "node:net";
import type { buildConnector, Dispatcher } from "undici";
import { LayerscopeError, throwIfAborted } from "../../model/errors.ts";
import { connectionError } from "./connection-errors.ts";
import { proxyFor } from "./proxy.ts";
import { CONNECT_MS, DOCUMENT_MS, HEADERS_MS, SILENCE_MS } from "./timeouts.ts";

export interface HttpOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Certificates are not checked. */
  readonly insecure: boolean;
}

export interface HttpRequest {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body is still to come. Either all of it is read, or {@link HttpAnswer.end} is called. */
export interface HttpAnswer {
  readonly url: URL;
  readonly status: number;
  header(name: string): string | undefined;
  headers(name: string): readonly string[];
  /** @throws LayerscopeError `unreachable`, `aborted` */
  readonly body: AsyncIterable<Uint8Array>;
  /** Takes what little is left of the body, so that the connection can be used again; hangs up when it is more. */
  end(): Promise<void>;
}

/** What of a body that nobody needs is taken in for the connection's sake. */
const SMALL_REST = 65_536;
/** Node gives up on an address after a quarter of a second where there are several; far registries take longer. */
const NEXT_ADDRESS_MS = 2_000;

export class HttpClient implements AsyncDisposable {
  readonly #options: HttpOptions;
  readonly #dispatchers = new Map<string, Promise<{ dispatcher: Dispatcher; proxy: string | undefined }>>();
  readonly #answered = new Set<string>();
  /** All open ones: a connection that is being made does not end with its request. */
  readonly #sockets = new Set<Socket>();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /**
   * Sends a request and waits for the head of the answer, whatever its status. Follows no redirects.
   * @throws LayerscopeError `unreachable`, `aborted`
   */
  async request(url: URL, { method = "GET", headers = {}, body, signal }: HttpRequest): Promise<HttpAnswer> {
    throwIfAborted(signal);
    const { dispatcher, proxy } = await this.#dispatcherFor(url);
    const failure = (thrown: unknown): LayerscopeError =>
      connectionError(thrown, { host: url.host, proxy, answeredBefore: this.#answered.has(url.origin), signal });
    try {
      const answering = dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headersTimeout: HEADERS_MS,
        bodyTimeout: SILENCE_MS,
        // A transfer that was compressed on the way could not be resumed, nor be told apart from a compressed blob.
        headers: { "user-agent": "layerscope", "accept-encoding": "identity", ...headers },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      });
      const answer = await orAborted(answering, signal);
      this.#answered.add(url.origin);
      // Without a listener, hanging up on a body that nobody reads would end the process.
      answer.body.on("error", () => {});
      const values = (name: string): readonly string[] => [answer.headers[name] ?? []].flat();
      return {
        url,
        status: answer.statusCode,
        header: (name) => values(name).at(0),
        headers: values,
        body: chunksOf(answer.body, failure),
        end: async () => {
          await answer.body.dump({ limit: SMALL_REST, ...(signal && { signal }) }).catch(() => {});
        },
      };
    } catch (thrown) {
      throw failure(thrown);
    }
  }

  /** Ends all transfers and connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    const dispatchers = await Promise.allSettled(this.#dispatchers.values());
    this.#dispatchers.clear();
    for (const socket of this.#sockets) socket.destroy();
    for (const result of dispatchers) if (result.status === "fulfilled") await result.value.dispatcher.destroy();
  }

  #dispatcherFor(url: URL): Promise<{ dispatcher: Dispatcher; proxy: string | undefined }> {
    const known = this.#dispatchers.get(url.origin) ?? this.#createDispatcher(url);
    this.#dispatchers.set(url.origin, known);
    return known;
  }

  async #createDispatcher(url: URL): Promise<{ dispatcher: Dispatcher; proxy: string | undefined }> {
    const { env, insecure } = this.#options;
    const { Agent, buildConnector, Pool, ProxyAgent } = await import("undici");
    const proxy = proxyFor(url, env);
    const needsTls = url.protocol === "https:" || proxy?.protocol === "https:";
    const certificates = needsTls ? await import("./certificates.ts") : undefined;
    const tlsFor = (host: string) => ({
      timeout: CONNECT_MS,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
      ...(certificates && { secureContext: certificates.secureContextFor(host, env), rejectUnauthorized: !insecure }),
    });
    if (!proxy) {
      const connect = this.#remembering(buildConnector(tlsFor(url.host)));
      return { dispatcher: new Agent({ connect }), proxy: undefined };
    }
    const connect = this.#remembering(buildConnector(tlsFor(proxy.host)));
    const dispatcher = new ProxyAgent({
      uri: proxy.href,
      // Only https is tunnelled: many proxies refuse to for anything else.
      proxyTunnel: false,
      proxyTls: tlsFor(proxy.host),
      requestTls: { ...tlsFor(url.host), ...(isIP(url.hostname) === 0 && { servername: url.hostname }) },
      clientFactory: (origin) => new Pool(origin, { headersTimeout: HEADERS_MS, connect }),
    });
    return { dispatcher, proxy: proxy.origin };
  }

  #remembering(connector: Connector): Connector {
    return (options, callback) => {
      // It returns the socket at once, which its type does not say.
      const socket: unknown = connector(options, callback);
      if (!(socket instanceof Socket)) return;
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    };
  }
}

type Connector = buildConnector.connector;

/**
 * The whole body of a small answer.
 * @param limit in bytes
 * @throws LayerscopeError `limit-exceeded`, `unreachable`, `aborted`
 */
export async function readBody(answer: HttpAnswer, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const latest = Date.now() + DOCUMENT_MS;
  for await (const chunk of answer.body) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > limit) {
      throw new LayerscopeError("limit-exceeded", `${answer.url.host}: an answer of more than ${limit} bytes`);
    }
    if (Date.now() > latest) {
      throw new LayerscopeError("unreachable", `${answer.url.host}: no complete answer within ${DOCUMENT_MS / 1000} s`);
    }
  }
  return Buffer.concat(chunks);
}

/**
 * Waits no longer than until the signal fires, which the HTTP client does not look at while a connection is being made.
 * @throws LayerscopeError `aborted`
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new LayerscopeError("aborted", "stopped on request", { cause: signal.reason }));
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

async function* chunksOf(
  body: AsyncIterable<Uint8Array>,
  failure: (thrown: unknown) => LayerscopeError,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    throw failure(thrown);
  }
}
