import type { AdviceContext } from "../advice-context.ts";
import type { BuildStep } from "../build-steps.ts";
import { absolutePath, filesEndingWith, isBelowName, nameText, pathFrom } from "../places.ts";
import type { Rule } from "../rule.ts";
import { commandsOf } from "../shell-commands.ts";
import { withMount } from "../snippet.ts";
import type { VisibleFile } from "../visible-files.ts";
import { PACKAGE_DIRECTORIES } from "./copied-files.ts";
import {
  BUILD_WORTH,
  type LayerFiles,
  listPaths,
  namesOf,
  removeInSameRun,
  shellPaths,
  tellByLayer,
} from "./leftover-files.ts";

const ENDINGS = [
  ...[".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst", ".tar", ".zip", ".7z"],
  ...[".deb", ".rpm", ".apk", ".whl"],
];
/** Commands that take an archive apart, or install it. */
const UNPACKERS = new Set([
  ...["tar", "bsdtar", "unzip", "7z", "7za", "busybox", "python", "python3"],
  ...["dpkg", "apt", "apt-get", "gdebi", "rpm", "dnf", "yum", "microdnf", "zypper", "apk", "pip", "pip3", "uv"],
]);

export const unpackedArchives: Rule = {
  id: "unpacked-archives",
  title: "An archive is still there after it was unpacked",
  category: "build",
  reason: "What was in the archive is in the image a second time, unpacked. Nothing reads the archive again.",
  fix: "Unpack while downloading, remove the archive in the same RUN, or mount it: RUN --mount=type=bind.",
  example: {
    bad: "RUN curl -LO https://example.com/tool.tar.gz && tar -xf tool.tar.gz",
    good: "RUN curl -L https://example.com/tool.tar.gz | tar -x",
  },
  counts:
    "Archives and package files in the image's own layers that a RUN unpacks or installs by their name, or beside which stands a directory of the same name without the ending. Those that a package owns, and those in directories of packages, are left alone, and so are archives of which nothing tells that they were unpacked.",
  *find(context) {
    const { paths, inspection } = context;
    const found = filesEndingWith(context, ENDINGS).filter(
      (file) =>
        context.isOwn(file.layer) &&
        inspection.packages.ownerOf(file.inode) === undefined &&
        file.nodes.every((node) => !isBelowName(paths, node, PACKAGE_DIRECTORIES)),
    );
    if (found.length === 0) return;
    const unpacked = unpackedNames(context);
    const archives = found.filter((file) => isUnpacked(context, file, unpacked));
    yield* tellByLayer(context, archives, (group) => ({
      what: `Archives are still there after they were unpacked: ${listPaths(context, namesOf(context, group.files))}`,
      worth: BUILD_WORTH,
      snippet: withoutArchive(context, group, unpacked),
    }));
  },
};

/** What `RUN`s unpack, by the last segment of the path, and the step that does. */
function unpackedNames(context: AdviceContext): Map<string, BuildStep> {
  const names = new Map<string, BuildStep>();
  for (const step of context.steps) {
    for (const { name, args } of step.isOwn ? commandsOf(step) : []) {
      if (!UNPACKERS.has(name)) continue;
      for (const arg of args) names.set(arg.slice(arg.lastIndexOf("/") + 1).replace(/^.{0,20}=/, ""), step);
    }
  }
  return names;
}

function isUnpacked(context: AdviceContext, { nodes }: VisibleFile, unpacked: ReadonlyMap<string, unknown>): boolean {
  return nodes.some((node) => {
    const name = nameText(context.paths, node);
    const ending = ENDINGS.find((text) => name.endsWith(text)) as string;
    if (unpacked.has(name) || unpacked.has(`*${ending}`)) return true;
    const stem = name.slice(0, -ending.length);
    const beside = stem === "" ? undefined : pathFrom(context, node, "..", stem);
    return beside !== undefined && isDirectory(context, beside);
  });
}

function isDirectory({ tree }: AdviceContext, node: number): boolean {
  return tree.isDirectory(tree.newestRevision(node));
}

/** Of a copied archive: the `RUN` that unpacks it, with the archive mounted. */
function withoutArchive(
  context: AdviceContext,
  group: LayerFiles,
  unpacked: ReadonlyMap<string, BuildStep>,
): string | undefined {
  const nodes = namesOf(context, group.files);
  const [node] = nodes;
  const words = shellPaths(context, nodes);
  if (node === undefined || !words) return undefined;
  if (group.step?.command.keyword === "RUN") return removeInSameRun(group.step, words);
  const name = nameText(context.paths, node);
  const step = unpacked.get(name);
  if (nodes.length > 1 || !step || !/^[\w.+-]+$/.test(name)) return undefined;
  return withMount(step, `type=bind,source=${name},target=${absolutePath(context.paths, node)}`);
}
