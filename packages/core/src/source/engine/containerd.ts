/** containerd, through the commands that come with it: nerdctl where it is installed, else ctr. */
import { LayerscopeError } from "../../model/errors.ts";
import { findProgram } from "../find-program.ts";
import { type ContainerdCommand, ctr, nerdctl } from "./containerd-commands.ts";
import type { Engine, EngineImage } from "./engine.ts";

/**
 * Connects to the containerd of CONTAINERD_ADDRESS, in the namespace of CONTAINERD_NAMESPACE.
 * @returns undefined when neither nerdctl nor ctr is installed
 * @throws LayerscopeError `no-engine` when there is no containerd, `refused` when it may not be used, `unreachable` when it
 *   does not answer, `aborted`
 */
export async function connectContainerd(
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<Engine | undefined> {
  let problem: unknown;
  for (const [name, command] of [["nerdctl", nerdctl] as const, ["ctr", ctr] as const]) {
    const path = findProgram(name, env);
    if (path === undefined) continue;
    const found = command(path, env);
    try {
      await found.check(signal);
      return new Containerd(found);
    } catch (thrown) {
      if (!(thrown instanceof LayerscopeError) || thrown.code === "aborted") throw thrown;
      problem = thrown.at({ source: found.title });
    }
  }
  if (problem !== undefined) throw problem;
  return undefined;
}

class Containerd implements Engine {
  readonly kind = "containerd";
  readonly title: string;
  readonly #command: ContainerdCommand;

  constructor(command: ContainerdCommand) {
    this.title = command.title;
    this.#command = command;
  }

  async findImage(name: string, platform: string | undefined, signal?: AbortSignal): Promise<EngineImage | undefined> {
    const image = await this.#command.find(name, platform, signal);
    if (!image) return undefined;
    // What the image is made of is told by its archive only.
    return {
      document: undefined,
      bytes: image.bytes,
      export: (exportSignal) => this.#command.export(image, exportSignal),
    };
  }

  imageNames(signal?: AbortSignal): Promise<readonly string[]> {
    return this.#command.names(signal);
  }

  // Each question is a program of its own, which has ended when it is answered.
  async [Symbol.asyncDispose](): Promise<void> {}
}
