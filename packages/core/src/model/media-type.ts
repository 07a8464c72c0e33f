import type { Compression } from "./compression.ts";

/** Index or manifest list, image manifest, or neither, by the media type of a descriptor. */
export function manifestKind(mediaType: string | undefined): "index" | "manifest" | "other" {
  switch (mediaType) {
    case "application/vnd.oci.image.index.v1+json":
    case "application/vnd.docker.distribution.manifest.list.v2+json":
      return "index";
    case "application/vnd.oci.image.manifest.v1+json":
    case "application/vnd.docker.distribution.manifest.v2+json":
    case "application/vnd.docker.distribution.manifest.v1+json":
    case "application/vnd.docker.distribution.manifest.v1+prettyjws":
      return "manifest";
    default:
      return "other";
  }
}

/** Whether blobs of this type are filesystem layers (OCI image specification, layer.md; Docker image manifest v2.2). */
export function isLayerMediaType(mediaType: string): boolean {
  return (
    /^application\/vnd\.oci\.image\.layer\.(nondistributable\.)?v1\.tar(\+gzip|\+zstd)?$/.test(mediaType) ||
    /^application\/vnd\.docker\.image\.rootfs\.(foreign\.)?diff\.tar(\.gzip|\.zstd)?$/.test(mediaType)
  );
}

/** Layers that may not be distributed and are absent from archives by design. */
export function isForeignLayer(mediaType: string | undefined): boolean {
  return mediaType !== undefined && /nondistributable|\.foreign\./.test(mediaType);
}

/** The compression a layer media type promises; undefined when it promises none that we know. */
export function promisedCompression(mediaType: string): Compression | undefined {
  if (!isLayerMediaType(mediaType)) return undefined;
  if (/[+.]gzip$/.test(mediaType)) return "gzip";
  if (/[+.]zstd$/.test(mediaType)) return "zstd";
  return "none";
}
