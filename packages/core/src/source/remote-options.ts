/** What may be said about engines and registries, and what is told of the search for an image. */

/** Whether an image is fetched from a registry: never, when no engine has it, or in any case. */
export type Pull = "never" | "missing" | "always";

/** Hosts to ask before a registry, in their order, by the host that names begin with (`docker.io`). */
export type Mirrors = Readonly<Record<string, readonly string[]>>;

export interface RemoteOptions {
  /** `os/arch[/variant]`: which of an image for several platforms is taken. */
  readonly platform?: string | undefined;
  /** For bare names; `never` when left out. */
  readonly pull?: Pull | undefined;
  /** Asked when no engine has the image and `pull` is left out. */
  readonly confirmPull?: ((name: string) => Promise<boolean>) | undefined;
  /** Registries may be spoken to without TLS, and without checking certificates. */
  readonly insecure?: boolean | undefined;
  /** A function is called when a registry is asked, and not before. */
  readonly mirrors?: Mirrors | (() => Promise<Mirrors>) | undefined;
  /** Where engines, credentials and proxies are told of; that of the process when left out. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Called for each place that is asked, when the answer is there. Texts are not escaped, and hold no secrets. */
  readonly onStep?: ((step: ResolutionStep) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One place that was asked for an image. */
export interface ResolutionStep {
  /** Such as `Docker Engine at unix:///var/run/docker.sock (context default)`. */
  readonly place: string;
  /** Such as `found`, `has no such image`, `does not answer (connection refused)`. */
  readonly outcome: string;
}
