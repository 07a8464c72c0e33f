/** Images as the view has them: read to the end, or somewhere on the way there. */
import { type Analysis, analyse, openSource, scanImage } from "@layerscope/core";
import { dockerSaveNew, type ImageSpec } from "../../../../../fixtures/build/image.ts";
import { type Member, tar } from "../../../../../fixtures/build/tar.ts";
import { scanArchive } from "../../../../core/test/tree/scan-layers.ts";
import type { BaseSplit, Subject } from "../../../src/tui/subject.ts";
import type { World } from "../../../src/tui/world.ts";

export const NOW = Date.UTC(2026, 4, 1, 12);

export function worldOf(subject: Subject): World {
  return { subject, units: "si", now: NOW };
}

export function subjectOf(analysis: Analysis, more: Partial<Subject> = {}): Subject {
  const { image } = analysis;
  const { document, layers, tree, classes } = image;
  return {
    reference: "app.tar",
    version: 9,
    phase: "done",
    document,
    layers,
    tree,
    classes,
    image,
    analysis,
    progress: undefined,
    error: undefined,
    base: undefined,
    hasContents: true,
    inspection: undefined,
    advice: undefined,
    isInspecting: false,
    inspectionError: undefined,
    ...more,
  };
}

/** As it was when only so many layers were read: 410 of 1000 bytes. */
export function whileReading(analysis: Analysis, layers: number, more: Partial<Subject> = {}): Subject {
  const { image } = analysis;
  return subjectOf(analysis, {
    version: layers,
    phase: "reading",
    layers: image.layers.slice(0, layers),
    // The rest of the tree is not asked for.
    tree: { layers: image.tree.layers.slice(0, layers) } as unknown as Analysis["image"]["tree"],
    image: undefined,
    analysis: undefined,
    progress: { phase: "reading", bytes: 410, totalBytes: 1000, layers, totalLayers: image.layers.length },
    ...more,
  });
}

/** Before anything is known. */
export function opening(analysis: Analysis): Subject {
  return whileReading(analysis, 0, { phase: "opening", document: undefined, tree: undefined, progress: undefined });
}

export async function worldOfFile(path: string, more: Partial<Subject> = {}): Promise<World> {
  await using source = await openSource(path);
  return worldOf(subjectOf(analyse(await scanImage(source)), { reference: path, ...more }));
}

export const worldOfDemo = (base?: BaseSplit): Promise<World> =>
  worldOfFile("fixtures/demo.tar", { reference: "demo.tar", base });

/** Layers oldest first. */
export function analysisOf(layers: readonly (readonly Member[])[], spec: Partial<ImageSpec> = {}): Promise<Analysis> {
  return scanArchive(dockerSaveNew({ layers: layers.map((members) => tar(members)), ...spec }));
}

/** The history of an image whose layers were made by these. */
export const madeBy = (...commands: string[]): object[] => commands.map((command) => ({ created_by: command }));
