/**
 * A registry that wants tokens, and the service that gives them, as the distribution specification has it: in front of a
 * registry that lets everybody in.
 */

import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type LoopbackServer, listenOnLoopback } from "./loopback-server.ts";
import type { Account } from "./registries.ts";

export interface TokenServerOptions {
  /** `HOST:PORT` of the registry behind it. */
  readonly registry: string;
  readonly account: Account;
  /** Gets tokens too (OAuth2). */
  readonly refreshToken: string;
  /** After so many requests a token is not accepted any more. */
  readonly uses: number;
  /** What a token is said to live, in seconds. */
  readonly expiresIn: number;
}

export interface TokenServer extends LoopbackServer {
  /** All tokens that were given to anybody. */
  readonly tokens: readonly string[];
  /** What tokens were asked for, and how. */
  readonly asked: readonly string[];
}

const SERVICE = "registry of a test";

export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const server = new Tokens(options);
  const listening = await listenOnLoopback(
    createServer((question, answer) => {
      server.answer(question, answer).catch((error: unknown) => answer.destroy(error as Error));
    }),
  );
  return { ...listening, tokens: server.tokens, asked: server.asked };
}

interface Grant {
  readonly scope: string;
  left: number;
}

class Tokens {
  readonly tokens: string[] = [];
  readonly asked: string[] = [];
  readonly #options: TokenServerOptions;
  readonly #grants = new Map<string, Grant>();

  constructor(options: TokenServerOptions) {
    this.#options = options;
  }

  async answer(question: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(question.url ?? "", `http://${question.headers.host}`);
    if (url.pathname === "/token") await this.#giveToken(url, question, answer);
    else this.#letIn(url, question, answer);
  }

  #letIn(url: URL, question: IncomingMessage, answer: ServerResponse): void {
    const { authorization } = question.headers;
    const repository = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url.pathname)?.[1];
    const scope = `repository:${repository}:pull`;
    const grant = this.#grants.get(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "");
    if (grant && grant.scope === scope && grant.left-- > 0) {
      this.#forward(question, answer);
      return;
    }
    const parts = [`realm="${url.origin}/token"`, `service="${SERVICE}"`, `scope="${scope}"`];
    if (authorization !== undefined) parts.push('error="invalid_token"');
    answer.setHeader("www-authenticate", `Bearer ${parts.join(",")}`);
    refuse(answer, `${authorization ?? "nobody"} is not let in`);
  }

  async #giveToken(url: URL, question: IncomingMessage, answer: ServerResponse): Promise<void> {
    const isPost = question.method === "POST";
    const fields = isPost ? new URLSearchParams(await textOf(question)) : url.searchParams;
    const { user, password } = this.#options.account;
    const { authorization } = question.headers;
    const isKnown = isPost
      ? fields.get("grant_type") === "refresh_token" && fields.get("refresh_token") === this.#options.refreshToken
      : authorization === `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const scope = fields.get("scope") ?? "";
    this.asked.push(`${question.method} ${fields.get("service")} ${scope}`);
    if (!isKnown || fields.get("service") !== SERVICE || fields.getAll("scope").length !== 1) {
      // A server that says what it was sent gives the client's secrets back.
      refuse(answer, `wrong: ${authorization} ${fields}`);
      return;
    }
    const token = randomBytes(32).toString("base64url");
    this.tokens.push(token);
    this.#grants.set(token, { scope, left: this.#options.uses });
    const document = { [isPost ? "access_token" : "token"]: token, expires_in: this.#options.expiresIn };
    answer.setHeader("content-type", "application/json").end(JSON.stringify(document));
  }

  #forward(question: IncomingMessage, answer: ServerResponse): void {
    const { authorization, ...headers } = question.headers;
    const { method, url: path } = question;
    request(`http://${this.#options.registry}`, { method, path, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 500, from.headers);
      from.pipe(answer);
    })
      .on("error", () => answer.destroy())
      .end();
  }
}

function refuse(answer: ServerResponse, message: string): void {
  answer.writeHead(401, { "content-type": "application/json" });
  answer.end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message }] }));
}

async function textOf(question: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of question) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
