/** What is known of an image besides what its archive says: by its engine, and of a container on top of it. */
import type { TopLayer } from "../archive/source.ts";
import type { HistoryStep, ImageDocument, LayerReference } from "../model/image.ts";

/** The archive has the last word, but it may lack what the engine knows: names, when it was asked for by ID. */
export function filledIn(document: ImageDocument, announced: ImageDocument | undefined): ImageDocument {
  if (!announced) return document;
  const { config, names, platform } = document;
  return {
    ...document,
    names: names.length > 0 ? names : announced.names,
    platform: platform ?? announced.platform,
    config: {
      ...config,
      created: config.created ?? announced.config.created,
      history: config.history.length > 0 ? config.history : announced.config.history,
    },
  };
}

/** What no archive calls a member. */
export const TOP_LAYER = "\0top layer";

/** The image with one more layer, which the archive does not have. */
export function withTopLayer(document: ImageDocument, topLayer: TopLayer | undefined): ImageDocument {
  if (!topLayer) return document;
  const reference: LayerReference = {
    digest: undefined,
    diffId: undefined,
    mediaType: undefined,
    claimedBytes: undefined,
    member: TOP_LAYER,
    annotations: {},
  };
  const { config, layers } = document;
  return {
    ...document,
    layers: [...layers, reference],
    config: { ...config, history: [...config.history, topLayer.step] },
  };
}

/** The history's steps that made layers; none when they are not as many as the layers. */
export function stepsOfLayers({ config, layers }: Pick<ImageDocument, "config" | "layers">): readonly HistoryStep[] {
  const steps = config.history.filter(({ emptyLayer }) => !emptyLayer);
  return steps.length === layers.length ? steps : [];
}
