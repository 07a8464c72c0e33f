/** Reads an image and says at each step what is known of it. */
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type Analysis,
  adviseInTurns,
  analyse,
  type BaseLayers,
  CONTENT_INSPECTOR,
  ContentClasses,
  findBaseLayers,
  type HistoryTree,
  type ImageDocument,
  inspectImage,
  LayerscopeError,
  type ScannedImage,
  type ScannedLayer,
  type ScanProgress,
  type Source,
  scanImage,
} from "@layerscope/core";
import type { RulesToApply } from "../../budgets/rules-to-apply.ts";
import { platformOf } from "../../sources/platform.ts";
import type { Subject } from "../subject.ts";

export interface ScanRequest {
  readonly reference: string;
  readonly platform?: string | undefined;
  readonly image?: string | undefined;
  readonly verify?: boolean | undefined;
  /** Opens the image, a pipe by reading all of it. Not called for a saved report. */
  readonly open: (onSpooled: (bytes: number) => void) => Promise<Source>;
  readonly signal: AbortSignal;
  /** Finds out how many layers belong to the base image. */
  readonly base?: ((document: ImageDocument) => Promise<Subject["base"]>) | undefined;
  /** A saved report in place of an image. */
  readonly report?: (() => Promise<ScannedImage>) | undefined;
  /** How rules of advice are to be taken; each as it is when left out. */
  readonly rules?: Promise<RulesToApply | undefined> | undefined;
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
  inspection: undefined,
  advice: undefined,
  isInspecting: false,
  inspectionError: undefined,
};

/**
 * Scans, and tells `onChange` whenever there is more to see. Never rejects: what went wrong is in the subject.
 */
export async function scanSubject(request: ScanRequest, onChange: (subject: Subject) => void): Promise<void> {
  await new SubjectScan(request, onChange).run();
}

function spooled(bytes: number): ScanProgress {
  return { phase: "reading", bytes, totalBytes: undefined, layers: 0, totalLayers: undefined };
}

function toLayerscopeError(thrown: unknown): LayerscopeError {
  if (thrown instanceof LayerscopeError) return thrown;
  return new LayerscopeError("unreadable", thrown instanceof Error ? thrown.message : String(thrown), {
    cause: thrown,
  });
}

/** The base image's layers as they are shown. */
function baseLayersOf({ base }: Subject, { image: { document } }: Analysis): BaseLayers {
  if (!base) return { ...findBaseLayers(document), layers: 0 };
  return base.found ?? findBaseLayers(document, { layers: base.layers });
}

/** Milliseconds. */
const PROGRESS_EVERY = 100;

class SubjectScan {
  readonly #request: ScanRequest;
  readonly #onChange: (subject: Subject) => void;
  #subject: Subject;
  #nextProgress = 0;
  #base: Promise<Subject["base"]> | undefined;

  constructor(request: ScanRequest, onChange: (subject: Subject) => void) {
    this.#request = request;
    this.#onChange = onChange;
    this.#subject = { ...NOTHING_YET, reference: request.reference };
  }

  async run(): Promise<void> {
    const { open, platform, image, verify, signal, report } = this.#request;
    try {
      if (report) {
        this.#change({ phase: "reading" });
        await this.#inspect(await this.#finish(await report(), false));
        return;
      }
      const source = await open((bytes) => this.#progress({ phase: "opening", progress: spooled(bytes) }));
      const scanned = await scanImage(source, {
        platform: platformOf(source, platform),
        image,
        verify,
        signal,
        inspector: CONTENT_INSPECTOR,
        onDocument: (document) => this.#start(document),
        onLayer: (layer, tree) => this.#addLayer(layer, tree),
        onProgress: (progress) => this.#progress({ progress, phase: progress.phase }),
      });
      await this.#inspect(await this.#finish(scanned, true));
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toLayerscopeError(thrown);
      this.#change({ phase: error.choices.length > 0 ? "choosing" : "failed", error });
    }
  }

  #start(document: ImageDocument): void {
    this.#change({ phase: "reading", document });
    this.#base = this.#request.base?.(document);
    this.#base?.then(
      (base) => this.#change({ base }),
      // Thrown where it is waited for, at the end.
      () => {},
    );
  }

  #addLayer(layer: ScannedLayer, tree: HistoryTree): void {
    const classes = new ContentClasses();
    classes.grow(tree.entryCount);
    this.#change({ layers: [...this.#subject.layers, layer], tree, classes });
  }

  async #finish(image: ScannedImage, hasContents: boolean): Promise<Analysis> {
    const { document, layers, tree, classes } = image;
    const base = await (this.#base ?? this.#request.base?.(document));
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
      isInspecting: true,
    });
    return analysis;
  }

  /** Looks into the files when all else is on the screen. */
  async #inspect(analysis: Analysis): Promise<void> {
    const { signal, rules } = this.#request;
    try {
      await nextTurn();
      const { allowedSecrets, ...how } = (await rules) ?? { allowedSecrets: undefined };
      const inspection = await inspectImage(analysis, { signal, allowedSecrets });
      // One after the other, so that a key is never kept waiting for both.
      this.#change({ inspection });
      await nextTurn();
      const base = baseLayersOf(this.#subject, analysis);
      const advice = await adviseInTurns(analysis, inspection, { ...how, base, signal });
      this.#change({ advice, isInspecting: false });
    } catch (thrown) {
      if (!signal.aborted) this.#change({ isInspecting: false, inspectionError: toLayerscopeError(thrown) });
    }
  }

  #change(change: Partial<Subject>): void {
    this.#subject = { ...this.#subject, ...change, version: this.#subject.version + 1 };
    // Whoever left has nothing to draw on any more, and a small image is read to its end all the same.
    if (!this.#request.signal.aborted) this.#onChange(this.#subject);
  }

  /** Nothing that was derived from the image changes with it. Told only as often as the eye can follow. */
  #progress(change: Pick<Subject, "progress" | "phase">): void {
    this.#subject = { ...this.#subject, ...change };
    const now = performance.now();
    if (now < this.#nextProgress || this.#request.signal.aborted) return;
    this.#nextProgress = now + PROGRESS_EVERY;
    this.#onChange(this.#subject);
  }
}
