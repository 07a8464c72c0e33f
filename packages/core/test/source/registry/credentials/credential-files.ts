/** A home of its own for each search, with files and helpers in it, so that nothing of this machine is found. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryPath } from "../../../../../../test/temporary-directory.ts";
import type { Credentials } from "../../../../src/source/registry/credentials/credentials.ts";

export interface Home {
  readonly env: NodeJS.ProcessEnv;
  /** An absolute path. */
  readonly path: (name: string) => string;
  /** Writes a document, of JSON when it is no text. */
  readonly write: (name: string, document: unknown) => string;
  /** Puts a shell script on the PATH. */
  readonly helper: (name: string, script: string) => string;
}

export function home(more: NodeJS.ProcessEnv = {}): Home {
  const root = temporaryPath();
  const path = (name: string) => join(root, name);
  const write = (name: string, document: unknown) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), typeof document === "string" ? document : JSON.stringify(document));
    return path(name);
  };
  mkdirSync(root);
  return {
    path,
    write,
    env: { HOME: root, XDG_RUNTIME_DIR: path("run"), PATH: `${path("bin")}:/usr/bin:/bin`, ...more },
    helper: (name, script) => {
      const program = write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
      chmodSync(program, 0o755);
      return program;
    },
  };
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

export function authOf(username: string, password: string): { auth: string } {
  return { auth: base64(`${username}:${password}`) };
}

/** A document with one password for each of the keys, which is the same as its user name. */
export function configOf(keysAndUsers: Readonly<Record<string, string>>): object {
  const entries = Object.entries(keysAndUsers).map(([key, user]) => [key, authOf(user, user)]);
  return { auths: Object.fromEntries(entries) };
}

/** As a plain object, since credentials themselves show nothing to a comparison. */
export function revealed(credentials: Credentials | undefined): object | undefined {
  if (credentials === undefined) return undefined;
  const { kind } = credentials;
  return kind === "password"
    ? { kind, username: credentials.username, password: credentials.password }
    : { kind, token: credentials.token };
}
