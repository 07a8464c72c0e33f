/** Where an image comes from, opened. */
import type { HistoryStep, ImageDocument } from "../model/image.ts";
import type { Limits } from "../model/limits.ts";
import type { ResolutionStep } from "../source/remote-options.ts";
import type { Archive } from "./archive.ts";
import type { LayerHandler } from "./stream-archive.ts";

export interface OpenArchiveOptions {
  readonly limits: Limits;
  /** Called for what looks like a layer, when the archive is a stream. */
  readonly onLayer: LayerHandler;
  readonly signal?: AbortSignal | undefined;
}

/** `stream` is what can only be read from its beginning: standard input, a file that is compressed as a whole. */
export type SourceKind = "directory" | "file" | "stream" | "engine" | "registry";

/** An open file or directory, or an image of an engine or registry, of which no layer was read yet. Closing it ends all reading. */
export interface Source extends AsyncDisposable {
  /** The path, `-`, or the whole name of the image with where it is: `docker:nginx:latest`. */
  readonly location: string;
  readonly kind: SourceKind;
  /** Which of its images the reference names (`docker-archive:PATH:REF`). */
  readonly image: string | undefined;
  /** What is known of the image before its archive is opened, from an engine. The layers name no members. */
  readonly announced?: ImageDocument | undefined;
  /** Bytes that the archive will have, about; undefined when nobody says. */
  readonly expectedBytes?: number | undefined;
  /** A layer on top of those of the image: what a container changed. */
  readonly topLayer?: TopLayer | undefined;
  /** The places that were asked for the image, in their order; the last one has it. */
  readonly steps?: readonly ResolutionStep[] | undefined;
  /** Opens the archive in it. A stream is read to its end by this, layers included. Once only. */
  openArchive(options: OpenArchiveOptions): Promise<Archive>;
}

export interface TopLayer {
  /** What the history says of it. */
  readonly step: HistoryStep;
  /** Its tar, uncompressed, from its beginning each time. */
  stream(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
