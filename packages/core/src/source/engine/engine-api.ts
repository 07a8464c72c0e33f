/** What an engine is asked over HTTP. */
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import { answerError, type EnginePlace } from "./engine-errors.ts";
import { EngineExchange } from "./engine-exchange.ts";
import type { EngineTransport } from "./engine-transport.ts";

/** How long an engine may take, in milliseconds. */
export interface EngineTimes {
  /** Until it has said what it is. */
  readonly connect: number;
  /** Until a document begins. */
  readonly answer: number;
  /** Until an archive begins: the engine may have to put it together first. */
  readonly archive: number;
  /** From one piece of a document or archive to the next. */
  readonly silence: number;
}

export const ENGINE_TIMES: EngineTimes = { connect: 10_000, answer: 60_000, archive: 600_000, silence: 60_000 };

export interface EngineRequest {
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class EngineApi {
  /** What errors say of the engine. */
  place: EnginePlace;
  /** The version of the API to speak; the engine's newest when left out. */
  version: string | undefined;
  readonly #transport: EngineTransport;
  readonly #times: EngineTimes;
  readonly #closing = new AbortController();

  constructor(transport: EngineTransport, place: EnginePlace, times: EngineTimes) {
    this.#transport = transport;
    this.#times = times;
    this.place = place;
    this.version = place.address.apiVersion;
  }

  /**
   * The JSON document at a path such as `/images/nginx/json`; undefined when there is none (404).
   * @throws LayerscopeError
   */
  json(path: string, request: EngineRequest = {}): Promise<unknown> {
    return this.#json(path, request, this.#times.answer);
  }

  /**
   * What the engine says of itself.
   * @throws LayerscopeError
   */
  ownVersion(signal: AbortSignal | undefined): Promise<unknown> {
    return this.#json("/version", { signal }, this.#times.connect);
  }

  /**
   * The bytes at a path, as they come; whoever stops taking them closes the connection.
   * @throws LayerscopeError `no-such-image` when there is nothing (404), `truncated` when they end too early
   */
  async *stream(path: string, request: EngineRequest = {}): AsyncGenerator<Uint8Array> {
    using exchange = this.#exchange(path, request, this.#times.archive);
    try {
      if (!(await exchange.send(this.#transport))) throw await exchange.reason();
      yield* exchange.chunks();
    } catch (thrown) {
      throw exchange.errorOf(thrown);
    }
  }

  /** Ends all requests. */
  close(): void {
    this.#closing.abort();
    this.#transport.close();
  }

  async #json(path: string, request: EngineRequest, within: number): Promise<unknown> {
    using exchange = this.#exchange(path, request, within);
    try {
      if (!(await exchange.send(this.#transport))) return undefined;
      return parsed(await exchange.text(DEFAULT_LIMITS.jsonBytes), this.place);
    } catch (thrown) {
      throw exchange.errorOf(thrown);
    }
  }

  #exchange(path: string, request: EngineRequest, within: number): EngineExchange {
    const { query = {}, signal } = request;
    const version = this.version === undefined ? "" : `/v${this.version}`;
    return new EngineExchange(
      {
        path: `${this.#transport.pathPrefix}${version}${path}`,
        query,
        signals: signal ? [signal, this.#closing.signal] : [this.#closing.signal],
        within,
        silence: this.#times.silence,
      },
      this.place,
    );
  }
}

function parsed(text: string, place: EnginePlace): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw answerError("it answers with something that is not JSON", place);
  }
}
