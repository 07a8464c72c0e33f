/** What a server is shown so that it answers: nothing at first, then what its challenge asks for. */
import { LayerscopeError } from "../../model/errors.ts";
import type { Challenge } from "./challenge.ts";
import type { Credentials, FoundCredentials, IdentityToken, Password } from "./credentials/credentials.ts";
import { type HttpAnswer, type HttpClient, type HttpRequest, orAborted, readBody } from "./http.ts";
import { isLoopback } from "./loopback.ts";
import { type Question, statusError } from "./registry-errors.ts";
import type { Secrets } from "./secrets.ts";

export interface AuthorizationOptions {
  readonly client: HttpClient;
  /** Called once, when the server wants to know who asks. */
  readonly credentials: () => Promise<FoundCredentials>;
  /** Gets everything secret that is learned. */
  readonly secrets: Secrets;
  /** `library/nginx`: what to read, where the challenge does not say. */
  readonly repository: string;
  /** The token service may be spoken to without TLS, wherever it is; else only on this machine. */
  readonly insecure: boolean;
  /** For errors. */
  readonly question: () => Question;
}

/** What token services that name no time mean (distribution specification), and how long before the end a token is renewed. */
const DEFAULT_LIFE_S = 60;
const RENEWED_EARLY_MS = 5_000;
const LARGEST_TOKEN_ANSWER = 2 ** 20;

/** The authorization for one repository of one server. */
export class Authorization {
  /** What there is to tell the server who asks; undefined as long as it did not want to know. */
  found: FoundCredentials | undefined;
  readonly #options: AuthorizationOptions;
  #current: { readonly header: string; readonly validUntil: number } | undefined;
  #renewing: Promise<string | undefined> | undefined;

  constructor(options: AuthorizationOptions) {
    this.#options = options;
  }

  /** What to send, when there is something that is still good. */
  header(): string | undefined {
    return this.#current && Date.now() < this.#current.validUntil ? this.#current.header : undefined;
  }

  /**
   * Gets what the server asks for.
   * @param refused what it did not accept
   * @param isLocal the server that sent the challenge is on this machine
   * @returns what to send now; undefined when there is nothing but what was refused
   * @throws LayerscopeError `refused`, `unreachable`, `aborted`
   */
  async renew(
    challenges: readonly Challenge[],
    refused: string | undefined,
    isLocal: boolean,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const current = this.header();
    if (current !== undefined && current !== refused) return current;
    // Two layers are read at a time; one token is enough for both.
    this.#renewing ??= this.#renew(challenges, refused, isLocal, signal).finally(() => {
      this.#renewing = undefined;
    });
    try {
      return await orAborted(this.#renewing, signal);
    } catch (thrown) {
      // Whoever began it gave up, which is nothing to do with us.
      const isOurs = signal?.aborted || !(thrown instanceof LayerscopeError) || thrown.code !== "aborted";
      if (isOurs) throw thrown;
      return this.renew(challenges, refused, isLocal, signal);
    }
  }

  async #renew(
    challenges: readonly Challenge[],
    refused: string | undefined,
    isLocal: boolean,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    this.found ??= await this.#options.credentials();
    const { credentials } = this.found;
    this.#remember(credentials);
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (credentials?.kind === "registry-token") {
      return this.#use(`Bearer ${credentials.token}`, Number.POSITIVE_INFINITY, refused);
    }
    if (bearer) {
      const { token, lifeMs } = await this.#fetchToken(bearer, credentials, isLocal, signal);
      return this.#use(`Bearer ${token}`, Date.now() + lifeMs, refused);
    }
    const wantsBasic = challenges.some(({ scheme }) => scheme === "basic");
    if (!wantsBasic || credentials?.kind !== "password") return undefined;
    return this.#use(basic(credentials), Number.POSITIVE_INFINITY, refused);
  }

  #use(header: string, validUntil: number, refused: string | undefined): string | undefined {
    this.#current = { header, validUntil };
    return header === refused ? undefined : header;
  }

  #remember(credentials: Credentials | undefined): void {
    if (!credentials) return;
    const { secrets } = this.#options;
    if (credentials.kind === "password") {
      secrets.add(credentials.password);
      secrets.add(`${credentials.username}:${credentials.password}`);
    } else {
      secrets.add(credentials.token);
    }
  }

  async #fetchToken(
    challenge: Challenge,
    credentials: Password | IdentityToken | undefined,
    isLocal: boolean,
    signal: AbortSignal | undefined,
  ): Promise<{ token: string; lifeMs: number }> {
    const { client, secrets, question } = this.#options;
    const realm = this.#realm(challenge, isLocal);
    const { url, request } = tokenRequest(realm, this.#parameters(challenge), credentials);
    // A redirect is not followed: the credentials are for the place that the registry named.
    const answer = await client.request(url, { ...request, signal });
    if (answer.status !== 200) throw await statusError(answer, { ...question(), subject: { kind: "token" } });
    const { token, lifeS } = await readToken(answer);
    secrets.add(token);
    return { token, lifeMs: Math.max(0, lifeS * 1000 - RENEWED_EARLY_MS) };
  }

  #realm(challenge: Challenge, isLocal: boolean): URL {
    const { host } = this.#options.question();
    const text = challenge.parameters.get("realm") ?? "";
    const realm = URL.canParse(text) ? new URL(text) : undefined;
    if (realm?.protocol !== "https:" && realm?.protocol !== "http:") {
      throw new LayerscopeError("unreachable", `${host} asks for a token but names no place to get one`);
    }
    const mayBePlain = this.#options.insecure || (isLocal && isLoopback(realm.hostname));
    if (realm.protocol === "http:" && !mayBePlain) {
      throw new LayerscopeError("refused", `${host} sends us to ${realm.host} for a token, without TLS`, {
        hint: "Credentials are not sent that way; --insecure allows it.",
      });
    }
    // Only what the registry's owner and the user say counts, not what a URL brings along.
    realm.username = "";
    realm.password = "";
    realm.hash = "";
    return realm;
  }

  #parameters({ parameters }: Challenge): TokenParameters {
    const scopes =
      parameters
        .get("scope")
        ?.split(" ")
        .filter((scope) => scope !== "") ?? [];
    return {
      service: parameters.get("service"),
      scopes: scopes.length > 0 ? scopes : [`repository:${this.#options.repository}:pull`],
    };
  }
}

interface TokenParameters {
  readonly service: string | undefined;
  readonly scopes: readonly string[];
}

/** GET with a password or without anything, as the distribution specification has it; POST with a refresh token (OAuth2). */
function tokenRequest(
  realm: URL,
  { service, scopes }: TokenParameters,
  credentials: Password | IdentityToken | undefined,
): { url: URL; request: HttpRequest } {
  if (credentials?.kind === "identity-token") {
    const form = new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: credentials.token,
      client_id: "layerscope",
      scope: scopes.join(" "),
      ...(service !== undefined && { service }),
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { url: realm, request: { method: "POST", headers, body: form.toString() } };
  }
  if (service !== undefined) realm.searchParams.set("service", service);
  for (const scope of scopes) realm.searchParams.append("scope", scope);
  return { url: realm, request: { headers: credentials ? { authorization: basic(credentials) } : {} } };
}

function basic({ username, password }: Password): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

async function readToken(answer: HttpAnswer): Promise<{ token: string; lifeS: number }> {
  const bytes = await readBody(answer, LARGEST_TOKEN_ANSWER);
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    // What the parser says would quote the answer, and with it a part of the token.
  }
  const fields = (typeof document === "object" && document !== null ? document : {}) as Record<string, unknown>;
  const { token, access_token, expires_in } = fields;
  const text = token || access_token;
  if (typeof text !== "string" || !/^[\x21-\x7e]+$/.test(text)) {
    throw new LayerscopeError("unreachable", `${answer.url.host}: its answer holds no token`);
  }
  const lifeS = typeof expires_in === "number" && expires_in > 0 ? expires_in : DEFAULT_LIFE_S;
  return { token: text, lifeS };
}
