/** One request to an engine and its answer. */
import type { IncomingMessage } from "node:http";
import { LayerscopeError, throwIfAborted } from "../../model/errors.ts";
import {
  answerError,
  brokenOff,
  connectionError,
  type EnginePlace,
  statusError,
  timeoutError,
} from "./engine-errors.ts";
import type { EngineTransport } from "./engine-transport.ts";

export interface ExchangeRequest {
  /** With everything that comes before it. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Each of them ends it. */
  readonly signals: readonly AbortSignal[];
  /** Milliseconds until the first byte of the answer's content. */
  readonly within: number;
  /** Milliseconds from one piece of the content to the next. */
  readonly silence: number;
}

/** Of an answer that is not what was asked for. */
const MOST_ERROR_BYTES = 64 * 1024;
const EVERY_STATUS: Readonly<Record<number, true>> = new Proxy({}, { get: () => true });

/** To be disposed of, which closes its connection if that is still open. */
export class EngineExchange implements Disposable {
  readonly #request: ExchangeRequest;
  readonly #place: EnginePlace;
  readonly #stop = new AbortController();
  #response: IncomingMessage | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Why it was ended from our side. */
  #failure: LayerscopeError | undefined;

  constructor(request: ExchangeRequest, place: EnginePlace) {
    for (const signal of request.signals) throwIfAborted(signal);
    for (const signal of request.signals) signal.addEventListener("abort", this.#abort);
    this.#request = request;
    this.#place = place;
  }

  /**
   * Sends the request.
   * @returns whether there is such a thing
   */
  async send({ modem }: EngineTransport): Promise<boolean> {
    const { path, query, within } = this.#request;
    this.#limit(within, "it does not answer");
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // The modem takes a question mark at the end as the place for the query.
      const options = {
        method: "GET",
        path: `${path}?`,
        options: { ...query },
        isStream: true,
        statusCodes: EVERY_STATUS,
      };
      modem.dial({ ...options, abortSignal: this.#stop.signal }, (error, result) => {
        if (error) reject(error);
        else resolve(result as IncomingMessage);
      });
    });
    // It is told where it is read; an error that comes when nobody reads any more is of no interest.
    response.on("error", () => {});
    this.#response = response;
    if (this.#failure) throw this.#failure;
    const { statusCode = 0 } = response;
    if (statusCode === 200 || statusCode === 404) return statusCode === 200;
    throw statusError(statusCode, await this.#beginning(), this.#place);
  }

  /** What the engine says about there being none. */
  async reason(): Promise<LayerscopeError> {
    return statusError(404, await this.#beginning(), this.#place);
  }

  /** The content, up to its proper end. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const response = this.#response;
    if (!response) return;
    const chunks = response[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = (await chunks.next()) as IteratorResult<Uint8Array>;
      // While what came is being worked on, the engine waits for us.
      clearTimeout(this.#timer);
      if (done) break;
      yield value;
      this.#limit(this.#request.silence, "it sends nothing");
    }
    if (!response.complete) throw brokenOff(this.#place);
  }

  /** The whole content. */
  async text(mostBytes: number): Promise<string> {
    const kept: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.chunks()) {
      size += chunk.length;
      if (size > mostBytes) throw answerError(`its answer has more than ${mostBytes} bytes`, this.#place);
      kept.push(chunk);
    }
    return Buffer.concat(kept).toString("utf8");
  }

  /** What to say of anything that was thrown here. */
  errorOf(thrown: unknown): LayerscopeError {
    if (this.#failure) return this.#failure;
    if (thrown instanceof LayerscopeError) return thrown;
    return this.#response ? brokenOff(this.#place, thrown) : connectionError(thrown, this.#place);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const signal of this.#request.signals) signal.removeEventListener("abort", this.#abort);
    this.#stop.abort();
  }

  async #beginning(): Promise<string> {
    const kept: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.chunks()) {
      kept.push(chunk);
      size += chunk.length;
      if (size >= MOST_ERROR_BYTES) break;
    }
    return Buffer.concat(kept).toString("utf8");
  }

  #limit(ms: number, what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(timeoutError(what, ms, this.#place)), ms);
  }

  readonly #abort = (): void => this.#end(new LayerscopeError("aborted", "stopped on request"));

  #end(why: LayerscopeError): void {
    this.#failure ??= why;
    this.#stop.abort(why);
  }
}
