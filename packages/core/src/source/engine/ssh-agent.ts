/**
 * Connections through the ssh command, which knows the user's configuration, keys and known hosts. On the far side the
 * engine's own command hands the connection on to its socket.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";
import type { SshPlace } from "./engine-address.ts";

const CONNECT_SECONDS = 10;
const MOST_CHARACTERS = 4096;

/** Starts an ssh for each connection, and ends it with that. */
export class SshAgent extends Agent {
  readonly #arguments: readonly string[];
  readonly #env: NodeJS.ProcessEnv;

  constructor(place: SshPlace, kind: "docker" | "podman", env: NodeJS.ProcessEnv) {
    super();
    this.#arguments = sshArguments(place, kind);
    this.#env = env;
  }

  /** What Node calls on an agent for each connection. */
  override createConnection(): Duplex {
    return new SshConnection(spawn("ssh", this.#arguments, { env: this.#env }));
  }
}

/** The arguments of ssh; it asks nothing, since the terminal is not its own. */
export function sshArguments(place: SshPlace, kind: "docker" | "podman"): readonly string[] {
  const { user, host, port, socketPath, identityFile } = place;
  const option = kind === "podman" ? "--url" : "--host";
  const socket = socketPath === undefined ? "" : ` ${option} ${quoted(`unix://${socketPath}`)}`;
  return [
    "-T",
    ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${CONNECT_SECONDS}`],
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...(identityFile === undefined ? [] : ["-i", identityFile]),
    "--",
    host,
    `${kind}${socket} system dial-stdio`,
  ];
}

/** For the shell on the far side. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

class SshConnection extends Duplex {
  readonly #ssh: ChildProcessWithoutNullStreams;
  #complaint = "";

  constructor(ssh: ChildProcessWithoutNullStreams) {
    super();
    this.#ssh = ssh;
    ssh.stdout.on("data", (chunk) => {
      if (!this.push(chunk)) ssh.stdout.pause();
    });
    ssh.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-MOST_CHARACTERS);
    });
    // The process says why it ended; that its input is closed says nothing.
    ssh.stdin.on("error", () => {});
    ssh.on("error", (error) => this.destroy(new SshFailure(error.message, { cause: error })));
    ssh.on("close", (code) => {
      if (code === 0) this.push(null);
      else this.destroy(new SshFailure(this.#complaint.trim().split("\n").at(-1) || `ssh ended with code ${code}`));
    });
  }

  override _read(): void {
    this.#ssh.stdout.resume();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#ssh.stdin.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#ssh.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ssh.kill();
    done(error);
  }
}

/** ssh did not get us to the engine; the message is what it said last. */
export class SshFailure extends Error {}
