/** The file on the screen: the one that is open, or the one under the cursor that the preview shows. */
import { type NeededContent, PREVIEW_BYTES } from "../effects/load-content.ts";
import { layoutOf } from "../layout.ts";
import { type FileState, neededContents as neededForFile, openFileState } from "../state/file-state.ts";
import type { State } from "../state/state.ts";
import { type FileModel, fileModel } from "./file/model.ts";
import { fetchedFrom } from "./image-facts.ts";
import { fileTree, selectedPath, worldOf } from "./selection.ts";

export function fileModelOf(state: State, file: FileState): FileModel {
  return fileModel(worldOf(state), file, state.sources);
}

/** @returns undefined when the cursor is on nothing */
export function previewOf(state: State): FileModel | undefined {
  const file = previewedFile(state);
  const model = file && fileModel(worldOf(state), file, state.sources, fileTree(state)?.view);
  return model && asksToBeOpened(model, state) ? { ...model, body: openToRead(state) } : model;
}

/** Whether the content has to be fetched: an engine would export its whole image for every file the cursor is on. */
function asksToBeOpened({ entry, node }: FileModel, { subject, sources }: State): boolean {
  if (entry?.type !== "file" || entry.size === 0 || !fetchedFrom(subject)) return false;
  return sources.contents.get(node, entry.layer) === undefined;
}

function openToRead({ subject, keymap }: State): FileModel["body"] {
  const [key] = keymap.keysOf("open", "files");
  const from = fetchedFrom(subject);
  return {
    kind: "message",
    tone: "muted",
    text: key === undefined ? `open it to read it from the ${from}` : `press ${key} to read it from the ${from}`,
  };
}

/** What the screen needs to be read. */
export function neededContents(state: State): readonly NeededContent[] {
  if (state.view === "file") return state.file ? neededForFile(state.file, worldOf(state)) : [];
  if (!layoutOf(state).panes.some(({ name }) => name === "preview")) return [];
  const file = fetchedFrom(state.subject) ? undefined : previewedFile(state);
  return file ? neededForFile(file, worldOf(state), PREVIEW_BYTES) : [];
}

function previewedFile(state: State): FileState | undefined {
  const path = state.view === "explore" ? selectedPath(state) : undefined;
  return path && openFileState(path.node, path.layer);
}
