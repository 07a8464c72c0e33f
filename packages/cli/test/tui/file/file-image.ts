/** From members of tars to the model of one file, the way the view gets there: scanned, loaded, asked. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSource, type ScannedImage, scanImage } from "@layerscope/core";
import { dockerSaveNew, gzip } from "../../../../../fixtures/build/image.ts";
import { type Member, tar } from "../../../../../fixtures/build/tar.ts";
import { ContentCache } from "../../../src/tui/effects/content-cache.ts";
import { FULL_BYTES, loadContent } from "../../../src/tui/effects/load-content.ts";
import type { Look } from "../../../src/tui/present/look.ts";
import { type FileMode, type FileState, neededContents, openFileState } from "../../../src/tui/state/file-state.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { Background } from "../../../src/tui/view-model/file/background.ts";
import { type FileModel, fileModel } from "../../../src/tui/view-model/file/model.ts";
import type { World } from "../../../src/tui/world.ts";

export type Packing = "plain" | "gzip" | "stream";

/** Calls `use` with the image of these layers, oldest first, while its archive is open. */
export async function withImage<T>(
  layers: readonly (readonly Member[])[],
  use: (image: ScannedImage) => T | Promise<T>,
  packing: Packing = "plain",
): Promise<T> {
  const tars = layers.map((members) => tar([...members]));
  const archive = dockerSaveNew({ layers: tars, compression: packing === "gzip" ? "gzip" : "none" });
  const directory = await mkdtemp(join(tmpdir(), "layerscope-test-"));
  try {
    const path = join(directory, "image.tar");
    await writeFile(path, packing === "stream" ? gzip(archive, { level: 1 }) : archive);
    await using source = await openSource(path);
    return await use(await scanImage(source));
  } finally {
    await rm(directory, { recursive: true });
  }
}

export function worldOf(image: ScannedImage, change: Partial<Subject> = {}): World {
  const subject: Subject = {
    reference: "image.tar",
    version: 1,
    phase: "done",
    document: image.document,
    layers: image.layers,
    tree: image.tree,
    classes: image.classes,
    image,
    analysis: undefined,
    progress: undefined,
    error: undefined,
    base: undefined,
    hasContents: true,
    inspection: undefined,
    advice: undefined,
    isInspecting: false,
    inspectionError: undefined,
    ...change,
  };
  return { subject, units: "si", now: 0 };
}

export function nodeAt(image: ScannedImage, path: string): number {
  const node = image.tree.paths.find(Buffer.from(path));
  if (node === undefined) throw new Error(`no layer has anything to do with ${path}`);
  return node;
}

/** A file that is open, with everything read that it needs. */
export class OpenedFile {
  readonly world: World;
  readonly contents = new ContentCache();
  readonly background: Background;
  readonly #waiting: (() => void)[] = [];

  constructor(world: World) {
    this.world = world;
    this.background = new Background(() => {
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  model(state: FileState): FileModel {
    return fileModel(this.world, state, this);
  }

  /** The model once contents and comparison are there. Colours come when they come. */
  async settled(state: FileState, limit = FULL_BYTES): Promise<FileModel> {
    const { image } = this.world.subject;
    const signal = new AbortController().signal;
    for (const need of neededContents(state, this.world, limit)) {
      if (!image || !this.contents.lacks(need)) continue;
      this.contents.add(await loadContent(image, need.node, need.layer, { limit: need.limit, signal }));
    }
    for (;;) {
      const ready = this.nextReady();
      const model = this.model(state);
      if (model.body.kind !== "message" || model.body.text !== "comparing…") return model;
      await ready;
    }
  }

  /** When something that was worked on in the background is there. */
  nextReady(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

export interface Opened {
  readonly file: OpenedFile;
  readonly state: FileState;
  readonly model: FileModel;
}

/** Opens one path of an image; the last layer's version when none is named. */
export async function openPath(
  image: ScannedImage,
  path: string,
  mode: FileMode = "text",
  layer = image.layers.length - 1,
): Promise<Opened> {
  const file = new OpenedFile(worldOf(image));
  const state = openFileState(nodeAt(image, path), layer, mode);
  const model = await file.settled(state);
  file.background.close();
  return { file, state, model };
}

/** Opens a file with this content, in an image that has nothing else. */
export function openContent(content: string | Uint8Array, mode: FileMode = "text"): Promise<Opened> {
  const member: Member = { path: "file", type: "file", content };
  return withImage([[member]], (image) => openPath(image, "file", mode));
}

/** No colours: every tone but the text's is written around it where `tags` are wanted. */
export function testLook(options: { tags?: boolean; plain?: boolean } = {}): Look {
  return {
    paint: (tone, text) => (options.tags ? `<${tone}>${text}</>` : text),
    cursorRow: (row) => row,
    glyphs: {
      marks: { added: "+", modified: "~", metadata: "*", identical: "=", removed: "-", unchanged: " " },
      bar: { full: "#", wasted: "x", empty: "." },
      open: "v",
      closed: ">",
      marked: "@",
      ellipsis: "…",
      horizontal: "-",
      vertical: "|",
      arrow: "->",
      separator: "|",
      spinner: ["-"],
    },
    units: "si",
    unicode: true,
    plain: options.plain === true,
  };
}
