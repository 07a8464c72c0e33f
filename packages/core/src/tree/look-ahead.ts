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
import type { Tars } from "./bodies.ts";
import { filesOfEqualSize, type Group } from "./equal-sizes.ts";
import type { HistoryTree } from "./history-tree.ts";
import type { RangePlace, ThreadReply, ThreadRequest, ThreadTask } from "./inspection-messages.ts";
import { type WantedFiles, wantedFiles } from "./wanted-files.ts";

/** Waits for an answer of the thread; undefined when it had none. */
type Answer<T> = (signal?: AbortSignal) => Promise<T | undefined>;

/** Of one layer. */
export interface LookedAhead {
  /** What the inspector wants of it. */
  readonly wanted?: WantedFiles | undefined;
  /** What was found out, by entry. */
  readonly facts?: Answer<Map<number, object>> | undefined;
}

/** Sums of the first bytes of files, by the entry that stores them: {@link ./body-start.ts}. */
export type Starts = ReadonlyMap<number, number>;

/** Of a whole image. */
export interface StartsAhead {
  readonly groups: readonly Group[];
  /** Of files in these groups, as far as they lie in an archive as they are. */
  readonly starts: Answer<Starts>;
}

const known = new WeakMap<LayerEntries, LookedAhead>();
const knownStarts = new WeakMap<HistoryTree, StartsAhead>();

/** What is known of a layer by looking ahead; nothing where nobody did. */
export function lookedAhead(entries: LayerEntries): LookedAhead {
  return known.get(entries) ?? {};
}

/** What is known of files of equal size; undefined where nobody looked ahead. */
export function startsAhead(tree: HistoryTree): StartsAhead | undefined {
  return knownStarts.get(tree);
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
      if (wanted.files.length > 0) known.set(entries, { wanted, facts: thread?.begin(inspectionOf(waiting)) });
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

  /** All layers are in the tree. @throws LayerscopeError `aborted` */
  async end(tree: HistoryTree, tars: Tars, signal: AbortSignal | undefined): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
    const groups = await new Turns({ signal }).finish(filesOfEqualSize(tree));
    const answers = startTasks(tree, tars, groups).map((task) => thread.begin<number>(task));
    thread.end();
    const starts = async (signal?: AbortSignal): Promise<Starts> => {
      const all = new Map<number, number>();
      for (const answer of answers) for (const [inode, sum] of (await answer(signal)) ?? []) all.set(inode, sum);
      return all;
    };
    knownStarts.set(tree, { groups, starts });
  }

  /** Nobody wants to know any more. */
  stop(): void {
    this.#thread?.stop();
  }
}

function placeOf(tar: FileRange): RangePlace {
  return { path: tar.file.path, identity: tar.file.identity(), start: tar.start, size: tar.size };
}

function inspectionOf({ entries, tar, wanted: { files } }: Waiting): ThreadTask {
  const paths = files.map(({ file }) => file.paths.pathOf(file.node));
  const pathEnds = new Uint32Array(paths.length);
  let end = 0;
  for (const [place, { length }] of paths.entries()) {
    end += length;
    pathEnds[place] = end;
  }
  return {
    kind: "inspect",
    tar: placeOf(tar),
    index: Uint32Array.from(files, ({ index }) => index),
    body: Float64Array.from(files, ({ body }) => body),
    fileSize: Float64Array.from(files, ({ file }) => file.size),
    mode: Uint16Array.from(files, ({ index }) => entries.mode[index] as number),
    paths: Buffer.concat(paths),
    pathEnds,
  };
}

/** A task for each layer that has some of the files. */
function startTasks(tree: HistoryTree, tars: Tars, groups: readonly Group[]): ThreadTask[] {
  const byLayer = tars.map(() => [] as number[]);
  for (const group of groups) for (const inode of group) byLayer[tree.layerOf(inode)]?.push(inode);
  return byLayer.flatMap((inodes, layer): ThreadTask[] => {
    const tar = tars[layer];
    const { body, sparse } = tree.layers[layer] as LayerEntries;
    const base = tree.entryBase[layer] as number;
    const plain = Uint32Array.from(inodes.filter((inode) => !sparse.has(inode - base)));
    if (!tar || plain.length === 0) return [];
    return [
      {
        kind: "starts",
        tar: placeOf(tar),
        inode: plain,
        body: Float64Array.from(plain, (inode) => body[inode - base] as number),
      },
    ];
  });
}

class InspectionThread {
  readonly #worker: Worker;
  /** By number of the task: who waits for it. */
  readonly #answers = new Map<number, (found: ThreadReply["found"]) => void>();
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
    this.#worker.on("message", ({ id, found }: ThreadReply) => {
      this.#answers.get(id)?.(found);
      this.#answers.delete(id);
    });
    this.#worker.on("error", () => this.#gone());
    this.#worker.on("exit", () => this.#gone());
  }

  /** @returns waits for the answer, and keeps the process alive only then */
  begin<T extends object | number>(task: ThreadTask): Answer<Map<number, T>> {
    const id = this.#tasks++;
    const answer = new Promise<ThreadReply["found"]>((resolve) => {
      if (this.#isGone) resolve(undefined);
      else this.#answers.set(id, resolve);
    });
    this.#send({ id, task });
    return async (signal) => {
      const stop = (): void => this.stop();
      signal?.addEventListener("abort", stop, { once: true });
      this.#worker.ref();
      const found = await answer;
      this.#worker.unref();
      signal?.removeEventListener("abort", stop);
      return found as Map<number, T> | undefined;
    };
  }

  end(): void {
    this.#send("end");
  }

  #send(request: ThreadRequest): void {
    this.#worker.postMessage(request);
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
