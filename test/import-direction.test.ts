import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";

/** The folders of the core, in the order the data flows. Each imports from itself and from those before it. */
const FOLDERS = [
  "model",
  "source",
  "archive",
  "layer",
  "tree",
  "metrics",
  "packages",
  "secrets",
  "inspection",
  "advice",
  "budget",
  "report",
];

/** The core computes; to print, to read arguments and to end the process is for whoever calls it. */
const NOT_IN_CORE = /\bconsole\s*\.|\bprocess\s*\.\s*(?:exit|exitCode|argv|stdout|stderr)\b/g;

const CLI_PACKAGE = /^layerscope(?:\/|$)/;

/** Paths relative to packages/core/src, with "/", and the text of each file. */
type Sources = Map<string, string>;

function findViolations(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const code = withoutComments(text);
    return [
      ...importsIn(code).flatMap((specifier) => judgeImport(path, specifier)),
      ...[...code.matchAll(NOT_IN_CORE)].map(([use]) => `${path} uses ${use}`),
    ];
  });
}

function judgeImport(path: string, specifier: string): string[] {
  if (CLI_PACKAGE.test(specifier)) return [`${path} imports ${specifier}`];
  if (!specifier.startsWith(".")) return [];
  const target = posix.join(posix.dirname(path), specifier);
  if (target.startsWith("..")) return [`${path} imports ${specifier}, outside of the core`];
  const from = folderOf(path);
  // index.ts, inspect.ts and the like put the folders together.
  if (from === undefined) return [];
  const to = folderOf(target);
  const isKnown = FOLDERS.includes(from) && to !== undefined && FOLDERS.includes(to);
  return isKnown && FOLDERS.indexOf(to) <= FOLDERS.indexOf(from) ? [] : [`${path} imports ${specifier}`];
}

function folderOf(path: string): string | undefined {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : undefined;
}

/** Static, dynamic, side-effect and re-exporting imports, and the modules that workers are started from. */
function importsIn(code: string): string[] {
  const found = code.matchAll(/\b(?:from|import|new URL)\s*\(?\s*["']([^"'\n]+)["']/g);
  return [...found].flatMap(([, specifier]) => specifier ?? []);
}

/** Strings are matched first and kept, so that "https://…" does not start a comment. */
function withoutComments(text: string): string {
  const token = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(token, (_, string: string | undefined) => string ?? "");
}

function readSources(root: string): Sources {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));
  return new Map(files.map((path) => [path.replaceAll("\\", "/"), readFileSync(join(root, path), "utf8")]));
}

test("each folder of the core imports only from the folders before it", () => {
  const sources = readSources(join(import.meta.dirname, "../packages/core/src"));
  expect(sources.size).toBeGreaterThan(0);
  expect(findViolations(sources)).toEqual([]);
});

describe("the rule finds", () => {
  const violationsOf = (path: string, text: string) => findViolations(new Map([[path, text]]));

  test.each([
    ["an import from a later folder", "layer/read.ts", 'import { fold } from "../tree/fold.ts";'],
    ["a type import from a later folder", "model/image.ts", 'import type { A } from "../source/a.ts";'],
    ["an import over several lines", "archive/tar.ts", 'import {\n  a,\n  b,\n} from "../layer/a.ts";'],
    ["a re-export from a later folder", "tree/views.ts", 'export * from "../report/json.ts";'],
    ["a dynamic import from a later folder", "source/engine.ts", 'await import("../metrics/waste.ts");'],
    ["a worker of a later folder", "archive/pool.ts", 'new Worker(new URL("../layer/worker.ts", import.meta.url));'],
    ["an import from a file at the root", "report/json.ts", 'import { inspect } from "../inspect.ts";'],
    ["a folder that has no place in the order", "utils/strings.ts", 'import { a } from "../model/a.ts";'],
    ["an import of the command line package", "index.ts", 'import { main } from "layerscope";'],
    ["an import out of the core", "inspect.ts", 'import { main } from "../../cli/src/main.ts";'],
    ["printing", "source/stdin.ts", "console.log(1);"],
    ["writing to the terminal", "source/stdin.ts", 'process.stderr.write("x");'],
    ["ending the process", "inspect.ts", "if (bad) process.exit(1);"],
    ["reading the arguments", "inspect.ts", "const [name] = process.argv;"],
  ])("%s", (_, path, text) => {
    expect(violationsOf(path, text)).toHaveLength(1);
  });

  test.each([
    ["an import from an earlier folder", "report/json.ts", 'import { a } from "../model/a.ts";'],
    ["an import from the same folder", "tree/fold.ts", 'import { a } from "./path-table.ts";'],
    ["a file at the root that imports anything", "index.ts", 'export { a } from "./report/json.ts";'],
    ["an import from a library", "archive/zstd.ts", 'import { b } from "zstddec/stream";'],
    ["a comment that talks of printing", "model/errors.ts", "// never console.log\n/* nor process.exit() */"],
    ["process.env and process.platform", "source/engine.ts", "process.env.DOCKER_HOST ?? process.platform;"],
  ])("nothing in %s", (_, path, text) => {
    expect(violationsOf(path, text)).toEqual([]);
  });

  test("code behind a string that looks like a comment", () => {
    expect(violationsOf("model/a.ts", 'const a = "https://x"; console.log(a);')).toEqual(["model/a.ts uses console."]);
  });
});
