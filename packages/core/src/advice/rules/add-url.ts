import { type CopyCommand, copyCommand } from "../copy-command.ts";
import type { Rule } from "../rule.ts";
import { snippetOf, withFlag } from "../snippet.ts";
import { cut } from "../waste-drafts.ts";
import { isRemote } from "../waste-snippets.ts";

const MOST_FOUND = 100;

export const addUrl: Rule = {
  id: "add-url",
  title: "ADD fetches a file without knowing what it should be",
  category: "configuration",
  reason:
    "Whatever the address serves on the day of the build becomes part of the image, and nobody notices when it changes. An archive from an address is not unpacked, so it stays in its layer whatever later steps do.",
  fix: "Give the checksum (ADD --checksum=sha256:…), or download, check, unpack and remove it in one RUN.",
  example: {
    bad: "ADD https://example.com/tool.tar.gz /tmp/",
    good: "ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d \\\n    https://example.com/tool.tar.gz /tmp/",
  },
  counts:
    "No bytes: where the file is removed later it counts for added-then-removed. Said of ADD with an address and no checksum, as far as the history tells; older builders do not note the checksum. Addresses of git are left alone.",
  *find({ steps }) {
    let found = 0;
    for (const step of steps) {
      if (found === MOST_FOUND) return;
      const copy = copyCommand(step);
      if (!step.isOwn || copy?.keyword !== "ADD") continue;
      const urls = copy.sources.filter((source) => /^https?:\/\//.test(source) && !isRepository(source));
      const [url] = urls;
      if (url === undefined || copy.flags.some((flag) => flag.startsWith("--checksum"))) continue;
      found++;
      yield {
        what: `${cut(url)} is fetched without a checksum`,
        layers: step.layer === undefined ? [] : [step.layer],
        steps: [step.index],
        snippet: urls.length === 1 && copy.sources.length === 1 ? withFlag(step, "--checksum=sha256:…") : several(copy),
        scope: "own",
      };
    }
  },
};

const isRepository = (source: string): boolean => /\.git(?:#|$)/.test(source) || !isRemote(source);

/** A checksum is of one file. */
function several({ flags, sources, target }: CopyCommand): string {
  return snippetOf(
    ...sources.map((source) =>
      ["ADD", ...flags, ...(isRemote(source) ? ["--checksum=sha256:…"] : []), source, target].join(" "),
    ),
  );
}
