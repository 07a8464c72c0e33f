/** How containerd's commands are asked for images. Sources: `ctr images --help` (1.6), nerdctl's command reference (2.0). */
import { connect } from "node:net";
import { LayerscopeError } from "../../model/errors.ts";
import { choosePlatform, findListed, type ListedImage, parseImageList } from "./containerd-images.ts";
import { oneLine } from "./engine-errors.ts";
import { type ProgramEnd, programOutput, runProgram } from "./run-program.ts";

/** An image as the command calls it, and the platform that is asked for. */
interface NamedImage {
  readonly name: string;
  readonly platform: string | undefined;
  /** About the size of the archive, where it is told. */
  readonly bytes: number | undefined;
}

export interface ContainerdCommand {
  /** What it is and where, for people. */
  readonly title: string;
  /** @throws LayerscopeError when containerd does not answer */
  check(signal: AbortSignal | undefined): Promise<void>;
  find(name: string, platform: string | undefined, signal: AbortSignal | undefined): Promise<NamedImage | undefined>;
  names(signal: AbortSignal | undefined): Promise<readonly string[]>;
  export(image: NamedImage, signal: AbortSignal | undefined): AsyncIterable<Uint8Array>;
}

const DEFAULT_ADDRESS = "/run/containerd/containerd.sock";
const DEFAULT_NAMESPACE = "default";

/** ctr: knows whole names only, so what people write is looked for in its list. */
export function ctr(path: string, env: NodeJS.ProcessEnv): ContainerdCommand {
  const command = new Command(path, env, "ctr");
  const list = async (signal: AbortSignal | undefined): Promise<readonly ListedImage[]> =>
    parseImageList(await command.ask(["images", "ls"], signal));
  return {
    title: command.title,
    check: async (signal) => {
      // ctr itself goes on trying for ten seconds.
      await command.knock();
      await command.ask(["version"], signal);
    },
    names: async (signal) => (await list(signal)).map(({ name }) => name),
    find: async (name, platform, signal) => {
      const image = findListed(await list(signal), name);
      return image && { name: image.name, platform: choosePlatform(image, platform), bytes: image.bytes };
    },
    export: ({ name, platform }, signal) =>
      command.stream(["images", "export", ...platformOption(platform), "-", name], signal),
  };
}

/** nerdctl: resolves names and IDs, and finds a containerd without root, by itself. */
export function nerdctl(path: string, env: NodeJS.ProcessEnv): ContainerdCommand {
  const command = new Command(path, env, "nerdctl");
  const names = async (signal: AbortSignal | undefined): Promise<readonly string[]> => {
    const text = await command.ask(["images", "--format", "{{.Repository}}:{{.Tag}}"], signal);
    return linesOf(text).filter((name) => !name.includes("<none>"));
  };
  return {
    title: command.title,
    check: async (signal) => {
      await command.ask(["images", "--quiet"], signal);
    },
    names,
    find: async (name, platform, signal) => {
      if (name.startsWith("-")) return undefined;
      const end = await command.run(["image", "inspect", "--format", "{{.Id}}", name], signal);
      if (end.status === 0 && end.text.trim() !== "") return { name, platform, bytes: undefined };
      if (end.status === 0 || /no such (image|object)|not found/i.test(end.complaint)) return undefined;
      throw command.failure(end);
    },
    export: ({ name, platform }, signal) => command.stream(["save", ...platformOption(platform), name], signal),
  };
}

function platformOption(platform: string | undefined): readonly string[] {
  return platform === undefined ? [] : ["--platform", platform];
}

class Command {
  readonly title: string;
  readonly #path: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #address: string;

  constructor(path: string, env: NodeJS.ProcessEnv, name: string) {
    const { CONTAINERD_ADDRESS: address, CONTAINERD_NAMESPACE: namespace } = env;
    this.#path = path;
    this.#env = env;
    this.#address = address || DEFAULT_ADDRESS;
    this.title = `containerd${address ? ` at ${address}` : ""} (${name}, namespace ${namespace || DEFAULT_NAMESPACE})`;
  }

  run(args: readonly string[], signal: AbortSignal | undefined): Promise<ProgramEnd & { readonly text: string }> {
    return runProgram(this.#path, args, { env: this.#env, signal });
  }

  async ask(args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
    const end = await this.run(args, signal);
    if (end.status !== 0) throw this.failure(end);
    return end.text;
  }

  async *stream(args: readonly string[], signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const end = yield* programOutput(this.#path, args, { env: this.#env, signal });
    if (end.status !== 0) throw this.failure(end);
  }

  /** Whether something listens at the address. @throws LayerscopeError `no-engine`, `refused` */
  async knock(): Promise<void> {
    const path = this.#address.replace(/^unix:\/\//, "");
    await new Promise<void>((resolve, reject) => {
      const socket = connect(path, () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", (cause: NodeJS.ErrnoException) => {
        const isRefused = cause.code === "EACCES" || cause.code === "EPERM";
        reject(isRefused ? this.#refused(cause) : this.#absent(`nothing listens at ${path}`, cause));
      });
    });
  }

  failure({ status, complaint }: ProgramEnd): LayerscopeError {
    const said = oneLine(linesOf(complaint).slice(-LAST_LINES).join("; "));
    if (/permission denied|rootless/i.test(said)) return this.#refused(undefined, said);
    if (/failed to dial|connection refused|cannot access containerd socket|no such file/i.test(said)) {
      return this.#absent(said);
    }
    if (/content digest \S+ not found/.test(said)) {
      const hint = "containerd has only a part of this image; pull it for the platform that is asked for.";
      return new LayerscopeError("missing-blob", `${this.title}: ${said}`, { hint });
    }
    const what = status === undefined ? "was ended" : `ended with status ${status}`;
    return new LayerscopeError("unreachable", `${this.title}: ${what}${said && `: ${said}`}`);
  }

  #absent(why: string, cause?: unknown): LayerscopeError {
    const hint = "Start containerd, or name its socket in CONTAINERD_ADDRESS.";
    return new LayerscopeError("no-engine", `${this.title}: ${why}`, { hint, cause });
  }

  #refused(cause: unknown, why = "no permission to use its socket"): LayerscopeError {
    return new LayerscopeError("refused", `${this.title}: ${why}`, { hint: "Use sudo.", cause });
  }
}

/** How many of the last lines that a command complains with are shown. */
const LAST_LINES = 3;

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
