/** Finds tokens of known forms, and secrets that are told by an identifier beside them. */
import type { MatchList } from "./match-list.ts";
import { entropyOf, isPlaceholder, isRandom } from "./plausible-value.ts";
import type { SecretKind } from "./secret.ts";
import { fingerprintOf } from "./secret-value.ts";
import { TOKEN_FORMS } from "./token-forms.ts";

export function findTokens(list: MatchList): void {
  for (const { kind, title, prefix, pattern, isReal } of TOKEN_FORMS) {
    for (const at of beginningsOf(list, prefix)) {
      pattern.lastIndex = at;
      const token = pattern.exec(list.text)?.[0];
      if (token !== undefined && isReal(token)) list.add(kind, title, at, at + token.length);
    }
  }
  findAzureSecrets(list);
  for (const pair of PAIRS) findPair(list, pair);
}

/** Where a text stands that is no later part of a word. */
function* beginningsOf(list: MatchList, prefix: string): Generator<number> {
  const { text } = list;
  for (let at = text.indexOf(prefix); at >= 0 && !list.isFull; at = text.indexOf(prefix, at + prefix.length)) {
    const before = text.charCodeAt(at - 1);
    // Tokens that begin with such a prefix may have hyphens in them, and none begins in the middle of another.
    if (!isWord(before) && !(before === HYPHEN && prefix.endsWith("-"))) yield at;
  }
}

const HYPHEN = 45;

/** Letters, digits and `_`; the end of the text is none. */
function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}

/** A secret without a form of its own, and the identifier that always goes with it. */
interface Pair {
  readonly kind: SecretKind;
  readonly title: string;
  readonly prefixes: readonly string[];
  readonly identifier: RegExp;
  /** Anything that is long enough, at any place. */
  readonly candidate: RegExp;
  readonly isSecret: (value: string) => boolean;
}

const PAIRS: readonly Pair[] = [
  {
    kind: "aws-access-key",
    title: "AWS key",
    prefixes: ["AKIA", "ASIA"],
    identifier: /[A-Z]{4}[A-Z2-7]{16}(?![A-Za-z0-9])/y,
    candidate: /[A-Za-z0-9/+]{40,}/g,
    isSecret: (value) => value.length === 40 && /[A-Z]/.test(value) && /[a-z]/.test(value) && entropyOf(value) >= 4,
  },
  {
    kind: "twilio-token",
    title: "Twilio token",
    prefixes: ["AC"],
    identifier: /AC[0-9a-f]{32}(?![A-Za-z0-9])/y,
    candidate: /[A-Za-z0-9]{32,}/g,
    isSecret: (value) => /^[0-9a-f]{32}$/.test(value) && isRandom(value),
  },
];

/** How far from the identifier its secret may be, in characters. */
const NEAR = 400;

function findPair(list: MatchList, { kind, title, prefixes, identifier, candidate, isSecret }: Pair): void {
  for (const prefix of prefixes) {
    // What was looked at is not looked at again, so that many identifiers cost no more than one.
    let looked = 0;
    for (const at of beginningsOf(list, prefix)) {
      identifier.lastIndex = at;
      const found = identifier.exec(list.text)?.[0];
      if (found === undefined || isPlaceholder(found)) continue;
      const start = Math.max(looked, at - NEAR);
      const end = at + found.length + NEAR;
      looked = end;
      for (const match of list.text.slice(start, end).matchAll(candidate)) {
        const [value] = match;
        const from = start + match.index;
        const isCut = isWord(list.text.charCodeAt(from - 1)) || isWord(list.text.charCodeAt(from + value.length));
        if (!isCut && isSecret(value) && !isPlaceholder(value)) list.add(kind, title, from, from + value.length);
      }
    }
  }
}

/** The key of the storage emulator, which is the same for everybody. */
const EMULATOR_KEY = "0011cc25eb432071";
const ACCOUNT_KEY = /AccountKey=([A-Za-z0-9+/]{86}==)/y;
const CLIENT_SECRET = /Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/y;

function findAzureSecrets(list: MatchList): void {
  for (const at of beginningsOf(list, "AccountKey=")) {
    ACCOUNT_KEY.lastIndex = at;
    const key = ACCOUNT_KEY.exec(list.text)?.[1];
    if (key === undefined || !isRandom(key, 4) || fingerprintOf(key) === EMULATOR_KEY) continue;
    const start = at + "AccountKey=".length;
    list.add("azure-storage-key", "Azure key", start, start + key.length);
  }
  const { text } = list;
  // Three characters, a digit, `Q~`: what tells it apart is not at its beginning.
  for (let at = text.indexOf("Q~"); at >= 0 && !list.isFull; at = text.indexOf("Q~", at + 2)) {
    CLIENT_SECRET.lastIndex = at;
    const rest = CLIENT_SECRET.exec(text)?.[0];
    const start = at - 4;
    if (rest === undefined || start < 0 || !/^[A-Za-z0-9_~.-]{3}\d$/.test(text.slice(start, at))) continue;
    if (/[A-Za-z0-9_~.-]/.test(text.charAt(start - 1)) || !isRandom(rest, 3.5)) continue;
    list.add("azure-client-secret", "Azure secret", start, at + rest.length);
  }
}

const WEB_TOKEN = /eyJ([A-Za-z0-9_-]{10,1000})\.(eyJ[A-Za-z0-9_-]{10,4000})\.[A-Za-z0-9_-]{20,1000}(?![A-Za-z0-9_-])/y;

/** JSON web tokens. Only where secrets are set: elsewhere most are examples. */
export function findWebTokens(list: MatchList): void {
  for (const at of beginningsOf(list, "eyJ")) {
    WEB_TOKEN.lastIndex = at;
    const found = WEB_TOKEN.exec(list.text);
    if (!found || !isSigned(`eyJ${found[1]}`) || !isPrivate(found[2] ?? "")) continue;
    list.add("web-token", "web token", at, at + found[0].length);
  }
}

function isSigned(header: string): boolean {
  const { alg } = decodePart(header);
  return typeof alg === "string" && alg !== "none";
}

/** The one of every documentation, and those for anonymous users, are meant to be seen. */
function isPrivate(payload: string): boolean {
  const { sub, role } = decodePart(payload);
  return sub !== "1234567890" && role !== "anon";
}

function decodePart(part: string): { readonly alg?: unknown; readonly sub?: unknown; readonly role?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

const PASSWORD_IN_URL = /:\/\/([^\s/:@"'<>\\]{0,100}):([^\s/@"'<>\\]{3,300})@[A-Za-z0-9_[.-]/y;

/**
 * `scheme://user:password@host`.
 * @param isSecret what a password must be beyond being no placeholder
 */
export function findUrlPasswords(list: MatchList, isSecret: (password: string) => boolean = () => true): void {
  const { text } = list;
  for (let at = text.indexOf("://"); at >= 0 && !list.isFull; at = text.indexOf("://", at + 3)) {
    PASSWORD_IN_URL.lastIndex = at;
    const [whole, user, password] = PASSWORD_IN_URL.exec(text) ?? [];
    if (whole === undefined || user === undefined || password === undefined) continue;
    const isDefault =
      user === password || isPlaceholder(password) || /^x-?oauth/i.test(password) || /^\d+$/.test(password);
    const start = at + 4 + user.length;
    if (!isDefault && isSecret(password)) list.add("url-password", "password", start, start + password.length);
  }
}
