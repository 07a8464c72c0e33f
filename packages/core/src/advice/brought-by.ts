/** Which layer a file really comes from. */
import { compareRevisions } from "../tree/compare-revisions.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { VisibleFile } from "./visible-files.ts";
import { isRun } from "./waste-groups.ts";

/** By layer: 1 where files may come from an older one, as {@link broughtBy} says; of the others it is the layer itself. */
export function rewritingLayers(context: AdviceContext): Uint8Array {
  return Uint8Array.from(context.image.layers, ({ index }) =>
    Number(context.isOwn(index) && isRun(context.stepOf(index))),
  );
}

/**
 * The layer that brought a file which later ones only gave another owner or other permissions: what a `chown -R` stores is
 * still what was copied before it. Only of the image's own layers; what came with the base image counts as the layer's own.
 */
export function broughtBy(context: AdviceContext, { nodes: [node], layer }: VisibleFile): number {
  const { tree, image } = context;
  if (node === undefined || !context.isOwn(layer)) return layer;
  let revision = tree.newestRevision(node);
  let origin = layer;
  for (;;) {
    const before = tree.previousRevision(revision);
    if (!isRun(context.stepOf(origin))) return origin;
    if (!tree.isPresent(before) || !context.isOwn(tree.revisionLayer(before))) return origin;
    const { change, fields = [] } = compareRevisions(tree, image.classes, before, revision) ?? {};
    // A new time is a new file: who installs packages over copied ones writes the same content.
    if ((change !== "metadata" && change !== "identical") || fields.includes("mtime")) return origin;
    origin = tree.revisionLayer(before);
    revision = before;
  }
}
