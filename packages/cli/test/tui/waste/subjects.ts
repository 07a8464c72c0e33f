/** Images as the view has them, from members of tars, and a look whose rows can be read in a test. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Analysis, analyse, openSource, scanImage } from "@layerscope/core";
import { dockerSaveNew, type ImageSpec } from "../../../../../fixtures/build/image.ts";
import { type Member, tar } from "../../../../../fixtures/build/tar.ts";
import type { Glyphs, Look } from "../../../src/tui/present/look.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import type { World } from "../../../src/tui/world.ts";

/** The image with all layers read. */
export function subjectOf({ image, accounts }: Analysis, more: Partial<Subject> = {}): Subject {
  return {
    reference: "image.tar",
    version: 1,
    phase: "done",
    document: image.document,
    layers: image.layers,
    tree: image.tree,
    classes: image.classes,
    image,
    analysis: { image, accounts },
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

export const worldWith = (subject: Subject): World => ({ subject, units: "si", now: 0 });

export async function analyseArchive(path: string): Promise<Analysis> {
  await using source = await openSource(path);
  return analyse(await scanImage(source));
}

/** Layers oldest first; `commands` are those of their steps. */
export async function scanMembers(
  layers: readonly (readonly Member[])[],
  commands?: readonly string[],
): Promise<Analysis> {
  const directory = await mkdtemp(join(tmpdir(), "layerscope-test-"));
  try {
    const history = commands?.map((created_by) => ({ created_by }));
    const spec: ImageSpec = { layers: layers.map((members) => tar(members)), ...(history && { history }) };
    const path = join(directory, "image.tar");
    await writeFile(path, dockerSaveNew(spec));
    return await analyseArchive(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}

export function nodeAt({ image }: Analysis, path: string): number {
  const node = image.tree.paths.find(Buffer.from(path));
  if (node === undefined) throw new Error(`no layer has ${path}`);
  return node;
}

export const bytes = (count: number, fill = "x"): Buffer => Buffer.alloc(count, fill);

const GLYPHS: Glyphs = {
  marks: { added: "+", modified: "~", metadata: "*", identical: "=", removed: "-", unchanged: " " },
  bar: { full: "█", wasted: "▒", empty: "░" },
  open: "▾",
  closed: "▸",
  marked: "●",
  ellipsis: "…",
  horizontal: "─",
  vertical: "│",
  arrow: "→",
  separator: "·",
  spinner: ["|"],
};

/** No colours; the cursor's row ends with `<`. */
export const NORMAL: Look = {
  paint: (_tone, text) => text,
  cursorRow: (row, focused) => `${row.trimEnd()}${focused ? " <" : " ("}`,
  glyphs: GLYPHS,
  units: "si",
  unicode: true,
  plain: false,
};

/** As for a screen reader. */
export const PLAIN: Look = {
  ...NORMAL,
  glyphs: {
    ...GLYPHS,
    marks: {
      added: "added",
      modified: "modified",
      metadata: "metadata",
      identical: "identical",
      removed: "removed",
      unchanged: "",
    },
    bar: { full: "", wasted: "", empty: "" },
    open: "open",
    closed: "closed",
    marked: "marked",
    horizontal: "",
    arrow: "to",
    separator: ",",
  },
  plain: true,
};

/** Leaves rows as they are, so that they can be measured. */
export const MEASURED: Look = { ...NORMAL, cursorRow: (row) => row };
