import { createRequire } from "node:module";

// By the package's own name, since the bundle lies in another directory than this file.
const { version } = createRequire(import.meta.url)("layerscope/package.json") as { version: string };

/** The version of this package. */
export const VERSION = version;
