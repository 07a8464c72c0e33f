import type { AdviceContext } from "../advice-context.ts";
import { isSystemFile } from "../package-files.ts";
import { filesEndingWith, nameText } from "../places.ts";
import type { Rule } from "../rule.ts";
import type { VisibleFile } from "../visible-files.ts";
import { BUILD_WORTH, listPaths, namesOf, removeInSameRun, shellPaths, tellByLayer } from "./leftover-files.ts";

/** Either of these, or an ending. */
const NAMES = ["core", "core.[0-9]*"];
const ENDINGS = [".core", ".dmp", ".mdmp", ".hprof", ".heapsnapshot"];
const DUMP = /^(?:core(?:\.\d{1,10})?|.{1,200}\.(?:core|dmp|mdmp|hprof|heapsnapshot))$/;
const CRASH_LOG = /^hs_err_pid\d{1,10}\.log$/;
/** A name may be chance; a dump of memory is large. Logs of a crash are not. */
const LARGE = 1_000_000;

export const coreDumps: Rule = {
  id: "core-dumps",
  title: "Dumps of crashed programs are in the image",
  category: "build",
  reason:
    "When a program crashes while the image is built, its memory is written to a file. It is large, and has in it whatever the program knew, passwords included.",
  fix: "Find out why the program crashes, and remove the dump in the same RUN; with ulimit -c 0 none is written.",
  example: { bad: "RUN make test || true", good: "RUN ulimit -c 0 && make test" },
  counts:
    "Files core, core.N, *.core, *.dmp, *.mdmp, *.hprof and *.heapsnapshot from one megabyte on, and hs_err_pid*.log; told by their names. What a package of the distribution owns is left alone.",
  *find(context) {
    const files = [
      ...dumps(context),
      ...filesEndingWith(context, [".log"]).filter((file) => isNamed(context, file, CRASH_LOG)),
    ].filter((file) => !isSystemFile(context, file));
    yield* tellByLayer(context, files, ({ files: found, step }) => {
      const nodes = namesOf(context, found);
      return {
        what: `Dumps of crashed programs: ${listPaths(context, nodes)}`,
        worth: found.some(({ bytes }) => bytes >= LARGE) ? BUILD_WORTH : 0,
        snippet: removeInSameRun(step, shellPaths(context, nodes)),
      };
    });
  },
};

function dumps(context: AdviceContext): VisibleFile[] {
  const found = new Map<number, VisibleFile>();
  for (const node of NAMES.flatMap((name) => context.names.like(name))) {
    const file = context.visible.at(node);
    if (file) found.set(file.inode, file);
  }
  for (const file of filesEndingWith(context, ENDINGS)) found.set(file.inode, file);
  return [...found.values()].filter((file) => file.bytes >= LARGE && isNamed(context, file, DUMP));
}

function isNamed({ paths }: AdviceContext, { nodes }: VisibleFile, pattern: RegExp): boolean {
  return nodes.every((node) => pattern.test(nameText(paths, node)));
}
