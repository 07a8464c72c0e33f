import { SYSTEM_TYPES } from "../../packages/package.ts";
import type { AdviceContext } from "../advice-context.ts";
import { absolutePath } from "../places.ts";
import type { Draft, Rule } from "../rule.ts";
import { shellQuoted } from "../shell-commands.ts";
import { runAnd } from "../snippet.ts";
import { isRun } from "../waste-groups.ts";

/** Less than that, in one layer, is not worth a word. */
const WORTH = 100_000;
/** Links that a person would still write. */
const MOST_LINKS = 5;

export const duplicateContent: Rule = {
  id: "duplicate-content",
  title: "The same content lies at several paths",
  category: "waste",
  reason: "Two files with the same content are stored twice; two names of one file, or a link, are stored once.",
  fix: "Copy or install it once, and link to it: in the build context, or with ln in the RUN that makes the copy. A link that a later RUN makes saves nothing.",
  example: {
    bad: "RUN cp /opt/tool/bin/tool /usr/local/bin/tool",
    good: "RUN ln -s /opt/tool/bin/tool /usr/local/bin/tool",
  },
  counts:
    "The sizes of all but the oldest of files that are equal, by the layer that stores them: of files of 4 KiB or more, where they come to 100 kB in a layer. Left alone is what packages of the distribution bring, and what one package has twice.",
  *find(context) {
    const copies = new Map<number, Copy[]>();
    for (const { inodes } of context.inspection.duplicates) {
      const [first, ...others] = inodes;
      for (const inode of others) {
        if (comesWithPackage(context, first, inode)) continue;
        const layer = context.tree.layerOf(inode);
        const ofLayer = copies.get(layer);
        if (ofLayer) ofLayer.push({ first, inode });
        else copies.set(layer, [{ first, inode }]);
      }
    }
    for (const [layer, found] of copies) yield draft(context, layer, found);
  },
};

/** What a package of the distribution brings is not the user's to change, nor that one package has a file twice. */
function comesWithPackage({ inspection }: AdviceContext, first: number, inode: number): boolean {
  const { packages, ownerOf } = inspection.packages;
  const owner = ownerOf(inode);
  if (owner === undefined) return false;
  const type = packages[owner]?.type;
  return owner === ownerOf(first) || (type !== undefined && SYSTEM_TYPES.has(type));
}

interface Copy {
  readonly first: number;
  readonly inode: number;
}

function draft(context: AdviceContext, layer: number, copies: readonly Copy[]): Draft {
  const step = context.stepOf(layer);
  const isOwn = context.isOwn(layer);
  const links = copies.slice(0, MOST_LINKS).map(({ first, inode }) => linked(context, first, inode));
  return {
    what: `layer ${layer} stores content that lies at another path, too`,
    inodes: copies.map(({ inode }) => inode),
    worth: WORTH,
    steps: step ? [step.index] : [],
    ...(isOwn && isRun(step) && copies.length <= MOST_LINKS ? { snippet: runAnd(step, ...links) } : {}),
  };
}

function linked(context: AdviceContext, first: number, inode: number): string {
  const [target, link] = [first, inode].map((wanted) => {
    const [name = 0] = context.visible.of(wanted)?.nodes ?? [];
    return shellQuoted(absolutePath(context.paths, name));
  });
  return `ln -sf ${target} ${link}`;
}
