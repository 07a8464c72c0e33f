/** A place that an engine may answer at. */
export interface EngineAddress {
  /**
   * `unix:///var/run/docker.sock` (what follows `unix://` is the path as it is, without escapes), `npipe:////./pipe/docker_engine`,
   * `tcp://host:2376[/path]`, `ssh://user@host[:port][/path]`. Without credentials; host and port are always there for tcp.
   */
  readonly url: string;
  /** For people: `DOCKER_HOST`, `context colima`, `the default socket`. Names in it are not escaped. */
  readonly origin: string;
  /** Said by the user: then it is the only place, and it is an error when it does not answer. */
  readonly isExplicit: boolean;
  /** For tcp: speak TLS. */
  readonly tls?: EngineTls;
  /** For ssh: the parts of the URL. */
  readonly ssh?: SshPlace;
  /** The version of the API to speak, without a "v": said by DOCKER_API_VERSION. Otherwise client and engine agree on one. */
  readonly apiVersion?: string;
}

/** PEM files as they are, and whether the engine's certificate is checked. */
export interface EngineTls {
  /** Who signs the engine's certificate; whoever the system trusts when left out. */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly verify: boolean;
}

/** Checked so that none of it can be taken for an option of the ssh command. */
export interface SshPlace {
  /** As ssh's own configuration says when left out. */
  readonly user?: string;
  /** A name, also one from ssh's configuration, or an address; IPv6 without brackets. */
  readonly host: string;
  /** As ssh's own configuration says when left out. */
  readonly port?: number;
  /** The engine's socket on the far side; its default one when left out. */
  readonly socketPath?: string;
  /** The private key to use. */
  readonly identityFile?: string;
}
