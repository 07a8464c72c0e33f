/** The files of a layer that an inspector wants to look into. */
import { type FileInspector, InspectedFile, LARGEST_INSPECTED, type LayerFacts } from "../layer/file-inspector.ts";
import { FLAG, type LayerEntries } from "../layer/layer-entries.ts";
import type { PathTable } from "../layer/path-table.ts";
import { TYPE } from "../model/entry.ts";
import { ITEMS_A_STEP, type Steps, type Turns } from "../model/turns.ts";
import type { FileRange } from "../source/open-file.ts";
import { BodyWindow } from "./body-window.ts";

export interface WantedFile {
  /** The entry of the layer. */
  readonly index: number;
  readonly file: InspectedFile;
  /** Offset of the body in the uncompressed tar. */
  readonly body: number;
}

export interface WantedFiles {
  /** In the order in which they lie in the tar. */
  readonly files: readonly WantedFile[];
  /** False where some are wanted, but too large. */
  readonly isComplete: boolean;
}

export function* wantedFiles(paths: PathTable, entries: LayerEntries, inspector: FileInspector): Steps<WantedFiles> {
  const files: WantedFile[] = [];
  let isComplete = true;
  const { type, size, node, mode, body, flags, sparse, count } = entries;
  for (let index = 0; index < count; index++) {
    if (index % ITEMS_A_STEP === 0) yield;
    if (type[index] !== TYPE.FILE || size[index] === 0) continue;
    if (((flags[index] as number) & FLAG.HOUSEKEEPING) !== 0 || (sparse.size > 0 && sparse.has(index))) continue;
    const file = new InspectedFile(paths, node[index] as number, size[index] as number, mode[index] as number);
    if (!inspector.wants(file)) continue;
    if (file.size > LARGEST_INSPECTED) isComplete = false;
    else files.push({ index, file, body: body[index] as number });
  }
  return { files, isComplete };
}

/**
 * Looks into files whose layer lies in a file as it is.
 * @param files in the order in which they lie in the tar
 * @throws LayerscopeError `unreadable`, and as {@link Turns.next}
 */
export async function inspectBodies(
  tar: FileRange,
  files: readonly WantedFile[],
  inspector: FileInspector,
  facts: LayerFacts,
  turns: Turns,
): Promise<void> {
  // Half a file, where a layer ends too early, says nothing.
  const whole = files.filter(({ body, file }) => body + file.size <= tar.size);
  const window = new BodyWindow(
    tar,
    whole.map(({ body, file }) => ({ start: body, end: body + file.size })),
  );
  await turns.inParts(whole, ({ index, file }, place) =>
    facts.add(index, inspector.inspect(file, window.bytesOf(place))),
  );
}
