/** The subjects of the stories: the demo image, and a small one in which every path is known. */
import { analyse, openSource, scanImage } from "@layerscope/core";
import { file, type Member, symlink, whiteout } from "../../../../../fixtures/build/tar.ts";
import { scanLayers } from "../../../../core/test/tree/scan-layers.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import { subjectOf } from "../layers/subjects.ts";

const bytes = (count: number): string => "x".repeat(count);

/** Sizes are such that the tree by size has the order in which things stand here. */
const LAYERS: Member[][] = [
  [file("usr/lib/big.so", bytes(9000)), file("usr/lib/old.so", bytes(500)), file("etc/motd", "hello")],
  [
    file("srv/app/index.js", bytes(3000)),
    file("srv/app/lib/util.js", bytes(200)),
    file("srv/app/lib/zz.js", bytes(100)),
  ],
  [file("srv/app/index.js", bytes(4000)), whiteout("usr/lib/old.so"), symlink("srv/link", "app")],
];

export async function smallImage(): Promise<Subject> {
  return subjectOf(await scanLayers(...LAYERS));
}

export async function demoImage(): Promise<Subject> {
  await using source = await openSource("fixtures/demo.tar");
  return subjectOf(analyse(await scanImage(source)));
}

export function nodeOf({ tree }: Subject, path: string): number {
  const node = tree?.paths.find(Buffer.from(path));
  if (node === undefined) throw new Error(`no layer has ${path}`);
  return node;
}
