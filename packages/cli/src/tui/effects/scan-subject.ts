/** Reads an image and says at each step what is known of it. */
import {
  analyse,
  ContentClasses,
  type HistoryTree,
  type ImageDocument,
  LayerscopeError,
  openSource,
  type ScannedImage,
  type ScannedLayer,
  type Source,
  scanImage,
} from "@layerscope/core";
import type { Subject } from "../subject.ts";

export interface ScanRequest {
  readonly reference: string;
  readonly platform?: string | undefined;
  readonly image?: string | undefined;
  readonly verify?: boolean | undefined;
  readonly signal: AbortSignal;
  /** Finds out how many layers belong to the base image. */
  readonly base?: ((document: ImageDocument) => Promise<Subject["base"]>) | undefined;
  /** A saved report in place of an image. */
  readonly report?: (() => Promise<ScannedImage>) | undefined;
}

export const NOTHING_YET: Omit<Subject, "reference"> = {
  version: 0,
  phase: "opening",
  document: undefined,
  layers: [],
  tree: undefined,
  classes: new ContentClasses(),
  image: undefined,
  analysis: undefined,
  progress: undefined,
  error: undefined,
  base: undefined,
  hasContents: true,
};

/**
 * Scans, and tells `onChange` whenever there is more to see. Never rejects: what went wrong is in the subject.
 * @returns the source, to be disposed of when no more contents are wanted
 */
export async function scanSubject(
  request: ScanRequest,
  onChange: (subject: Subject) => void,
): Promise<Source | undefined> {
  const scan = new SubjectScan(request, onChange);
  return scan.run();
}

class SubjectScan {
  readonly #request: ScanRequest;
  readonly #onChange: (subject: Subject) => void;
  #subject: Subject;

  constructor(request: ScanRequest, onChange: (subject: Subject) => void) {
    this.#request = request;
    this.#onChange = onChange;
    this.#subject = { ...NOTHING_YET, reference: request.reference };
  }

  async run(): Promise<Source | undefined> {
    const { reference, platform, image, verify, signal, report } = this.#request;
    let source: Source | undefined;
    try {
      if (report) {
        this.#change({ phase: "reading" });
        await this.#finish(await report(), false);
        return undefined;
      }
      source = await openSource(reference, { spool: true, signal });
      const scanned = await scanImage(source, {
        platform,
        image,
        verify,
        signal,
        onDocument: (document) => this.#change({ phase: "reading", document }),
        onLayer: (layer, tree) => this.#addLayer(layer, tree),
        onProgress: (progress) => this.#progress({ progress, phase: progress.phase }),
      });
      await this.#finish(scanned, true);
      return source;
    } catch (thrown) {
      if (signal.aborted) return source;
      const error =
        thrown instanceof LayerscopeError
          ? thrown
          : new LayerscopeError("unreadable", thrown instanceof Error ? thrown.message : String(thrown), {
              cause: thrown,
            });
      this.#change({ phase: error.choices.length > 0 ? "choosing" : "failed", error });
      return source;
    }
  }

  #addLayer(layer: ScannedLayer, tree: HistoryTree): void {
    const classes = new ContentClasses();
    classes.grow(tree.entryCount);
    this.#change({ layers: [...this.#subject.layers, layer], tree, classes });
  }

  async #finish(image: ScannedImage, hasContents: boolean): Promise<void> {
    const { document, layers, tree, classes } = image;
    const base = await this.#request.base?.(document);
    const analysis = analyse(image);
    this.#change({
      phase: "done",
      document,
      layers,
      tree,
      classes,
      image,
      analysis,
      base,
      hasContents,
      progress: undefined,
    });
  }

  #change(change: Partial<Subject>): void {
    this.#subject = { ...this.#subject, ...change, version: this.#subject.version + 1 };
    this.#onChange(this.#subject);
  }

  /** Nothing that was derived from the image changes with it. */
  #progress(change: Pick<Subject, "progress" | "phase">): void {
    this.#subject = { ...this.#subject, ...change };
    this.#onChange(this.#subject);
  }
}
