/** The view of one file. */
import { type FileState, topOf } from "../../state/file-state.ts";
import { bodyHeight, headHeight } from "../../view-model/file/geometry.ts";
import type { FileModel } from "../../view-model/file/model.ts";
import type { Look, Size } from "../look.ts";
import { bodyRows } from "./body.ts";
import { remarkRows, titleRow, versionRow } from "./head.ts";

export function presentFile(model: FileModel, state: FileState, size: Size, look: Look): string[] {
  const { width, height } = size;
  const head = headHeight(model, height);
  const isWrapped = state.wrap && model.body.kind === "text";
  const top = isWrapped ? state.position.top : topOf(state, model.body, height - head);
  const { left, wrap, search } = state;
  return [
    titleRow(model, state, top, width, look),
    versionRow(model, width, look),
    ...remarkRows(model, Math.max(0, head - 2), width, look),
  ]
    .slice(0, head)
    .concat(
      bodyRows(model, { top, left, wrap, search, numbers: true }, { width, height: bodyHeight(model, height) }, look),
    );
}
