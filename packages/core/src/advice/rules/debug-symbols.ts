import type { AdviceContext } from "../advice-context.ts";
import { isSystemFile } from "../package-files.ts";
import { filesBelow, filesEndingWith, findPlaces, isBelowName } from "../places.ts";
import { type Draft, MOST_PARTS, type Rule } from "../rule.ts";
import type { VisibleFile } from "../visible-files.ts";
import {
  BASE_WORTH,
  BUILD_WORTH,
  byLayer,
  type LayerFiles,
  listPaths,
  namesOf,
  removeInSameRun,
  shellPaths,
  tellByLayer,
} from "./leftover-files.ts";

/** Wheels of Python have libraries in them that strip damages. */
const WHEELS = new Set(["site-packages", "dist-packages"]);
/** Less than this in one layer is not spoken of, in bytes. */
const MUCH = 1_000_000;

export const debugSymbols: Rule = {
  id: "debug-symbols",
  title: "Symbols for debuggers are in the image",
  category: "build",
  reason: "Symbols tell a debugger the names and lines of a program. The program runs the same without them.",
  fix: "Link without symbols (go build -ldflags='-s -w', strip = true in the profile of Cargo, -s of gcc and ld), or strip what was built.",
  example: {
    bad: "RUN go build -o /app .",
    good: "RUN go build -ldflags='-s -w' -o /app .",
  },
  counts:
    "Exactly: files *.debug and *.dwp and what is in /usr/lib/debug. By estimate: the sections for debuggers (.debug_*, .symtab, .strtab and the like) in programs and libraries of the image's own layers, from one megabyte in a layer on; what strip leaves depends on the program. Packages of the distribution and of Python are left alone.",
  *find(context) {
    yield* symbolFiles(context);
    for (const group of byLayer(context, unstrippedFiles(context))) yield* unstripped(context, group);
  },
};

function* symbolFiles(context: AdviceContext): Generator<Draft> {
  const inPlace = filesBelow(context, findPlaces(context, ["/usr/lib/debug"]));
  const found = [...inPlace, ...filesEndingWith(context, [".debug", ".dwp"])];
  const files = new Map(found.map((file) => [file.inode, file] as const));
  const alone = [...files.values()].filter((file) => !isSystemFile(context, file));
  yield* tellByLayer(context, alone, ({ files: found, step, isOwn }) => {
    const nodes = namesOf(context, found);
    return {
      what: `Files with symbols for debuggers: ${listPaths(context, nodes)}`,
      worth: isOwn ? BUILD_WORTH : BASE_WORTH,
      snippet: removeInSameRun(step, shellPaths(context, nodes)),
    };
  });
}

function strippableBytes({ inspection }: AdviceContext, { inode }: VisibleFile): number {
  return inspection.facts.get(inode)?.elf?.strippableBytes ?? 0;
}

function unstrippedFiles(context: AdviceContext): VisibleFile[] {
  const files: VisibleFile[] = [];
  for (const [inode, { elf }] of context.inspection.facts) {
    const file = elf && context.visible.of(inode);
    if (file && isUnstripped(context, file)) files.push(file);
  }
  return files;
}

function isUnstripped(context: AdviceContext, file: VisibleFile): boolean {
  return (
    context.isOwn(file.layer) &&
    strippableBytes(context, file) > 0 &&
    !isSystemFile(context, file) &&
    file.nodes.every((node) => !isBelowName(context.paths, node, WHEELS))
  );
}

function* unstripped(context: AdviceContext, { layer, files }: LayerFiles): Generator<Draft> {
  const bytes = files.reduce((sum, file) => sum + strippableBytes(context, file), 0);
  if (bytes < MUCH) return;
  const largest = [...files]
    .map((file) => ({ node: file.nodes[0] as number, bytes: strippableBytes(context, file) }))
    .sort((one, other) => other.bytes - one.bytes || context.paths.comparePaths(one.node, other.node))
    .map(({ node }) => node);
  yield {
    what: `Programs have symbols for debuggers in them: ${listPaths(context, largest)}`,
    layers: [layer],
    paths: largest.slice(0, MOST_PARTS),
    estimate: { bytes, how: "the sizes of the sections that only debuggers read" },
  };
}
