/** What the view shows: an image that may still be being read. Grows; never shrinks. */
import type {
  Advice,
  Analysis,
  BaseLayers,
  ContentClasses,
  HistoryTree,
  ImageDocument,
  Inspection,
  LayerscopeError,
  ScannedImage,
  ScannedLayer,
  ScanProgress,
} from "@layerscope/core";

export interface Subject {
  /** What the user asked for. */
  readonly reference: string;
  /** One higher each time more is known, so that what was derived from it can be kept until then. */
  readonly version: number;
  /** `choosing`: several images, and the user has to say which. */
  readonly phase: "opening" | "choosing" | "reading" | "comparing" | "done" | "failed";
  readonly document: ImageDocument | undefined;
  /** The layers folded into the tree so far, oldest first; those of `document` that are not here yet are being read. */
  readonly layers: readonly ScannedLayer[];
  readonly tree: HistoryTree | undefined;
  /** Until `image` is there, nothing is known of equal contents, and a file stored again counts as modified. */
  readonly classes: ContentClasses;
  readonly image: ScannedImage | undefined;
  readonly analysis: Analysis | undefined;
  readonly progress: ScanProgress | undefined;
  readonly error: LayerscopeError | undefined;
  /** How many of the first layers belong to the base image, and how that is known. */
  readonly base: BaseSplit | undefined;
  /** Whether file contents can be read: not of a saved report. */
  readonly hasContents: boolean;
  /** What looking into the files has shown, which comes after everything above; undefined until it is known. */
  readonly inspection: Inspection | undefined;
  /** What could be done about the image; undefined until it is known. */
  readonly advice: Advice | undefined;
  /** Whether the files are being looked into. */
  readonly isInspecting: boolean;
  /** Why nothing is known of what is in the files. */
  readonly inspectionError: LayerscopeError | undefined;
}

export interface BaseSplit {
  readonly layers: number;
  /** In words, for the details: `label org.opencontainers.image.base.digest`, `guessed from the history`, … */
  readonly foundBy: string;
  /** As the core has it. */
  readonly found?: BaseLayers | undefined;
}
