/**
 * Bounds against hostile images. Every one ends in a `limit-exceeded` error that names the limit; none is reached by
 * an image that an engine could run.
 */
export interface Limits {
  /** The largest JSON document (manifest, index, configuration) that is parsed, in bytes. */
  readonly jsonBytes: number;
  /** The largest pax header, GNU long name or sparse map, in bytes. Go's tar reader, which the engines use, stops at 1 MiB too. */
  readonly headerBytes: number;
  /** The longest path, in bytes. Linux takes 4096 (PATH_MAX), so no engine could unpack a longer one. */
  readonly pathBytes: number;
  /** Members of all layers together. */
  readonly entries: number;
  /** Bytes of path names, link targets, extended attributes and sparse maps kept in memory, each. */
  readonly nameBytes: number;
  /** Uncompressed size of one layer, and the sum of the file sizes its headers claim, in bytes. */
  readonly layerBytes: number;
  /** Layers of one image. Docker stops at 125, containerd at 127. */
  readonly layers: number;
  /** Manifests in one archive, over all nested indexes. */
  readonly manifests: number;
  /** Members of the archive around the layers. */
  readonly archiveMembers: number;
}

export const DEFAULT_LIMITS: Limits = {
  jsonBytes: 16 * 2 ** 20,
  headerBytes: 2 ** 20,
  pathBytes: 4096,
  entries: 5_000_000,
  nameBytes: 2 ** 30,
  layerBytes: 2 ** 37,
  layers: 1024,
  manifests: 1000,
  archiveMembers: 100_000,
};
