/** One server that is asked for a repository: the registry itself, or a mirror of it. */
import { LayerscopeError } from "../../model/errors.ts";
import { parseChallenges } from "./challenge.ts";
import { CertificateError } from "./connection-errors.ts";
import type { FoundCredentials } from "./credentials/credentials.ts";
import type { HttpAnswer, HttpClient, HttpRequest } from "./http.ts";
import { isLoopback } from "./loopback.ts";
import { type Question, type Subject, statusError } from "./registry-errors.ts";
import { Secrets } from "./secrets.ts";
import { Authorization } from "./tokens.ts";

export interface EndpointOptions {
  /** What people and credentials call it: `docker.io`. */
  readonly name: string;
  /** Where it is; without a scheme it is https, and http too where that is allowed. */
  readonly address: { readonly host: string; readonly scheme?: "http" | "https" | undefined };
  /** The repository's path there. */
  readonly repository: string;
  /** What the repository is called in messages. */
  readonly title: string;
  readonly client: HttpClient;
  readonly credentials: (registry: string) => Promise<FoundCredentials>;
  readonly insecure: boolean;
}

export interface EndpointRequest {
  readonly subject: Subject;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What is an answer, and not an error: all of it, a part of it, no such part. */
const ANSWERS = new Set([200, 206, 416]);

export class Endpoint {
  readonly name: string;
  /** It failed as a whole; a mirror is then not asked again. */
  failed = false;
  readonly #options: EndpointOptions;
  readonly #authorization: Authorization;
  readonly #secrets = new Secrets();
  readonly #isLocal: boolean;
  /** Known once it has answered. */
  #origin: string | undefined;

  constructor(options: EndpointOptions) {
    const { name, address, client, credentials, insecure, repository } = options;
    this.name = name;
    this.#options = options;
    this.#isLocal = isLoopback(new URL(`https://${address.host}`).hostname);
    this.#origin = address.scheme && new URL(`${address.scheme}://${address.host}`).origin;
    this.#authorization = new Authorization({
      client,
      credentials: () => credentials(name),
      secrets: this.#secrets,
      repository,
      insecure,
      question: () => this.#question({ kind: "token" }),
    });
  }

  /**
   * Asks for `manifests/…` or `blobs/…` of the repository.
   * @returns an answer with the status 200, 206 or 416
   * @throws LayerscopeError `no-such-image`, `missing-blob`, `refused`, `unreachable`, `aborted`; a PassingError when it is
   *   worth another try
   */
  async get(path: string, request: EndpointRequest): Promise<HttpAnswer> {
    const { signal, subject } = request;
    const sent = this.#authorization.header();
    let answer = await this.#send(path, request, sent);
    if (answer.status === 401 && this.#isOwn(answer)) {
      const challenges = parseChallenges(answer.headers("www-authenticate"));
      const other = await this.#authorization.renew(challenges, sent, this.#isLocal, signal);
      if (other !== undefined) {
        await answer.end();
        answer = await this.#send(path, request, other);
      }
    }
    if (ANSWERS.has(answer.status)) return answer;
    throw await this.#failure(answer, subject);
  }

  /** Where messages and fallbacks need to know who is meant. */
  get title(): string {
    return this.#options.title;
  }

  async #failure(answer: HttpAnswer, subject: Subject): Promise<LayerscopeError> {
    const question = this.#question(subject);
    if (this.#isOwn(answer)) return statusError(answer, question);
    // The storage that a registry sends us to: logging in there means nothing, and its links go stale.
    const error = await statusError(answer, { ...question, host: answer.url.host });
    const fits = error.code === "unreachable" || error.code === "missing-blob";
    return fits ? error : new LayerscopeError("unreachable", error.message, { where: error.where });
  }

  #question(subject: Subject): Question {
    const { name: host, title } = this.#options;
    return { host, title, subject, found: this.#authorization.found, secrets: this.#secrets };
  }

  #isOwn(answer: HttpAnswer): boolean {
    return answer.url.origin === this.#origin;
  }

  /** Follows redirects by hand: what authorises us is for the registry alone, and is never sent again after leaving it. */
  async #send(path: string, request: EndpointRequest, authorization: string | undefined): Promise<HttpAnswer> {
    const { headers, signal } = request;
    const own = { ...headers, ...(authorization !== undefined && { authorization }) };
    let answer = await this.#reach(path, { headers: own, signal });
    let hasLeft = false;
    for (let redirects = 0; REDIRECTS.has(answer.status); redirects++) {
      await answer.end();
      if (redirects === MOST_REDIRECTS) {
        throw new LayerscopeError("unreachable", `${this.name} redirects more than ${MOST_REDIRECTS} times`);
      }
      const url = this.#nextUrl(answer);
      hasLeft ||= url.origin !== this.#origin;
      answer = await this.#options.client.request(url, { headers: hasLeft ? headers : own, signal });
    }
    return answer;
  }

  /** TLS first; without it only where that is allowed, and only to a server that gives no connection with it. */
  async #reach(path: string, request: HttpRequest): Promise<HttpAnswer> {
    const { client, insecure, repository, address } = this.#options;
    const at = (origin: string): URL => new URL(`${origin}/v2/${repository}/${path}`);
    if (this.#origin !== undefined) return client.request(at(this.#origin), request);
    const secure = at(`https://${address.host}`);
    const plain = at(`http://${address.host}`);
    let answer: HttpAnswer;
    try {
      answer = await client.request(secure, request);
    } catch (thrown) {
      if (!(insecure || this.#isLocal) || !mayBePlain(thrown)) throw thrown;
      answer = await client.request(plain, request);
    }
    this.#origin = answer.url.origin;
    return answer;
  }

  #nextUrl(answer: HttpAnswer): URL {
    const location = answer.header("location") ?? "";
    const next = URL.canParse(location, answer.url.href) ? new URL(location, answer.url) : undefined;
    if (location === "" || (next?.protocol !== "https:" && next?.protocol !== "http:")) {
      throw new LayerscopeError("unreachable", `${this.name} redirects to nowhere`);
    }
    if (answer.url.protocol === "https:" && next.protocol === "http:" && !this.#options.insecure) {
      throw new LayerscopeError("unreachable", `${this.name} redirects to ${next.host}, without TLS`, {
        hint: "Data is not fetched that way; --insecure allows it.",
      });
    }
    next.username = "";
    next.password = "";
    return next;
  }
}

/** No connection came about, but not for a certificate. */
function mayBePlain(thrown: unknown): boolean {
  return thrown instanceof LayerscopeError && thrown.code === "unreachable" && !(thrown instanceof CertificateError);
}
