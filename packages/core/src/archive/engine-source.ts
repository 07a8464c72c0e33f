/** An image of an engine: its archive streams out of the engine straight into the layer reader. */
import type { ImageDocument } from "../model/image.ts";
import type { Engine, EngineContainer, EngineImage } from "../source/engine/engine.ts";
import type { ResolutionStep } from "../source/remote-options.ts";
import type { Archive } from "./archive.ts";
import { containerLayer } from "./container-layer.ts";
import type { OpenArchiveOptions, Source, TopLayer } from "./source.ts";

export class EngineSource implements Source {
  readonly kind = "engine";
  readonly location: string;
  /** The engine gives only the one that was asked for, for one platform or several. */
  readonly image: string | undefined = undefined;
  readonly announced: ImageDocument | undefined;
  readonly expectedBytes: number | undefined;
  readonly topLayer: TopLayer | undefined;
  readonly steps: readonly ResolutionStep[];
  readonly #engine: Engine;
  readonly #image: EngineImage;

  /**
   * @param location how the image can be named again: `docker:nginx:latest`
   * @param container when its changes are one more layer
   */
  constructor(
    location: string,
    engine: Engine,
    found: { readonly image: EngineImage; readonly container?: EngineContainer | undefined },
    steps: readonly ResolutionStep[],
  ) {
    const { image, container } = found;
    this.location = location;
    this.announced = image.document;
    this.expectedBytes = image.bytes;
    this.topLayer = container && topLayerOf(container);
    this.steps = steps;
    this.#engine = engine;
    this.#image = image;
  }

  async openArchive(options: OpenArchiveOptions): Promise<Archive> {
    // Only streams need tar-stream, and loading it takes a while.
    const { StreamArchive } = await import("./stream-archive.ts");
    return StreamArchive.read({
      ...options,
      location: this.location,
      bytesRequested: () => 0,
      reopenable: true,
      open: () => this.#image.export(options.signal),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }
}

function topLayerOf(container: EngineContainer): TopLayer {
  return {
    step: {
      createdBy: undefined,
      created: undefined,
      comment: `changes of the container ${container.name}`,
      author: undefined,
      emptyLayer: false,
    },
    stream: (signal) => containerLayer(container.files, signal),
  };
}
