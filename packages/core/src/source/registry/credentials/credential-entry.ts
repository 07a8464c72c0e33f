/** What a document keeps for one registry. */
import { isUtf8 } from "node:buffer";
import { asObject } from "./credential-document.ts";
import { CredentialProblem } from "./credential-problem.ts";
import { type Credentials, IdentityToken, Password, RegistryToken } from "./credentials.ts";

/**
 * @returns undefined for an entry that is empty, as it is where a helper keeps the secret
 * @throws CredentialProblem that says what is wrong, without a subject
 */
export function credentialsOfEntry(entry: unknown): Credentials | undefined {
  const fields = asObject(entry);
  if (fields === undefined) throw new CredentialProblem("is not a JSON object");
  // The tokens come first: tools that write them put a user name without a meaning beside them.
  const registryToken = textAt(fields, "registrytoken");
  if (registryToken !== "") return new RegistryToken(soundToken(registryToken));
  const identityToken = textAt(fields, "identitytoken");
  if (identityToken !== "") return new IdentityToken(soundToken(identityToken));
  const auth = textAt(fields, "auth");
  if (auth !== "") return decodeAuth(auth);
  const username = textAt(fields, "username");
  return username === "" ? undefined : new Password(username, textAt(fields, "password"));
}

function textAt(fields: ReadonlyMap<string, unknown>, name: string): string {
  const value = fields.get(name) ?? "";
  if (typeof value !== "string") throw new CredentialProblem(`has a field "${name}" that is not a text`);
  return value;
}

/** Both kinds of token may end in a header, where anything else would be refused with a message that quotes it. */
export function soundToken(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new CredentialProblem("has a token with characters that no token has");
  return token;
}

/** `user:password` in base64. Docker once padded the password with NUL. */
function decodeAuth(auth: string): Password {
  const digits = auth.replace(/\s/g, "");
  const bytes = Buffer.from(digits, "base64");
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(digits) || !isUtf8(bytes)) {
    throw new CredentialProblem('has a field "auth" that is not base64 of a text');
  }
  const text = bytes.toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1) throw new CredentialProblem('has a field "auth" without user name and password');
  return new Password(text.slice(0, colon), withoutPadding(text.slice(colon + 1)));
}

function withoutPadding(password: string): string {
  let from = 0;
  let to = password.length;
  while (from < to && password[from] === "\0") from++;
  while (to > from && password[to - 1] === "\0") to--;
  return password.slice(from, to);
}
