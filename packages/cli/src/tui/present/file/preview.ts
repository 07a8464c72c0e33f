/** The beginning of what the cursor is on. */
import { type FileModel, rowCountOf } from "../../view-model/file/model.ts";
import type { Look, Size } from "../look.ts";
import { bodyRows } from "./body.ts";
import { remarkRows, versionRow } from "./head.ts";

/** @param top the first row of the content that is shown */
export function presentPreview(model: FileModel, size: Size, look: Look, top = 0): string[] {
  const { width, height } = size;
  if (height <= 0) return [];
  const remarks = Math.min(model.notes.length + model.metadata.length, Math.floor(height / 3));
  const rest = height - 1 - remarks;
  const start = Math.max(0, Math.min(top, rowCountOf(model.body) - rest));
  const position = { top: start, left: 0, wrap: false, search: undefined, numbers: false };
  return [
    versionRow(model, width, look),
    ...remarkRows(model, remarks, width, look),
    ...bodyRows(model, position, { width, height: rest }, look),
  ];
}
