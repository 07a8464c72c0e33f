/** The thread that looks into files while an image is scanned: {@link ../tree/look-ahead.ts} is its other side. */
import { parentPort } from "node:worker_threads";
import { InspectedFile, LayerFacts } from "../layer/file-inspector.ts";
import { PathTable } from "../layer/path-table.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import { Turns } from "../model/turns.ts";
import { OpenFile } from "../source/open-file.ts";
import type { InspectionReply, InspectionTask } from "../tree/inspection-messages.ts";
import { inspectBodies, type WantedFile } from "../tree/wanted-files.ts";
import { CONTENT_INSPECTOR } from "./content-inspector.ts";

const port = parentPort;
let before: Promise<void> = Promise.resolve();

port?.on("message", (task: InspectionTask | undefined) => {
  before = before.then(async () => {
    if (task) port.postMessage({ layer: task.layer, facts: await inspect(task) } satisfies InspectionReply);
    else port.close();
  });
});

async function inspect(task: InspectionTask): Promise<InspectionReply["facts"]> {
  try {
    using file = OpenFile.open(task.path);
    const { device, inode, size, modified } = file.identity();
    const is = task.identity;
    if (device !== is.device || inode !== is.inode || size !== is.size || modified !== is.modified) return undefined;
    const tar = file.range().slice(task.start, task.size);
    const facts = new LayerFacts();
    await inspectBodies(tar, wantedFiles(task), CONTENT_INSPECTOR, facts, new Turns({}));
    return facts.byEntry;
  } catch {
    return undefined;
  }
}

function wantedFiles({ index, body, fileSize, mode, paths, pathEnds }: InspectionTask): WantedFile[] {
  const table = new PathTable(DEFAULT_LIMITS);
  return Array.from(index, (entry, place) => {
    const node = table.intern(paths, place === 0 ? 0 : (pathEnds[place - 1] as number), pathEnds[place] as number);
    const file = new InspectedFile(table, node, fileSize[place] as number, mode[place] as number);
    return { index: entry, file, body: body[place] as number };
  });
}
