/** What a registry answers when it does not give what was asked for, in words. */
import { type ErrorCode, LayerscopeError } from "../../model/errors.ts";
import { DOCKER_HUB } from "../image-reference.ts";
import type { FoundCredentials } from "./credentials/credentials.ts";
import { type HttpAnswer, readBody } from "./http.ts";
import { PassingError, retryAfterMs } from "./retry.ts";
import type { Secrets } from "./secrets.ts";

/** Who was asked for what. */
export interface Question {
  /** Who was asked: `docker.io`, `mirror.example:5000`. */
  readonly host: string;
  /** `docker.io/library/nginx`. */
  readonly title: string;
  readonly subject: Subject;
  /** What there was to say who asks; undefined when the server did not want to know. */
  readonly found: FoundCredentials | undefined;
  readonly secrets: Secrets;
}

export type Subject =
  | { readonly kind: "manifest"; readonly reference: string }
  | { readonly kind: "blob"; readonly digest: string }
  | { readonly kind: "token" };

/** What is read of an answer that is an error, in bytes, and shown of it, in characters. */
const LONGEST_ERROR = 65_536;
const LONGEST_QUOTE = 200;
const MISSING = 404;
const BUSY = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The error for an answer with an error's status. Takes the body. */
export async function statusError(answer: HttpAnswer, question: Question): Promise<LayerscopeError> {
  const { status } = answer;
  const said = await readErrors(answer, question.secrets);
  if (status === 401 || status === 403) return refused(status, said.quote, question);
  if (status === MISSING && question.subject.kind !== "token") return missing(said, question);
  const quote = said.quote === undefined ? "" : ` (${said.quote})`;
  const who = question.subject.kind === "token" ? `the token service of ${question.host}` : question.host;
  if (!BUSY.has(status)) {
    return new LayerscopeError("unreachable", `${who} answers ${status}${quote}`, { where: whereOf(question) });
  }
  const waitMs = retryAfterMs(answer.header("retry-after"), Date.now());
  const problem = status === 429 ? "has had too many requests from here" : `answers ${status}`;
  return new PassingError("unreachable", `${who} ${problem}${quote}`, {
    waitMs,
    where: whereOf(question),
    hint: busyHint(status, waitMs, question),
  });
}

/** For what registries kept before 2016; it has no configuration, and its digest leaves a part of it out. */
export function schema1Error(title: string): LayerscopeError {
  return new LayerscopeError(
    "unsupported-source",
    `${title} has a manifest of the old kind (schema 1), which is not read`,
    {
      hint: "Pull it with an engine and name it docker:NAME, or push it again with a current tool.",
    },
  );
}

function refused(status: number, quote: string | undefined, question: Question): LayerscopeError {
  const { host, title, found } = question;
  const message = `${host} refuses ${title}: ${quote ?? `it answers ${status}`}`;
  const hint = found?.credentials ? wrongCredentialsHint(host, found.origin) : noCredentialsHint(host, found?.problems);
  return new LayerscopeError("refused", message, { hint, where: whereOf(question) });
}

function wrongCredentialsHint(host: string, origin: string | undefined): string {
  const from = origin === undefined ? "" : ` (from ${origin})`;
  return `The credentials for ${host}${from} are wrong or do not reach that far; log in again with ${loginCommand(host)}.`;
}

function noCredentialsHint(host: string, problems: readonly string[] = []): string {
  const found = problems.map((problem) => `${problem}. `).join("");
  const others = host === DOCKER_HUB ? "Docker Hub answers" : "Some registries answer";
  return `${found}If it is private, log in with ${loginCommand(host)}. ${others} the same for a name that does not exist, so check it too.`;
}

function loginCommand(host: string): string {
  return host === DOCKER_HUB ? "docker login" : `docker login ${host}`;
}

function missing({ codes, quote, isRegistry }: Said, question: Question): LayerscopeError {
  const { host, title, subject } = question;
  const where = whereOf(question);
  if (subject.kind === "blob") {
    return new LayerscopeError("missing-blob", `${host} does not have the blob ${subject.digest} of ${title}`, {
      where,
    });
  }
  const reference = subject.kind === "manifest" ? subject.reference : "";
  const named = reference.includes(":") ? `${title}@${reference}` : `${title}:${reference}`;
  if (!isRegistry) {
    return new LayerscopeError("no-such-image", `${host} does not answer as a registry does, but with 404`, {
      where,
      hint: `The name was understood as ${named}; check its first part.`,
    });
  }
  const message = codes.includes("NAME_UNKNOWN")
    ? `${host} has no repository of the name ${title}`
    : `${host} has no ${named}`;
  const hint = `The name was understood as ${named}${quote === undefined ? "" : `, and the answer was: ${quote}`}.`;
  return new LayerscopeError("no-such-image", message, { where, hint });
}

function busyHint(status: number, waitMs: number | undefined, { host, found }: Question): string | undefined {
  if (status !== 429) return undefined;
  const wait = waitMs === undefined ? "Try again later" : `Try again in ${Math.ceil(waitMs / 1000)} s`;
  if (found?.credentials) return `${wait}.`;
  return `${wait}, or log in with ${loginCommand(host)}: who is logged in may ask more often.`;
}

function whereOf({ subject }: Question): { digest?: string } {
  if (subject.kind === "blob") return { digest: subject.digest };
  return subject.kind === "manifest" && subject.reference.includes(":") ? { digest: subject.reference } : {};
}

interface Said {
  readonly codes: readonly string[];
  /** The first thing that the server says of it, fit to be shown but for escaping. */
  readonly quote: string | undefined;
  readonly isRegistry: boolean;
}

/** What to do where nothing better is known. */
const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  unreachable: "Try again; if it stays so, look at the network, at proxies on the way, and at the registry.",
  truncated: "Try again; if it stays so, a proxy on the way or the registry cuts off what it sends.",
  "digest-mismatch":
    "A proxy on the way or the registry changes what it sends; try another network, or push the image again.",
  "missing-blob": "The registry has lost a part of the image; push it again.",
};

/** The error with advice, where it has none. */
export function withAdvice(error: LayerscopeError): LayerscopeError {
  const { code, message, where, choices, cause } = error;
  const hint = error.hint ?? ADVICE[code];
  return hint === error.hint ? error : new LayerscopeError(code, message, { hint, where, choices, cause });
}

/** `{"errors": [{"code", "message"}]}`, and `{"details"}` or `{"error"}` as token services write. */
async function readErrors(answer: HttpAnswer, secrets: Secrets): Promise<Said> {
  const isRegistry = answer.header("docker-distribution-api-version") !== undefined;
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(await readBody(answer, LONGEST_ERROR)).toString("utf8"));
  } catch {
    // What the server did not say, or said in another way, is no second error.
  }
  const { errors, details, error_description, error } = isRecord(document) ? document : {};
  const list = Array.isArray(errors) ? errors.filter(isRecord) : [];
  const codes = list.flatMap(({ code }) => (typeof code === "string" ? [code] : []));
  const texts = [...list.map(({ message }) => message), ...codes, details, error_description, error];
  const text = texts.find((candidate): candidate is string => typeof candidate === "string" && candidate !== "");
  const quote = text === undefined ? undefined : shortened(secrets.strip(text));
  return { codes, quote, isRegistry: isRegistry || Array.isArray(errors) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shortened(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
