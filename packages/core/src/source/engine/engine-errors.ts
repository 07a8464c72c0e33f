/** What goes wrong between an engine and us, in one line each, and what to do about it. */
import { LayerscopeError } from "../../model/errors.ts";
import { withoutCredentials } from "../without-credentials.ts";
import type { EngineAddress } from "./engine-address.ts";
import { SshFailure } from "./ssh-agent.ts";

/** The engine an error is about. */
export interface EnginePlace {
  readonly kind: "docker" | "podman";
  /** `Docker Engine 20.10.24 at unix:///var/run/docker.sock`, or what is known of it before it answers. */
  readonly title: string;
  readonly address: EngineAddress;
}

const UNTRUSTED = new Set([
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const NOT_TLS = /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|RECORD_OVERFLOW))$/;
const OURS_REFUSED = /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;
const UNUSABLE_FILE = /^ERR_OSSL_|^ERR_TLS_INVALID_CONTEXT$/;

/** Why an engine does not answer. */
export function connectionError(thrown: unknown, place: EnginePlace): LayerscopeError {
  const { code = "", message = String(thrown) } = thrown as NodeJS.ErrnoException;
  const error = errorMaker(place, thrown);
  if (thrown instanceof SshFailure) return sshError(thrown, error);
  const isSocket = /^(unix|npipe):/.test(place.address.url);
  if (isSocket && (code === "ENOENT" || code === "ENOTDIR")) {
    return error("no-engine", "there is no such socket", startHint(place));
  }
  if (isSocket && (code === "EACCES" || code === "EPERM")) {
    return error("refused", "no permission to use its socket", PERMISSION_HINTS[place.kind]);
  }
  if (code === "ECONNREFUSED")
    return error("no-engine", "nothing listens there (connection refused)", startHint(place));
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return error("unreachable", "there is no host of that name", HOST_HINT);
  }
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH") {
    return error("unreachable", `its host cannot be reached (${code})`, HOST_HINT);
  }
  if (code === "ECONNRESET" || code === "EPIPE") {
    return error("unreachable", "it closed the connection without an answer", endedHint(place));
  }
  return tlsError(code, message, error) ?? error("unreachable", oneLine(message));
}

function tlsError(code: string, message: string, error: ErrorMaker): LayerscopeError | undefined {
  if (UNTRUSTED.has(code)) {
    return error(
      "unreachable",
      "its certificate is not signed by who we trust",
      "Put the certificate of the engine's authority into ca.pem beside cert.pem and key.pem (DOCKER_CERT_PATH).",
    );
  }
  if (code === "CERT_HAS_EXPIRED") return error("unreachable", "its certificate has expired", RENEW_HINT);
  if (code === "CERT_NOT_YET_VALID") return error("unreachable", "its certificate is not valid yet", RENEW_HINT);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return error(
      "unreachable",
      "its certificate is for another host",
      "Use the host name that stands in the certificate.",
    );
  }
  if (OURS_REFUSED.test(code)) {
    return error(
      "refused",
      "it does not accept our certificate",
      "Check cert.pem and key.pem (DOCKER_CERT_PATH): the engine's authority must have signed them.",
    );
  }
  if (NOT_TLS.test(code)) {
    return error("unreachable", "it does not speak TLS", "Unset DOCKER_TLS_VERIFY, or name the port that speaks TLS.");
  }
  if (UNUSABLE_FILE.test(code)) {
    const why = oneLine(message.replace(/^error:[^:]*:[^:]*:[^:]*:/, ""));
    return error("unreadable", `its certificate files cannot be used (${why})`, "Check ca.pem, cert.pem and key.pem.");
  }
  return undefined;
}

function sshError({ message, cause }: SshFailure, error: ErrorMaker): LayerscopeError {
  const said = oneLine(message.replace(/^ssh: /, ""));
  if ((cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
    return error("no-engine", "there is no ssh command", "Install OpenSSH's client.");
  }
  if (/host key verification failed/i.test(said)) {
    return error("refused", `ssh: ${said}`, "Connect once with ssh by hand, and look whether the key is the host's.");
  }
  if (/permission denied \(|too many authentication failures/i.test(said)) {
    return error("refused", `ssh: ${said}`, "Let ssh-agent have the key (ssh-add); ssh is not asked for a password.");
  }
  if (/permission denied/i.test(said))
    return error("refused", `ssh: ${said}`, "Its user may not use the engine there.");
  return error("unreachable", `ssh: ${said}`, "Try the same by hand: ssh HOST docker version (or podman version).");
}

/** What an answer means that is neither good nor "there is none". */
export function statusError(status: number, body: string, place: EnginePlace): LayerscopeError {
  const said = engineMessage(body);
  const error = errorMaker(place, undefined);
  if (status === 400 && /client version \S+ is too (new|old)/.test(said)) {
    return error("invalid-option", said, "Unset DOCKER_API_VERSION, or set it to a version that the engine speaks.");
  }
  if (status === 400 && /invalid reference format/.test(said)) return error("invalid-reference", said);
  if (status === 400 && /HTTP request to an HTTPS server/.test(said)) {
    return error(
      "unreachable",
      "it speaks TLS only",
      "Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to its certificates.",
    );
  }
  if (status === 401 || status === 403) {
    return error(
      "refused",
      said ? `it does not allow that: ${said}` : "it does not allow that",
      "The engine or what stands before it (a plugin, a proxy) must allow to inspect and to save images.",
    );
  }
  if (status === 404) return error("no-such-image", said || "it has no such thing");
  if (status === 500 && said.startsWith("empty export")) {
    return error("no-content", "it cannot save an image without layers", "registry:NAME reads it from its registry.");
  }
  if (status >= 500 && said !== "") return error("unreachable", `it failed: ${said}`);
  return error("unreachable", `it answers with status ${status}${said && `: ${said}`}`, NOT_AN_ENGINE_HINT);
}

/** It does not answer in time. */
export function timeoutError(what: string, ms: number, place: EnginePlace): LayerscopeError {
  return errorMaker(place, undefined)("unreachable", `${what} for ${ms / 1000} seconds`, endedHint(place));
}

/** The connection was closed in the middle of an answer. */
export function brokenOff(place: EnginePlace, cause?: unknown): LayerscopeError {
  const problem = "it closed the connection in the middle of its answer";
  return errorMaker(place, cause)("truncated", problem, endedHint(place));
}

/** It answers with something that no engine says. */
export function answerError(problem: string, place: EnginePlace): LayerscopeError {
  return errorMaker(place, undefined)("unreachable", problem, NOT_AN_ENGINE_HINT);
}

/** What an engine says in an answer, as one line without credentials. */
export function engineMessage(body: string): string {
  try {
    const { message, error } = JSON.parse(body) as { readonly message?: unknown; readonly error?: unknown };
    if (typeof message === "string") return oneLine(message);
    if (typeof error === "string") return oneLine(error);
  } catch {}
  return oneLine(body);
}

const MOST_CHARACTERS = 300;

/** Text of others as part of a message. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  const shown = line.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"']+/gi, withoutCredentials);
  return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown;
}

type ErrorMaker = (code: LayerscopeError["code"], problem: string, hint?: string) => LayerscopeError;

function errorMaker({ title, address }: EnginePlace, cause: unknown): ErrorMaker {
  return (code, problem, hint) =>
    new LayerscopeError(code, `${title} (${address.origin}): ${problem}`, { hint, cause });
}

const PERMISSION_HINTS = {
  docker: "Join the group docker (sudo usermod -aG docker NAME, then log in again), use sudo, or a rootless Docker.",
  podman: "Use your own service (systemctl --user start podman.socket), or sudo.",
};
const HOST_HINT = "Check the address and the network.";
const RENEW_HINT = "Let the engine have a new certificate, and check the clock of this machine.";
const NOT_AN_ENGINE_HINT = "Check that the address is that of an engine.";

function startHint({ kind, address }: EnginePlace): string {
  if (address.url.startsWith("tcp:")) return "Check the host and the port, and that the engine listens there.";
  if (kind === "podman") return "Start it: systemctl --user start podman.socket, or podman machine start.";
  return address.isExplicit ? "Start it, or name another place in DOCKER_HOST." : "Start Docker.";
}

function endedHint({ kind, address }: EnginePlace): string {
  if (address.url.startsWith("tcp:")) return "Check that the engine listens there, and whether it speaks TLS.";
  return kind === "podman" ? "Look into Podman's log." : "Look into Docker's log.";
}
