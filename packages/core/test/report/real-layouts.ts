/** The demo, and the real images in each of their layouts. */
import { fileURLToPath } from "node:url";
import { layoutPath, layoutsOf, SINGLE_IMAGES } from "../../../../test/ground-truth/real-images.ts";
import type { ScanOptions } from "../../src/tree/scan-image.ts";

const REAL = [...SINGLE_IMAGES, "multiarch"].flatMap((image) =>
  layoutsOf(image)
    .filter((layout) => layout !== "oci-dir-indexonly")
    .map((layout): [string, string, ScanOptions] => {
      const several = image === "multiarch" && layout !== "docker-archive-arm64.tar";
      return [`${image} as ${layout}`, layoutPath(image, layout), several ? { platform: "linux/amd64" } : {}];
    }),
);

/** What it is, its path, and how it is scanned. */
export const REAL_LAYOUTS: readonly [string, string, ScanOptions][] = [
  ["the demo", fileURLToPath(new URL("../../../../fixtures/demo.tar", import.meta.url)), {}],
  ...REAL,
];
