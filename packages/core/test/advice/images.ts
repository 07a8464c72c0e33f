/** Images made of build steps, and what rules say of them. */
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { type Member, tar } from "../../../../fixtures/build/tar.ts";
import { AdviceContext } from "../../src/advice/advice-context.ts";
import { type AdviseOptions, advise } from "../../src/advice/advise.ts";
import type { Advice, Draft, Rule } from "../../src/advice/rule.ts";
import { inspectImage } from "../../src/inspection/inspect-image.ts";
import type { Inspection } from "../../src/inspection/inspection.ts";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import type { BaseLayers } from "../../src/metrics/base-layers.ts";
import { withScan } from "../tree/scan-layers.ts";

/** One line of a Dockerfile. Members, also none, make a layer. */
export interface ImageStep {
  readonly command: string;
  readonly members: readonly Member[] | undefined;
}

export interface ImageOptions {
  /** How many of the oldest layers are the base image's. */
  readonly base?: number;
  /** The configuration's `config`: Env, User, Cmd, … */
  readonly config?: object;
  /** What looking into the files has shown, as far as a rule asks for it; without it the image is inspected. */
  readonly inspection?: Partial<Inspection>;
  readonly today?: Date;
}

export interface InspectedImage {
  readonly analysis: Analysis;
  readonly inspection: Inspection;
  readonly base: BaseLayers;
  readonly context: AdviceContext;
}

/** What a rule has to say, and what it is the first to claim. */
export interface Claim {
  readonly id: string;
  readonly draft: Draft;
  readonly inodes: readonly number[];
  readonly bytes: number;
  /** Sorted. */
  readonly paths: readonly string[];
}

/** A step that makes a layer; `RUN`, `COPY`, `ADD` as in a Dockerfile, or as some builder writes them down. */
export const step = (command: string, ...members: Member[]): ImageStep => ({ command, members });

/** A step that makes no layer: `ENV`, `CMD`, … */
export const setting = (command: string): ImageStep => ({ command, members: undefined });

/** Nothing was found by looking into the files. */
export const NOTHING_FOUND: Inspection = {
  facts: new Map(),
  unread: [],
  packages: {
    packages: [],
    ownerOf: () => undefined,
    unowned: [],
    unownedBytes: 0,
    versions: [],
    distribution: undefined,
    problems: [],
  },
  secrets: [],
  allowedSecrets: [],
  permissions: { privileged: [], unknownOwners: undefined, worldWritable: [], writableSystemFiles: [] },
  duplicates: [],
};

/** The command as BuildKit notes it; what some builder wrote already stays as it is. */
function createdBy(command: string): string {
  if (command.startsWith("/bin/sh") || command.endsWith("# buildkit") || command.startsWith("|")) return command;
  if (command.startsWith("RUN --")) return `${command} # buildkit`;
  return `${command.replace(/^RUN /, "RUN /bin/sh -c ")} # buildkit`;
}

/** Builds an image, scans it and looks into it. */
export async function imageOf(steps: readonly ImageStep[], options: ImageOptions = {}): Promise<InspectedImage> {
  const layers = steps.flatMap(({ members }) => (members ? [tar(members)] : []));
  const history = steps.map(({ command, members }) => ({
    created: "2024-05-01T12:00:00Z",
    created_by: createdBy(command),
    ...(members ? {} : { empty_layer: true }),
  }));
  const archive = dockerSaveNew({ layers, history, ...(options.config ? { config: options.config } : {}) });
  return withScan(archive, async (image) => inspected(analyse(image), options));
}

/** What rules need of an image whose archive is open. */
export async function inspected(analysis: Analysis, options: ImageOptions = {}): Promise<InspectedImage> {
  const inspection = options.inspection ? { ...NOTHING_FOUND, ...options.inspection } : await inspectImage(analysis);
  const base: BaseLayers = { layers: options.base ?? 0, foundBy: "given-number", certainty: "certain" };
  const today = options.today ?? new Date("2026-01-01T00:00:00Z");
  return { analysis, inspection, base, context: new AdviceContext(analysis, inspection, base, today) };
}

/** What some rules find, one after the other: a file counts for the first that names it. What claims nothing is left out. */
export function claimsOf({ context }: InspectedImage, ...rules: Rule[]): Claim[] {
  const { tree, paths } = context;
  const claimed = new Set<number>();
  return rules.flatMap((rule) =>
    [...rule.find(context)].flatMap((draft): Claim[] => {
      const inodes = [...(draft.inodes ?? [])].filter((inode) => !claimed.has(inode));
      if (draft.inodes && inodes.length === 0) return [];
      for (const inode of inodes) claimed.add(inode);
      const bytes = inodes.reduce((sum, inode) => sum + (tree.entriesOf(inode).size[tree.indexOf(inode)] as number), 0);
      const nodes = inodes.map((inode) => tree.entriesOf(inode).node[tree.indexOf(inode)] as number);
      const names = nodes.map((node) => Buffer.from(paths.pathOf(node)).toString("utf8")).sort();
      return [{ id: rule.id, draft, inodes, bytes, paths: names }];
    }),
  );
}

/** The advice on an image, by all rules. */
export async function adviceOn(
  steps: readonly ImageStep[],
  options: ImageOptions = {},
  advising: AdviseOptions = {},
): Promise<Advice> {
  const { analysis, inspection, base } = await imageOf(steps, options);
  return advise(analysis, inspection, { base, ...(options.today ? { today: options.today } : {}), ...advising });
}

/** Bytes that the layers of an image store: what following advice makes less. */
export const storedBytes = ({ analysis }: InspectedImage): number => analysis.accounts.storedBytes;
