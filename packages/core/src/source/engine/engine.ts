/** What an engine is asked, whichever it is. */
import type { ImageDocument } from "../../model/image.ts";
import type { ContainerFiles } from "./container-files.ts";

/** Programs that keep images and give them away. */
export type EngineKind = "docker" | "podman" | "containerd";

/** A connection to an engine that answers. */
export interface Engine extends AsyncDisposable {
  readonly kind: EngineKind;
  /** What it is and where, for people: `Docker Engine 20.10.24 at unix:///var/run/docker.sock`. Without credentials. */
  readonly title: string;
  /**
   * The image of a name, tag, digest or short ID.
   * @returns undefined when the engine does not have it
   * @throws LayerscopeError when it cannot tell
   */
  findImage(name: string, platform: string | undefined, signal?: AbortSignal): Promise<EngineImage | undefined>;
  /** Names of images that it has, to tell near ones on a miss. */
  imageNames(signal?: AbortSignal): Promise<readonly string[]>;
  /** A container of a name or ID; undefined when it has none, or knows no containers. */
  findContainer?(name: string, signal?: AbortSignal): Promise<EngineContainer | undefined>;
}

export interface EngineImage {
  /**
   * What the engine says of the image: configuration, history, layers by diffID. `member` of the layers is undefined. An
   * engine that says nothing before its archive comes has none.
   */
  readonly document: ImageDocument | undefined;
  /** About the bytes of the archive, when the engine tells. */
  readonly bytes: number | undefined;
  /** The image as `docker save` or an OCI archive has it, from its first byte each time. Ends with an error when it is cut. */
  export(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface EngineContainer {
  /** Its name without a slash, not escaped. */
  readonly name: string;
  readonly image: EngineImage;
  /** What it changed, of which its writable layer is made. */
  readonly files: ContainerFiles;
}
