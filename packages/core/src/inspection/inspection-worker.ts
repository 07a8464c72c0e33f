/** The thread that looks into files while an image is scanned: {@link ../tree/look-ahead.ts} is its other side. */
import { parentPort } from "node:worker_threads";
import { InspectedFile, LayerFacts } from "../layer/file-inspector.ts";
import { PathTable } from "../layer/path-table.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import { Turns } from "../model/turns.ts";
import { type FileRange, OpenFile } from "../source/open-file.ts";
import { startSum } from "../tree/body-start.ts";
import type { ThreadReply, ThreadRequest, ThreadTask } from "../tree/inspection-messages.ts";
import { inspectBodies, type WantedFile } from "../tree/wanted-files.ts";
import { CONTENT_INSPECTOR } from "./content-inspector.ts";

const port = parentPort;
let before: Promise<void> = Promise.resolve();

port?.on("message", (request: ThreadRequest) => {
  before = before.then(async () => {
    if (request === "end") port.close();
    else port.postMessage({ id: request.id, found: await answer(request.task) } satisfies ThreadReply);
  });
});

async function answer(task: ThreadTask): Promise<ThreadReply["found"]> {
  try {
    const { path, identity: expected, start, size } = task.tar;
    using file = OpenFile.open(path);
    const identity = file.identity();
    for (const key of ["device", "inode", "size", "modified"] as const) {
      if (identity[key] !== expected[key]) return undefined;
    }
    const tar = file.range().slice(start, size);
    return task.kind === "starts" ? startsOf(tar, task) : await inspect(tar, task);
  } catch {
    return undefined;
  }
}

type Task<K extends ThreadTask["kind"]> = Extract<ThreadTask, { kind: K }>;

async function inspect(tar: FileRange, task: Task<"inspect">): Promise<Map<number, object>> {
  const facts = new LayerFacts();
  await inspectBodies(tar, wantedFiles(task), CONTENT_INSPECTOR, facts, new Turns({}));
  return facts.byEntry;
}

function wantedFiles({ index, body, fileSize, mode, paths, pathEnds }: Task<"inspect">): WantedFile[] {
  const table = new PathTable(DEFAULT_LIMITS);
  return Array.from(index, (entry, place) => {
    const node = table.intern(paths, place === 0 ? 0 : (pathEnds[place - 1] as number), pathEnds[place] as number);
    const file = new InspectedFile(table, node, fileSize[place] as number, mode[place] as number);
    return { index: entry, file, body: body[place] as number };
  });
}

function startsOf(tar: FileRange, { inode, body }: Task<"starts">): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [place, position] of body.entries()) {
    const sum = startSum(tar, position);
    if (sum !== undefined) sums.set(inode[place] as number, sum);
  }
  return sums;
}
