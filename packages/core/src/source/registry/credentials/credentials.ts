/** What a registry accepts as proof of who asks. */
import { inspect } from "node:util";

export type Credentials = Password | IdentityToken | RegistryToken;

// The secrets are private fields behind accessors of the class: spreading, JSON, util.inspect and structuredClone do not
// see them, so they cannot get into a message by accident.
abstract class Secret {
  abstract readonly kind: string;

  toString(): string {
    return `[${this.kind}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** For basic authentication, and to ask a token server with. */
export class Password extends Secret {
  readonly kind = "password";
  readonly #username: string;
  readonly #password: string;

  constructor(username: string, password: string) {
    super();
    this.#username = username;
    this.#password = password;
  }

  get username(): string {
    return this.#username;
  }

  get password(): string {
    return this.#password;
  }
}

/** For a token server, as the refresh token of OAuth 2. */
export class IdentityToken extends Secret {
  readonly kind = "identity-token";
  readonly #token: string;

  constructor(token: string) {
    super();
    this.#token = token;
  }

  get token(): string {
    return this.#token;
  }
}

/** For the registry itself, as its bearer token. */
export class RegistryToken extends Secret {
  readonly kind = "registry-token";
  readonly #token: string;

  constructor(token: string) {
    super();
    this.#token = token;
  }

  get token(): string {
    return this.#token;
  }
}

/** What the search for credentials came to. */
export interface FoundCredentials {
  /** Undefined when none are kept for the registry: then it is asked anonymously. */
  readonly credentials: Credentials | undefined;
  /** The file, variable or helper that they come from; holds no secrets. */
  readonly origin: string | undefined;
  /** Why places could not be used that might have had some, one sentence each, without a full stop and without secrets. */
  readonly problems: readonly string[];
}
