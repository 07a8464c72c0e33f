/** What went wrong between us and a server, in words. */
import { type ErrorDetails, LayerscopeError } from "../../model/errors.ts";
import { PassingError } from "./retry.ts";
import { CONNECT_MS, HEADERS_MS, SILENCE_MS } from "./timeouts.ts";

export interface Connection {
  /** With its port, as people write it. */
  readonly host: string;
  /** Where it goes through, without credentials. */
  readonly proxy: string | undefined;
  /** The server answered before, so that it is known to be there. */
  readonly answeredBefore: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What a server that speaks plain HTTP does to somebody who begins with TLS. */
const NOT_TLS = new Set(["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO"]);
const BROKEN = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "EAI_AGAIN"]);
/** Stands for the HTTP parser's errors, most of which have no code. */
const NOT_HTTP = "HTTPParserError";
const NO_TLS_HINT = "If it speaks plain HTTP, and you trust the network to it, use --insecure.";

/** The server is there and speaks TLS, but cannot be trusted: no reason to do without TLS. */
export class CertificateError extends LayerscopeError {}

/** The error for what the HTTP client threw. */
export function connectionError(thrown: unknown, connection: Connection): LayerscopeError {
  if (connection.signal?.aborted) {
    return new LayerscopeError("aborted", "stopped on request", { cause: connection.signal.reason });
  }
  const code = codeOf(thrown);
  const { problem, hint, lasting } = describe(code, thrown, connection);
  const through = connection.proxy === undefined ? "" : ` (through the proxy ${connection.proxy})`;
  const message = `${connection.host}${through}: ${problem}`;
  const details: ErrorDetails = { hint, cause: thrown };
  if (!lasting && (connection.answeredBefore || BROKEN.has(code)))
    return new PassingError("unreachable", message, details);
  if (isCertificateProblem(code)) return new CertificateError("unreachable", message, details);
  return new LayerscopeError("unreachable", message, details);
}

interface Problem {
  readonly problem: string;
  readonly hint?: string | undefined;
  /** It will be the same the next time. */
  readonly lasting?: boolean;
}

function describe(code: string, thrown: unknown, { host, proxy }: Connection): Problem {
  const refusedByProxy = /^Proxy response \((\d{3})\)/.exec(messageOf(thrown))?.[1];
  if (refusedByProxy) {
    return {
      problem: `the proxy answers ${refusedByProxy}`,
      hint:
        refusedByProxy === "407"
          ? "The proxy wants a user and password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT."
          : "Check HTTPS_PROXY, and NO_PROXY for hosts that are reached without it.",
    };
  }
  if (isCertificateProblem(code)) {
    return {
      problem: `its certificate is not trusted (${messageOf(thrown)})`,
      hint: `Put the authority's certificate into /etc/docker/certs.d/${host}/ca.crt or name it in NODE_EXTRA_CA_CERTS; --insecure does without checking.`,
      lasting: true,
    };
  }
  if (NOT_TLS.has(code)) return { problem: "it does not speak TLS", hint: NO_TLS_HINT, lasting: true };
  switch (code) {
    case "ENOTFOUND":
      return {
        problem: "there is no host of that name",
        hint: "Check the name and the connection to the network.",
        lasting: true,
      };
    case "EAI_AGAIN":
      return { problem: "its name could not be looked up", hint: "Check the connection to the network." };
    case "ECONNREFUSED":
      return {
        problem: "it refuses the connection",
        hint: proxy === undefined ? "Nothing listens there; check host and port." : "Check HTTPS_PROXY.",
      };
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return { problem: "there is no way to it in the network", hint: "Check the connection to the network." };
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return {
        problem: `no connection within ${CONNECT_MS / 1000} s`,
        hint: "Check the network, and HTTPS_PROXY if there is a proxy.",
      };
    case "UND_ERR_HEADERS_TIMEOUT":
      return { problem: `no answer within ${HEADERS_MS / 1000} s` };
    case "UND_ERR_BODY_TIMEOUT":
      return { problem: `nothing came for ${SILENCE_MS / 1000} s` };
    case "UND_ERR_HEADERS_OVERFLOW":
      return { problem: "the head of its answer is too long", lasting: true };
    case NOT_HTTP:
      return { problem: "its answer is not HTTP", lasting: true };
    default:
      return {
        problem: BROKEN.has(code) ? "the connection broke" : `the connection failed (${code || messageOf(thrown)})`,
      };
  }
}

function isCertificateProblem(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|UND_ERR_PRX_TLS/.test(code);
}

/** The first code in what was thrown, what caused it, and what it is made of. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  if (thrown.name === NOT_HTTP) return NOT_HTTP;
  const { code } = thrown as NodeJS.ErrnoException;
  // Where several addresses were tried, the first one's failure stands for all.
  if (thrown instanceof AggregateError) return codeOf(thrown.errors[0]) || String(code ?? "");
  return typeof code === "string" ? code : codeOf(thrown.cause);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
