/** Credential helpers: programs that keep secrets elsewhere, by Docker's protocol. */

import { findProgram } from "../../find-program.ts";
import { parseObject } from "./credential-document.ts";
import { soundToken } from "./credential-entry.ts";
import { CredentialProblem } from "./credential-problem.ts";
import { type Credentials, IdentityToken, Password } from "./credentials.ts";
import { runHelper } from "./run-helper.ts";

/** What a helper says by the protocol when it keeps nothing for a registry. */
const NOT_FOUND = "credentials not found in native keychain";
/** The user name that means that the secret is a token. */
const TOKEN_USER = "<token>";

/**
 * The file name of a helper's program.
 * @throws CredentialProblem when it would be none, so that a document cannot have just any program started
 */
export function helperProgram(name: unknown): string {
  if (typeof name !== "string" || !/^[A-Za-z0-9._-]{1,100}$/.test(name)) {
    throw new CredentialProblem("names a credential helper that cannot be one");
  }
  return `docker-credential-${name}`;
}

/**
 * @param program as {@link helperProgram} gives it; looked for on the PATH
 * @param keys what to ask for, one after the other, until the helper knows one
 * @throws CredentialProblem that says what is wrong, without a subject; LayerscopeError `aborted`
 */
export async function askHelper(
  program: string,
  keys: readonly string[],
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined },
): Promise<Credentials | undefined> {
  const path = findProgram(program, env);
  if (path === undefined) throw new CredentialProblem("is not installed");
  for (const key of keys) {
    const { exitCode, text } = await runHelper(path, key, { env, signal });
    if (exitCode === 0) {
      const credentials = credentialsOfAnswer(text);
      if (credentials !== undefined) return credentials;
    } else if (!text.includes(NOT_FOUND)) {
      // Not a word of what it said: that may be half of an answer.
      throw new CredentialProblem(
        exitCode === undefined ? "was ended by a signal" : `failed with exit code ${exitCode}`,
      );
    }
  }
  return undefined;
}

function credentialsOfAnswer(text: string): Credentials | undefined {
  const answer = parseObject(text);
  const username = answer?.get("Username");
  const secret = answer?.get("Secret");
  if (typeof username !== "string" || typeof secret !== "string") {
    throw new CredentialProblem("gave an answer without user name and secret");
  }
  if (username === "") return undefined;
  return username === TOKEN_USER ? new IdentityToken(soundToken(secret)) : new Password(username, secret);
}
