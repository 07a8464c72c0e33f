/**
 * Looking into files in a thread of its own while the image is scanned. Only for layers that lie in a file as they are, and
 * only where there is more to look into than starting a thread takes. Whatever goes wrong there is no error: the layer is
 * then looked into without the thread ({@link ./inspect-files.ts}).
 */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import type { FileInspector } from "../layer/file-inspector.ts";
import type { LayerContent } from "../layer/layer-content.ts";
import type { LayerEntries } from "../layer/layer-entries.ts";
import type { PathTable } from "../layer/path-table.ts";
import { Turns } from "../model/turns.ts";
import type { FileRange } from "../source/open-file.ts";
import type { InspectionReply, InspectionTask } from "./inspection-messages.ts";
import { type WantedFiles, wantedFiles } from "./wanted-files.ts";

type Facts = Map<number, object>;

/** Of one layer. */
export interface LookedAhead {
  /** What the inspector wants of it. */
  readonly wanted?: WantedFiles | undefined;
  /** Waits for what the thread has found out, by entry; undefined when it could not. */
  readonly facts?: ((signal?: AbortSignal) => Promise<Facts | undefined>) | undefined;
}

const known = new WeakMap<LayerEntries, LookedAhead>();

/** What is known of a layer by looking ahead; nothing where nobody did. */
export function lookedAhead(entries: LayerEntries): LookedAhead {
  return known.get(entries) ?? {};
}

/** Looking into so much takes longer than to start a thread: files, and bytes of them at most so many each. */
const WORTH_A_THREAD = { files: 2000, bytes: 8 * 1024 * 1024, ofEach: 64 * 1024 };

interface Waiting {
  readonly entries: LayerEntries;
  readonly tar: FileRange;
  readonly wanted: WantedFiles;
}

export class LookAhead {
  readonly #paths: PathTable;
  readonly #inspector: FileInspector;
  readonly #waiting: Waiting[] = [];
  #files = 0;
  #bytes = 0;
  #thread: InspectionThread | undefined;
  #isWithoutThread = false;

  /** @returns undefined where a thread would not help, or the inspector has none */
  static create(paths: PathTable, inspector: FileInspector | undefined): LookAhead | undefined {
    if (inspector?.thread === undefined || availableParallelism() < 2) return undefined;
    return new LookAhead(paths, inspector);
  }

  private constructor(paths: PathTable, inspector: FileInspector) {
    this.#paths = paths;
    this.#inspector = inspector;
  }

  /** A layer that was read. @throws LayerscopeError `aborted` */
  async add({ entries, tar }: LayerContent, signal: AbortSignal | undefined): Promise<void> {
    if (!tar || entries.facts || known.has(entries)) return;
    const wanted = await new Turns({ signal }).finish(wantedFiles(this.#paths, entries, this.#inspector));
    known.set(entries, { wanted });
    this.#waiting.push({ entries, tar, wanted });
    this.#files += wanted.files.length;
    for (const { file } of wanted.files) this.#bytes += Math.min(file.size, WORTH_A_THREAD.ofEach);
    if (this.#files < WORTH_A_THREAD.files && this.#bytes < WORTH_A_THREAD.bytes) return;
    const thread = await this.#start();
    for (const waiting of this.#waiting.splice(0)) {
      const { entries, wanted } = waiting;
      if (wanted.files.length > 0) known.set(entries, { wanted, facts: thread?.inspect(taskOf(waiting)) });
    }
  }

  async #start(): Promise<InspectionThread | undefined> {
    if (this.#thread || this.#isWithoutThread) return this.#thread;
    try {
      this.#thread = await InspectionThread.start(this.#inspector.thread as string);
    } catch {
      // Whoever bundles the library may have left the module out.
      this.#isWithoutThread = true;
    }
    return this.#thread;
  }

  /** No layer will come any more. */
  end(): void {
    this.#thread?.end();
  }

  /** Nobody wants to know any more. */
  stop(): void {
    this.#thread?.stop();
  }
}

type Task = Omit<InspectionTask, "layer">;

function taskOf({ entries, tar, wanted: { files } }: Waiting): Task {
  const paths = files.map(({ file }) => file.paths.pathOf(file.node));
  const pathEnds = new Uint32Array(paths.length);
  let end = 0;
  for (const [place, { length }] of paths.entries()) {
    end += length;
    pathEnds[place] = end;
  }
  return {
    path: tar.file.path,
    identity: tar.file.identity(),
    start: tar.start,
    size: tar.size,
    index: Uint32Array.from(files, ({ index }) => index),
    body: Float64Array.from(files, ({ body }) => body),
    fileSize: Float64Array.from(files, ({ file }) => file.size),
    mode: Uint16Array.from(files, ({ index }) => entries.mode[index] as number),
    paths: Buffer.concat(paths),
    pathEnds,
  };
}

class InspectionThread {
  readonly #worker: Worker;
  /** By number of the task: who waits for it. */
  readonly #answers = new Map<number, (facts: Facts | undefined) => void>();
  #tasks = 0;
  #isGone = false;

  /** @throws when there is no such module */
  static async start(module: string): Promise<InspectionThread> {
    // Loaded only where it is needed, since it takes a while.
    const { Worker } = await import("node:worker_threads");
    // By a package's own name, so that the compiled module is found from the sources and from a bundle too.
    const file = createRequire(import.meta.url).resolve(module);
    // Without the process's own options: some, such as --input-type, are none for a thread.
    return new InspectionThread(new Worker(file, { execArgv: [] }));
  }

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#worker.unref();
    this.#worker.on("message", ({ layer, facts }: InspectionReply) => {
      this.#answers.get(layer)?.(facts);
      this.#answers.delete(layer);
    });
    this.#worker.on("error", () => this.#gone());
    this.#worker.on("exit", () => this.#gone());
  }

  /** Begins to look into files. @returns waits for the answer, and keeps the process alive only then */
  inspect(task: Task): LookedAhead["facts"] {
    const layer = this.#tasks++;
    const answer = new Promise<Facts | undefined>((resolve) => {
      if (this.#isGone) resolve(undefined);
      else this.#answers.set(layer, resolve);
    });
    this.#worker.postMessage({ ...task, layer } satisfies InspectionTask);
    return async (signal) => {
      const stop = (): void => this.stop();
      signal?.addEventListener("abort", stop, { once: true });
      this.#worker.ref();
      const facts = await answer;
      this.#worker.unref();
      signal?.removeEventListener("abort", stop);
      return facts;
    };
  }

  end(): void {
    this.#worker.postMessage(undefined);
  }

  stop(): void {
    void this.#worker.terminate();
  }

  #gone(): void {
    this.#isGone = true;
    for (const resolve of this.#answers.values()) resolve(undefined);
    this.#answers.clear();
  }
}
