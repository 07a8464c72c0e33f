/** Layouts that are pushed to registries. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ImageSpec, ociLayout } from "../../fixtures/build/image.ts";
import { dir, file, tar } from "../../fixtures/build/tar.ts";
import { layoutPath, layoutsOf, SINGLE_IMAGES } from "../ground-truth/real-images.ts";

export interface Layout {
  /** As repositories are named. */
  readonly name: string;
  readonly path: string;
  /** As skopeo names it. */
  readonly source: string;
}

/** The directories under fixtures/images that hold one image: OCI with gzip and zstd, Docker's schema 2. */
export const SINGLE_LAYOUTS: readonly Layout[] = SINGLE_IMAGES.flatMap((image) =>
  layoutsOf(image)
    .filter((layout) => layout.startsWith("oci-dir") || layout.startsWith("skopeo-dir"))
    .map((layout) => layoutAt(`${image}/${layout}`, layoutPath(image, layout))),
);

export interface Index extends Layout {
  readonly platforms: readonly string[];
}

/** Three platforms and attestations, as BuildKit wrote them. */
export const BUILDKIT_INDEX: Index = {
  ...layoutAt("multiarch/oci-dir-all", layoutPath("multiarch", "oci-dir-all")),
  platforms: ["linux/amd64", "linux/arm64", "linux/arm/v7"],
};

export function layoutAt(name: string, path: string): Layout {
  return { name, path, source: `${readdirSync(path).includes("oci-layout") ? "oci" : "dir"}:${path}` };
}

/**
 * Two platforms and attestations, with a file that tells the platform.
 * @param depth of indexes; 2 is an index in an index
 */
export function writePlatforms(path: string, depth: number): Index {
  const platforms = ["amd64", "arm64"].map((architecture): ImageSpec => {
    const layer = tar([dir("etc"), file("etc/arch", `${architecture}\n`)]);
    return { layers: [layer], compression: "gzip", tags: ["latest"], platform: { os: "linux", architecture } };
  });
  mkdirSync(path);
  ociLayout(path, platforms, { nested: depth, attestations: true });
  return { ...layoutAt(`platforms/depth-${depth}`, path), platforms: ["linux/amd64", "linux/arm64"] };
}

/** The digest that index.json of a layout names. */
export function topDigest({ path }: Layout): string {
  return manifestsIn(join(path, "index.json"))[0]?.digest ?? "";
}

/** The manifests of the index with that digest. */
export function manifestsOf(layout: Layout, digest: string): readonly Descriptor[] {
  return manifestsIn(blobPath(layout, digest));
}

export function blobPath({ path }: Layout, digest: string): string {
  return join(path, "blobs", digest.replace(":", "/"));
}

interface Descriptor {
  readonly digest: string;
  readonly platform?: { readonly architecture: string };
}

function manifestsIn(path: string): readonly Descriptor[] {
  return (JSON.parse(readFileSync(path, "utf8")) as { manifests: Descriptor[] }).manifests;
}
