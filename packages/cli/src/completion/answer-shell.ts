/** What is printed for shells: the scripts, and the answers that the scripts ask for. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { writePieces } from "../output/write.ts";
import { completeLine, type Normalise } from "./complete-line.ts";

/** The scripts are files of their own, which shells can check; the package has them as they are. */
export async function printScript(shell: string): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve("layerscope/package.json");
  await writePieces(process.stdout, [
    readFileSync(new URL(`src/completion/layerscope.${shell}`, pathToFileURL(manifest))),
  ]);
}

/**
 * A line with the paths that may come and the beginning that is kept of the word, then a candidate a line, with a tab and
 * its description.
 */
export async function printCompletion(program: Command, words: readonly string[], normalise: Normalise): Promise<void> {
  const { paths, prefix, candidates } = completeLine(program, words, normalise);
  const lines = candidates.map(({ word, description }) => `${word}\t${description}\n`);
  await writePieces(process.stdout, [`${paths} ${prefix}\n`, ...lines]);
}
