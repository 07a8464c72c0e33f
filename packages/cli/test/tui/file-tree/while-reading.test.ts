/** Answers about layers that are there do not change when more of them come. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSource } from "@layerscope/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { layerStack } from "../../../../../test/model/arbitrary.ts";
import { pack, pathText } from "../../../../core/test/tree/scan-layers.ts";
import { scanSubject } from "../../../src/tui/effects/scan-subject.ts";
import { type Shown, SORTS } from "../../../src/tui/state/files-state.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import type { Question } from "../../../src/tui/view-model/file-question.ts";
import { FileTree, fileTreeOf } from "../../../src/tui/view-model/file-tree.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 40);

const QUESTIONS: readonly Shown[] = ["changes", "tree", "all-changes"];

/** All there is to know of a tree that does not depend on which contents are the same. */
function answer(tree: FileTree): string[] {
  const expansion = { all: true, except: new Set<number>() };
  return SORTS.filter((sort) => sort !== "wasted").flatMap((sort) => {
    const rows = tree.rows({ expansion, sort, hidden: new Set(), hidesSmall: false, kept: undefined });
    return Array.from({ length: rows.count }, (_, index) => {
      const row = tree.row(rows, index, expansion);
      if (!row) return "";
      const {
        node,
        depth,
        names,
        entry,
        change = "unchanged",
        layer,
        hasChildren,
        bytes,
        parentBytes,
        totalBytes,
      } = row;
      const isSettled = ["unchanged", "added", "removed"].includes(change);
      const numbers = [depth, names.length, entry.size, entry.mode, layer, bytes, parentBytes, totalBytes];
      return [sort, pathText(tree.tree, node), isSettled ? change : "touched", hasChildren, ...numbers].join(" ");
    });
  });
}

test("a tree asked for while layers are read is the one asked for in the end, and is kept until then", async () => {
  await fc.assert(
    fc.asyncProperty(layerStack, async (layers) => {
      const directory = await mkdtemp(join(tmpdir(), "layerscope-test-"));
      try {
        const path = join(directory, "image.tar");
        await writeFile(path, pack(layers, "plain"));
        await using source = await openSource(path);
        const early: { readonly question: Question; readonly tree: FileTree; readonly rows: string[] }[] = [];
        let done: Subject | undefined;
        const { signal } = new AbortController();
        await scanSubject({ reference: path, open: async () => source, signal }, (subject) => {
          done = subject;
          const to = subject.layers.length - 1;
          if (subject.phase !== "reading" || to < 0 || early.some(({ question }) => question.to === to)) return;
          for (const shown of QUESTIONS) {
            const question = { shown, from: shown === "all-changes" ? -1 : to - 1, to };
            const tree = fileTreeOf(subject, question);
            if (!tree) throw new Error("a layer that was read has a tree");
            expect(fileTreeOf(subject, question)).toBe(tree);
            const asked = new FileTree(subject, tree.tree, question);
            early.push({ question, tree, rows: answer(asked) });
          }
        });
        expect(done?.phase).toBe("done");
        expect(early.length).toBe(layers.length * QUESTIONS.length);
        for (const { question, tree, rows } of early) {
          // Made when only some layers were there, asked when all are.
          expect(answer(tree)).toEqual(rows);
          if (done?.tree) expect(answer(new FileTree(done, done.tree, question))).toEqual(rows);
        }
      } finally {
        await rm(directory, { recursive: true });
      }
    }),
    { numRuns: RUNS },
  );
});
