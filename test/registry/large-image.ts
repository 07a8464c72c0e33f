/** An image for transfers to break in, and its way through the proxy. */
import { mkdirSync } from "node:fs";
import { buildImage, type ImageSpec, ociLayout } from "../../fixtures/build/image.ts";
import { dir, file, tar } from "../../fixtures/build/tar.ts";
import { nobody } from "./credentials.ts";
import { type Fault, type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { on } from "./faults.ts";
import { type Layout, layoutAt } from "./images.ts";
import { type ReadImage, type ReadOptions, readImage } from "./reports.ts";

const LAYERS = 3;
const LETTERS = "abcdefghijkl";
const FILES = LETTERS.length;
const FILE_BYTES = 8_000;

/** Which layer things go wrong with. */
export const LAYER = 1;

export interface LargeImage {
  readonly layout: Layout;
  /** Of layer {@link LAYER}. */
  readonly digest: string;
  readonly bytes: number;
  /** Faults of that layer only, of the configuration, of the manifest. */
  readonly onLayer: (fault: Fault) => Fault;
  readonly onConfig: (fault: Fault) => Fault;
  readonly onManifest: (fault: Fault) => Fault;
}

/** Writes a layout: three layers of about 100 kB each that do not compress, so that a transfer can break at any byte of them. */
export function writeLargeImage(path: string): LargeImage {
  const layers = Array.from({ length: LAYERS }, (_, layer) => {
    const names = Array.from({ length: FILES }, (_name, number) => `data/${layer}-${LETTERS[number]}`);
    return tar([dir("data"), ...names.map((name, number) => file(name, noise(layer * FILES + number)))]);
  });
  const spec: ImageSpec = { layers, compression: "gzip", tags: ["latest"] };
  mkdirSync(path);
  ociLayout(path, spec);
  const { layers: built, configDigest } = buildImage(spec);
  const { digest = "", size = 0 } = built[LAYER]?.descriptor ?? {};
  return {
    layout: layoutAt("large", path),
    digest,
    bytes: size,
    onLayer: (fault) => on(`blobs/${digest}`, fault),
    onConfig: (fault) => on(`blobs/${configDigest}`, fault),
    onManifest: (fault) => on("manifests/", fault),
  };
}

/** The same bytes for the same number, and nothing that gzip could make smaller. */
function noise(seed: number): Buffer {
  const bytes = Buffer.alloc(FILE_BYTES);
  let state = seed + 1;
  for (let at = 0; at < bytes.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Where the image is in the registry. */
export const REPOSITORY = "group/app";

/** Reads the image through a proxy. Whatever comes of it, no connection stays open. */
export async function readWith(registry: string, fault: Fault): Promise<ReadImage> {
  await using proxy = await startFaultProxy({ registry, fault });
  return await readFrom(proxy);
}

export async function readFrom({ host, untilDeserted }: FaultProxy, options: ReadOptions = {}): Promise<ReadImage> {
  try {
    return await readImage(`registry:${host}/${REPOSITORY}`, { env: nobody(), ...options });
  } finally {
    await untilDeserted();
  }
}
