/** Reads an image: its documents, its layers two at a time, and the bodies that must be compared. */
import type { Archive, Blob } from "../archive/archive.ts";
import { listImages } from "../archive/image-list.ts";
import { type Selection, selectImage } from "../archive/select-image.ts";
import type { Source, SourceKind } from "../archive/source.ts";
import type { FileInspector } from "../layer/file-inspector.ts";
import type { LayerContent } from "../layer/layer-content.ts";
import { LayerEntries } from "../layer/layer-entries.ts";
import { PathTable } from "../layer/path-table.ts";
import { type ReadLayer, type ReadLayerOptions, readLayerFile, readLayerStream } from "../layer/read-layer.ts";
import { atMost } from "../model/at-most.ts";
import type { Compression } from "../model/compression.ts";
import { type Diagnostic, Diagnostics } from "../model/diagnostic.ts";
import { LayerscopeError, throwIfAborted, type Where } from "../model/errors.ts";
import type { HistoryStep, ImageDocument, LayerReference } from "../model/image.ts";
import { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
import { isForeignLayer, promisedCompression } from "../model/media-type.ts";
import type { ResolutionStep } from "../source/remote-options.ts";
import { compareContents } from "./compare-contents.ts";
import { filledIn, stepsOfLayers, TOP_LAYER, withTopLayer } from "./complete-document.ts";
import type { ContentClasses } from "./content-classes.ts";
import { HistoryTree } from "./history-tree.ts";

/** How far a scan is; all numbers grow only. */
export interface ScanProgress {
  /** `reading` layers, then `comparing` file contents. */
  readonly phase: "reading" | "comparing";
  /** Bytes of blobs that are done, and of all; a stream's total is not known. */
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  readonly layers: number;
  readonly totalLayers: number | undefined;
}

export interface ScanOptions extends Selection {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Compute the digests of documents, blobs and tars, and hold them against what the manifest says. Reads everything. */
  readonly verify?: boolean | undefined;
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  /**
   * Looks into the contents of layers that pass by once: those of a stream, and compressed ones. Contents that lie in a
   * file as they are can be looked into at any time ({@link ./inspect-files.ts}).
   */
  readonly inspector?: FileInspector | undefined;
  /**
   * Called once it is known which image is meant: before its layers are read, but for a stream, whose layers have passed
   * by then. An engine says so before its stream begins.
   */
  readonly onDocument?: ((document: ImageDocument) => void) | undefined;
  /**
   * Called as soon as a layer is part of the tree, in order. The tree can be used then; which files of equal size are
   * the same is known only at the end.
   */
  readonly onLayer?: ((layer: ScannedLayer, tree: HistoryTree) => void) | undefined;
}

/** A layer, as far as it could be read. */
export interface ScannedLayer {
  /** Counted from 0, the oldest. */
  readonly index: number;
  /** `partial`: what comes before the error is there. `absent`: nothing is. */
  readonly status: "complete" | "partial" | "absent";
  readonly reference: LayerReference;
  /** The history's step that made it; undefined when the history does not fit the layers. */
  readonly step: HistoryStep | undefined;
  readonly compression: Compression | undefined;
  /** Size of the blob as stored, in bytes: as found, else as the manifest claims. */
  readonly blobBytes: number | undefined;
  /** Size of the uncompressed tar, in bytes. */
  readonly tarBytes: number | undefined;
  /** Bytes of members that belong to the layer's format, not to the image. */
  readonly formatBytes: number;
  /** Why it is not complete. */
  readonly error: LayerscopeError | undefined;
}

export interface ScannedImage {
  readonly document: ImageDocument;
  readonly source: {
    readonly kind: SourceKind;
    readonly location: string;
    /** How the place was found, for engines and registries; see {@link Source.steps}. */
    readonly steps?: readonly ResolutionStep[] | undefined;
    /** Bytes requested from files, and those of them that were read to compare file contents. */
    readonly bytesRequested: number;
    readonly bytesCompared: number;
  };
  /** Oldest first. */
  readonly layers: readonly ScannedLayer[];
  readonly tree: HistoryTree;
  readonly classes: ContentClasses;
  /** By layer: where its file contents can be read; undefined where it is absent. */
  readonly contents: readonly (LayerContent | undefined)[];
  /**
   * What its files show, where they were looked into before and are not there any more: of a saved report. Known to whoever
   * looks into files ({@link ../inspection/inspect-image.ts}).
   */
  readonly inspected?: object | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether every layer was read to its end. Numbers of an image that is not complete are those of what was read. */
  readonly complete: boolean;
  /** What went wrong, layer by layer, where the rest could be read all the same. */
  readonly errors: readonly LayerscopeError[];
}

const LAYERS_AT_A_TIME = 2;

/**
 * Scans the image in a source.
 *
 * What is wrong with a single layer does not stop it: the layer is then `partial` or `absent`, and `errors` has why.
 * @throws LayerscopeError when there is no image to scan, or it cannot be told which one is meant, and `aborted`
 */
export async function scanImage(source: Source, options: ScanOptions = {}): Promise<ScannedImage> {
  return new Scan(source, options).run();
}

class Scan {
  readonly #source: Source;
  readonly #options: ScanOptions;
  readonly #limits: Limits;
  readonly #paths: PathTable;
  #tree: HistoryTree;
  readonly #budget = { used: 0 };
  readonly #diagnostics = new Diagnostics();
  readonly #errors: LayerscopeError[] = [];
  readonly #layers: ScannedLayer[] = [];
  readonly #contents: (LayerContent | undefined)[] = [];
  /** Layers of a stream, by the member they passed by in. */
  readonly #passed = new Map<string, ReadLayer>();
  /** The same by their diffID, where it was computed. */
  readonly #passedDiffIds = new Map<string, ReadLayer>();
  /** What an engine says of the image before its archive comes. */
  #announced: ImageDocument | undefined;
  /** The layers that are part of the tree, oldest first. */
  readonly #folded: ReadLayer[] = [];
  readonly #progress = {
    bytes: 0,
    totalBytes: undefined as number | undefined,
    totalLayers: undefined as number | undefined,
  };

  constructor(source: Source, options: ScanOptions) {
    this.#source = source;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#paths = new PathTable(this.#limits);
    this.#tree = new HistoryTree(this.#paths);
  }

  async run(): Promise<ScannedImage> {
    const { signal } = this.#options;
    throwIfAborted(signal);
    const { announced, topLayer } = this.#source;
    if (announced) this.#announce(withTopLayer(announced, topLayer));
    const archive = await this.#source.openArchive({
      limits: this.#limits,
      signal,
      onLayer: (name, _size, chunks) => this.#layerPasses(name, chunks),
    });
    const list = await listImages(archive, this.#limits);
    this.#diagnostics.addAll(list.diagnostics);
    const { image = this.#source.image, platform } = this.#options;
    const document = withTopLayer(filledIn(selectImage(list, { image, platform }), announced), topLayer);
    if (!announced) this.#options.onDocument?.(document);
    if (archive.incomplete) this.#reportIncompleteArchive(archive.incomplete);
    if (this.#options.verify) await this.#verifyDocuments(archive, document);
    await this.#readLayers(archive, document);

    const tars = this.#contents.map((content) => content?.tar);
    const { classes, bytesCompared } = await compareContents(this.#tree, {
      tars,
      signal,
      onProgress: () => this.#report("comparing"),
    });
    this.#diagnostics.addAll(this.#tree.diagnostics.list());
    const { kind, location, steps } = this.#source;
    return {
      document,
      source: { kind, location, ...(steps && { steps }), bytesRequested: archive.bytesRequested, bytesCompared },
      layers: this.#layers,
      tree: this.#tree,
      classes,
      contents: this.#contents,
      diagnostics: this.#diagnostics.list(),
      complete: this.#layers.every(({ status }) => status === "complete") && this.#errors.length === 0,
      errors: this.#errors,
    };
  }

  /** The image is known before its layers come: each can be shown as soon as those below it are there. */
  #announce(document: ImageDocument): void {
    this.#announced = document;
    this.#progress.totalLayers = document.layers.length;
    this.#progress.totalBytes = this.#source.expectedBytes;
    this.#options.onDocument?.(document);
  }

  #readOptions(where: Where, hashContents: boolean, onProgress: (bytes: number) => void): ReadLayerOptions {
    return {
      paths: this.#paths,
      limits: this.#limits,
      budget: this.#budget,
      hashContents,
      inspector: this.#options.inspector,
      digests: this.#options.verify === true || this.#announced !== undefined,
      // A registry's blob is checked when its last byte has come.
      whole: this.#source.kind === "registry",
      where,
      signal: this.#options.signal,
      onProgress,
    };
  }

  async #layerPasses(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const where: Where = { source: this.#source.location, member: name };
    const read = await readLayerStream(chunks, this.#readOptions(where, true, this.#counting()));
    this.#passed.set(name, read);
    if (read.diffId !== undefined && !read.error) this.#passedDiffIds.set(read.diffId, read);
    this.#foldWhatIsThere();
  }

  /** Adds the layers that have come to the tree, as far as none below them is missing. */
  #foldWhatIsThere(): void {
    const { layers = [] } = this.#announced ?? {};
    for (let index = this.#folded.length; index < layers.length; index++) {
      const reference = layers[index] as LayerReference;
      const read = reference.diffId === undefined ? undefined : this.#passedDiffIds.get(reference.diffId);
      if (!read) return;
      this.#fold(read);
      const step = stepsOfLayers(this.#announced as ImageDocument)[index];
      this.#options.onLayer?.(scannedLayer(index, reference, step, read, read.blobBytes, undefined), this.#tree);
    }
  }

  #fold(read: ReadLayer): void {
    this.#folded.push(read);
    this.#tree.addLayer(read.entries);
  }

  /** Layers that were folded because an engine announced them are taken back when the archive says otherwise. */
  #unfoldUnless(document: ImageDocument): void {
    const isAsAnnounced = this.#folded.every((read, index) => read.diffId === document.layers[index]?.diffId);
    if (isAsAnnounced) return;
    this.#folded.length = 0;
    this.#tree = new HistoryTree(this.#paths);
  }

  /** Adds what one blob reports of itself to the bytes of all. */
  #counting(): (blobBytes: number) => void {
    let before = 0;
    return (blobBytes) => {
      this.#progress.bytes += blobBytes - before;
      before = blobBytes;
      this.#report("reading");
    };
  }

  #report(phase: ScanProgress["phase"]): void {
    this.#options.onProgress?.({ phase, ...this.#progress, layers: this.#layers.length });
  }

  #reportIncompleteArchive(error: LayerscopeError): void {
    this.#errors.push(error);
    const { message, where } = error;
    this.#diagnostics.add({ code: "archive-incomplete", severity: "error", message, where });
  }

  async #verifyDocuments(archive: Archive, document: ImageDocument): Promise<void> {
    const { createHash } = await import("node:crypto");
    for (const { member, digest } of document.documents) {
      const content = await archive.content(member);
      const found = `sha256:${createHash("sha256")
        .update(content ?? new Uint8Array(0))
        .digest("hex")}`;
      if (digest.startsWith("sha256:") && found !== digest) {
        this.#errors.push(mismatch(member, digest, found, { source: archive.location, member, digest }));
      }
    }
  }

  async #readLayers(archive: Archive, document: ImageDocument): Promise<void> {
    const { layers } = document;
    this.#unfoldUnless(document);
    const steps = this.#stepsOfLayers(document);
    this.#progress.totalLayers = layers.length;
    if (!this.#announced) {
      const sizes = layers.map(({ member }) => (member === undefined ? 0 : (archive.blob(member)?.size ?? 0)));
      this.#progress.totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    }
    const limited = atMost(LAYERS_AT_A_TIME);
    // A blob that the image uses twice is read once.
    const readings = new Map<string, Promise<ReadLayer>>();
    for (const [index, { member }] of layers.entries()) {
      if (member === undefined || readings.has(member)) continue;
      // With one layer nothing can have been stored before, but whoever looks into files asks what is there twice, too.
      const hashContents = layers.length > 1 || this.#options.inspector !== undefined;
      const reading = limited(() => this.#readLayer(archive, member, index, hashContents));
      // Awaited below, in order; until then a failure must not count as unhandled.
      reading.catch(() => {});
      readings.set(member, reading);
    }
    for (const [index, reference] of layers.entries()) {
      const read = reference.member === undefined ? undefined : await readings.get(reference.member);
      this.#addLayer(archive, index, reference, steps[index], read);
    }
  }

  async #readLayer(archive: Archive, member: string, layer: number, hashContents: boolean): Promise<ReadLayer> {
    const blob = this.#blob(archive, member);
    const where: Where = { source: archive.location, member, layer };
    if (blob && (archive.kind === "registry" || member === TOP_LAYER)) {
      return readLayerStream(
        blob.stream(this.#options.signal),
        this.#readOptions(where, hashContents, this.#counting()),
      );
    }
    if (blob?.range) return readLayerFile(blob.range, this.#readOptions(where, hashContents, this.#counting()));
    const passed = this.#passed.get(member);
    if (passed) return passed;
    const empty = await readLayerStream(
      nothing(),
      this.#readOptions(where, false, () => {}),
    );
    if (blob?.size === 0) return empty;
    const error = new LayerscopeError("corrupt", `${member} is not a layer: neither a tar nor compressed`, { where });
    return { ...empty, error };
  }

  #blob(archive: Archive, member: string): Blob | undefined {
    const { topLayer } = this.#source;
    if (member !== TOP_LAYER || !topLayer) return archive.blob(member);
    return { name: TOP_LAYER, size: 0, range: undefined, stream: (signal) => topLayer.stream(signal) };
  }

  #addLayer(
    archive: Archive,
    index: number,
    reference: LayerReference,
    step: HistoryStep | undefined,
    read: ReadLayer | undefined,
  ): void {
    const where: Where = { source: archive.location, layer: index, digest: reference.digest, member: reference.member };
    const error = read ? (read.error ?? this.#verifyLayer(reference, read, where)) : undefined;
    if (!read) this.#reportAbsent(reference, where);
    else this.#reportRead(reference, read, index, where);
    if (error) {
      this.#errors.push(error.at(where));
      const what = read?.error ? "could not be read completely" : "is not what it should be";
      const message = `layer ${index} ${what}: ${error.message}`;
      this.#diagnostics.add({ code: "layer-incomplete", severity: "error", message, where: error.at(where).where });
    }
    const entries = read?.entries ?? new LayerEntries(this.#limits, 1);
    const blob = reference.member === undefined ? undefined : this.#blob(archive, reference.member);
    this.#contents.push(blob && read && { entries, blob, compression: read.compression, tar: read.tar, where });
    const blobBytes = reference.member === TOP_LAYER ? read?.blobBytes : (blob?.size ?? reference.claimedBytes);
    const layer = scannedLayer(index, reference, step, read, blobBytes, error);
    this.#layers.push(layer);
    if (index < this.#folded.length) return;
    this.#tree.addLayer(entries);
    this.#options.onLayer?.(layer, this.#tree);
    this.#report("reading");
  }

  #verifyLayer(reference: LayerReference, read: ReadLayer, where: Where): LayerscopeError | undefined {
    const { digest, diffId } = reference;
    const name = reference.member ?? "the layer";
    if (read.blobDigest && digest?.startsWith("sha256:") && read.blobDigest !== digest) {
      return mismatch(name, digest, read.blobDigest, where);
    }
    if (read.diffId && diffId?.startsWith("sha256:") && read.diffId !== diffId) {
      return mismatch(`the uncompressed content of ${name}`, diffId, read.diffId, where);
    }
    if (this.#options.verify && !digest?.startsWith("sha256:") && !diffId?.startsWith("sha256:")) {
      const message = `layer ${where.layer} has no sha256 digest that it could be verified by`;
      this.#diagnostics.add({ code: "not-verified", severity: "warning", message, where });
    }
    return undefined;
  }

  #reportAbsent({ digest, mediaType }: LayerReference, where: Where): void {
    const why = isForeignLayer(mediaType)
      ? "it may not be distributed and is fetched from elsewhere"
      : this.#source.kind === "engine"
        ? "the engine did not keep it and leaves it out; registry:NAME reads the image from its registry"
        : "the archive does not have it";
    const message = `layer ${where.layer}${digest ? ` (${digest})` : ""} is absent: ${why}`;
    this.#diagnostics.add({ code: "layer-absent", severity: "warning", message, where });
  }

  #reportRead({ mediaType }: LayerReference, read: ReadLayer, index: number, where: Where): void {
    for (const diagnostic of read.diagnostics) {
      const message = `layer ${index}: ${diagnostic.message}`;
      this.#diagnostics.add({ ...diagnostic, message, where: { layer: index, ...diagnostic.where } });
    }
    const promised = mediaType === undefined ? undefined : promisedCompression(mediaType);
    if (promised === undefined || promised === read.compression || read.blobBytes === 0) return;
    const found = read.compression === "none" ? "not compressed" : `compressed with ${read.compression}`;
    const message = `layer ${index} is ${found}, though its media type is ${mediaType}`;
    this.#diagnostics.add({ code: "media-type-mismatch", severity: "info", message, where });
  }

  /** The history's steps that made layers, when there are as many as layers; else none, since any could be wrong. */
  #stepsOfLayers({ config, layers }: ImageDocument): readonly (HistoryStep | undefined)[] {
    const where: Where = { source: this.#source.location };
    const ofImage = this.#source.topLayer ? layers.length - 1 : layers.length;
    if (config.diffIds.length > 0 && config.diffIds.length !== ofImage) {
      const message = `the configuration names ${config.diffIds.length} layers, the manifest ${ofImage}`;
      this.#diagnostics.add({ code: "layer-count-mismatch", severity: "warning", message, where });
    }
    const steps = stepsOfLayers({ config, layers });
    if (steps.length === layers.length) return steps;
    const made = config.history.filter(({ emptyLayer }) => !emptyLayer).length;
    const message =
      config.history.length === 0
        ? "the image has no history, so the commands of its layers are not known"
        : `the history has ${made} steps for ${layers.length} layers, so no command can be given to any layer`;
    this.#diagnostics.add({ code: "history-mismatch", severity: "warning", message, where });
    return [];
  }
}

function scannedLayer(
  index: number,
  reference: LayerReference,
  step: HistoryStep | undefined,
  read: ReadLayer | undefined,
  blobBytes: number | undefined,
  error: LayerscopeError | undefined,
): ScannedLayer {
  return {
    index,
    status: read ? (error ? "partial" : "complete") : "absent",
    reference,
    step,
    compression: read?.compression,
    blobBytes,
    tarBytes: read?.tarBytes,
    formatBytes: read?.formatBytes ?? 0,
    error,
  };
}

function mismatch(name: string, wanted: string, found: string, where: Where): LayerscopeError {
  return new LayerscopeError("digest-mismatch", `${name} has the digest ${found} instead of ${wanted}`, {
    where,
    hint: "The archive is damaged or was changed; save or copy the image again.",
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
