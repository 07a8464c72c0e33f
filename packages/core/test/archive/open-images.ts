/** Opens whatever holds images, and shows which images and which files they have. */

import { temporaryFile } from "../../../../test/temporary-directory.ts";
import type { ImageList } from "../../src/archive/image-list.ts";
import { listImages } from "../../src/archive/image-list.ts";
import { readLayerFile, readLayerStream } from "../../src/layer/read-layer.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import type { ImageDocument } from "../../src/model/image.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/model/limits.ts";
import { type OpenSourceOptions, openSource } from "../../src/open-source.ts";
import { entriesOf, layerOptions, type Reading } from "../layer/read-layers.ts";

export interface OpenedImages {
  readonly kind: string;
  readonly list: ImageList;
  readonly incomplete: LayerscopeError | undefined;
  readonly bytesRequested: number;
  /** By layer, the paths in it; a string where the layer cannot be read. */
  files(document: ImageDocument): (string[] | string)[];
  /** The files of the only image for the only platform. */
  readonly only: (string[] | string)[];
}

export async function openImages(
  reference: string,
  options: OpenSourceOptions & { limits?: Partial<Limits> } = {},
): Promise<OpenedImages> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const read = new Map<string, Reading>();
  const source = await openSource(reference, options);
  try {
    const archive = await source.openArchive({
      limits,
      onLayer: async (name, _size, chunks) => {
        const own = layerOptions(limits);
        read.set(name, { layer: await readLayerStream(chunks, own), paths: own.paths });
      },
    });
    const list = await listImages(archive, limits);
    for (const document of list.images.flatMap(({ platforms }) => platforms)) {
      for (const { member } of document.layers) {
        const range = member === undefined ? undefined : archive.blob(member)?.range;
        if (member === undefined || !range || read.has(member)) continue;
        const own = layerOptions(limits);
        read.set(member, { layer: await readLayerFile(range, own), paths: own.paths });
      }
    }
    const files = (document: ImageDocument): (string[] | string)[] =>
      document.layers.map(({ member }) => {
        if (member === undefined) return "absent";
        const reading = read.get(member);
        if (!reading) return "not a layer";
        return reading.layer.error?.code ?? entriesOf(reading).map(({ path }) => String(path));
      });
    const { incomplete, bytesRequested } = archive;
    const [first] = list.images;
    const only =
      first?.platforms[0] && list.images.length === 1 && first.platforms.length === 1 ? first.platforms[0] : undefined;
    return { kind: source.kind, list, incomplete, bytesRequested, files, only: only ? files(only) : [] };
  } finally {
    await source[Symbol.asyncDispose]();
  }
}

export const openBytes = (bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<OpenedImages> =>
  openImages(temporaryFile(bytes), { limits });

/** The error that opening ends in; any other kind of error is a defect. */
export async function openFailure(bytes: Uint8Array | string, limits: Partial<Limits> = {}): Promise<LayerscopeError> {
  try {
    await (typeof bytes === "string" ? openImages(bytes, { limits }) : openBytes(bytes, limits));
  } catch (thrown) {
    if (thrown instanceof LayerscopeError) return thrown;
    throw thrown;
  }
  throw new Error("it could be opened");
}
