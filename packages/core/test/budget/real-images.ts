/** The images of fixtures/, analysed. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { openSource } from "../../src/open-source.ts";
import { scanImage } from "../../src/tree/scan-image.ts";

const FIXTURES = fileURLToPath(new URL("../../../../fixtures/", import.meta.url));

/** Below fixtures/: the demo and every layout of the images that real tools wrote for one platform. */
export const REAL_IMAGES: readonly string[] = [
  "demo.tar",
  ...["edge-empty", "edge-names", "edge-whiteout", "edge-zero"].flatMap((image) =>
    readdirSync(join(FIXTURES, "images", image))
      .filter((layout) => layout !== "truth")
      .map((layout) => join("images", image, layout)),
  ),
].filter((path) => existsSync(join(FIXTURES, path)));

export async function realImage(path: string): Promise<Analysis> {
  await using source = await openSource(join(FIXTURES, path));
  return analyse(await scanImage(source));
}
