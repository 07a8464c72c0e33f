import { accountForLayers } from "../../metrics/layer-group.ts";
import type { Rule } from "../rule.ts";

/** A base below this is small, whatever its share is. */
const SMALL = 50_000_000;

/** Smaller images of the same family, by `ID` of os-release(5). */
const RELATIVES: Readonly<Record<string, string>> = {
  debian: "the -slim variant of the same tag, or a distroless image with the same release",
  ubuntu: "debian with -slim, or a chiselled or distroless image",
  rhel: "ubi-minimal or ubi-micro of the same release",
  centos: "ubi-minimal or ubi-micro",
  rocky: "the -minimal variant of the same tag",
  almalinux: "the -minimal variant of the same tag",
  fedora: "fedora-minimal of the same release",
  ol: "the -slim variant of the same tag",
  amzn: "the -minimal variant of the same release",
  "opensuse-leap": "bci-minimal or bci-micro of the same release",
};

export const largeBase: Rule = {
  id: "large-base",
  title: "Most of the image is its base image",
  category: "base",
  reason:
    "What the base image has, the image carries, whether it needs it or not: a full distribution brings shells, package managers and libraries that the application may never use.",
  fix: "Try a smaller image of the same family, or copy the application from a build stage into one.",
  example: { bad: "FROM node:22", good: "FROM node:22-slim" },
  counts:
    "No bytes are promised, since they depend on what the application needs. Said of base images that store more than 50 MB and more than half of what the image stores.",
  *find({ analysis, base, inspection }) {
    if (base.layers === 0 || base.layers >= analysis.image.layers.length) return;
    const { storedBytes } = accountForLayers(analysis, 0, base.layers);
    const share = storedBytes / analysis.accounts.storedBytes;
    if (storedBytes <= SMALL || share <= 0.5) return;
    const { distribution } = inspection.packages;
    const name = base.name ?? distribution?.prettyName ?? distribution?.id;
    const relatives =
      distribution && Object.hasOwn(RELATIVES, distribution.id) ? RELATIVES[distribution.id] : undefined;
    yield {
      what: `${Math.round(share * 100)} % of what the image stores is its base image${name === undefined ? "" : ` (${name})`}`,
      layers: Array.from({ length: base.layers }, (_, layer) => layer),
      ...(relatives !== undefined && { fix: `Try a smaller relative: ${relatives}.` }),
      scope: "own",
    };
  },
};
