/** Applies all rules to an image. */
import type { Inspection } from "../inspection/inspection.ts";
import type { Analysis } from "../metrics/analyse.ts";
import { type BaseLayers, findBaseLayers } from "../metrics/base-layers.ts";
import { largestPartsOf } from "../metrics/largest-parts.ts";
import { finishAtOnce, type Steps, type TurnOptions, Turns } from "../model/turns.ts";
import { secretMask } from "../secrets/mask-secrets.ts";
import { AdviceContext } from "./advice-context.ts";
import { RULES } from "./catalogue.ts";
import {
  type Advice,
  type AdviceScope,
  type Draft,
  type Finding,
  MOST_PARTS,
  type Rule,
  type RuleSetting,
} from "./rule.ts";

export interface AdviseOptions {
  /** Which layers are the base image's; found by {@link findBaseLayers} when left out. */
  readonly base?: BaseLayers | undefined;
  /** By the rule's id. */
  readonly rules?: Readonly<Record<string, RuleSetting>> | undefined;
  /** Files that do not count for any rule, by patterns of paths. */
  readonly ignore?: readonly string[] | undefined;
  /** What counts as today; now when left out. */
  readonly today?: Date | undefined;
}

/**
 * What could be done about an image.
 *
 * @throws LayerscopeError `invalid-option` for a pattern that cannot be used
 * @example
 * const analysis = analyse(await scanImage(source, { inspector: CONTENT_INSPECTOR }));
 * const { findings, savedBytes } = advise(analysis, await inspectImage(analysis));
 */
export function advise(analysis: Analysis, inspection: Inspection, options: AdviseOptions = {}): Advice {
  return finishAtOnce(adviseByRule(analysis, inspection, options));
}

/**
 * The same, while the event loop goes round now and then: for whoever must answer in between.
 * @throws LayerscopeError as {@link advise}, and `aborted`
 */
export async function adviseInTurns(
  analysis: Analysis,
  inspection: Inspection,
  { signal, onProgress, ...options }: AdviseOptions & TurnOptions = {},
): Promise<Advice> {
  return new Turns({ signal, onProgress }).finish(adviseByRule(analysis, inspection, options));
}

/** Stops after each rule, and within it after each draft. */
function* adviseByRule(analysis: Analysis, inspection: Inspection, options: AdviseOptions): Steps<Advice> {
  const base = options.base ?? findBaseLayers(analysis.image.document);
  const context = new AdviceContext(analysis, inspection, base, options.today ?? new Date());
  const ledger = new Ledger(context);
  const mask = secretMask(analysis.image.document.config);
  const findings: Finding[] = [];
  const rules = RULES.filter(({ id }) => options.rules?.[id]?.level !== "off");
  if (rules.length > 0) yield* context.prepare();
  for (const rule of rules) {
    const setting = options.rules?.[rule.id] ?? {};
    const ignore = [...(options.ignore ?? []), ...(setting.ignore ?? [])];
    for (const draft of rule.find(context)) {
      findings.push(...settle(context, ledger, { rule, draft, setting, ignore, mask }));
      yield;
    }
    yield;
  }
  const places = new Map(RULES.map((rule, place) => [rule, place] as const));
  const placeOf = ({ rule }: Finding): number => places.get(rule) as number;
  findings.sort((one, other) => compareFindings(one, other) || placeOf(one) - placeOf(other));
  const savedBy = (scope: AdviceScope): number =>
    findings.reduce((sum, finding) => sum + (finding.scope === scope ? finding.bytes : 0), 0);
  return {
    rules,
    findings,
    unreadLayers: inspection.unread.filter((layer) => hasUnknownFiles(analysis, layer)),
    savedBytes: { own: savedBy("own"), base: savedBy("base") },
  };
}

/** Of a layer without any member nothing is unknown. */
function hasUnknownFiles({ image }: Analysis, layer: number): boolean {
  return image.layers[layer]?.status !== "complete" || (image.tree.layers[layer]?.count ?? 0) > 0;
}

/** What can be changed first, what gives something away first, errors first, then what saves most. */
function compareFindings(one: Finding, other: Finding): number {
  return (
    Number(one.scope === "base") - Number(other.scope === "base") ||
    Number(other.rule.category === "security") - Number(one.rule.category === "security") ||
    Number(one.level === "warn") - Number(other.level === "warn") ||
    other.bytes - one.bytes ||
    (other.estimate?.bytes ?? 0) - (one.estimate?.bytes ?? 0)
  );
}

/** Which files are claimed already. */
class Ledger {
  readonly #claimed: Uint8Array;

  constructor({ tree }: AdviceContext) {
    this.#claimed = new Uint8Array(tree.entryCount);
  }

  isFree(inode: number): boolean {
    return this.#claimed[inode] === 0;
  }

  claim(inode: number): void {
    this.#claimed[inode] = 1;
  }

  release(inodes: readonly number[]): void {
    for (const inode of inodes) this.#claimed[inode] = 0;
  }
}

/** What one finding claims. */
class ClaimedFiles {
  readonly inodes: number[] = [];
  bytes = 0;
  readonly layers = new Set<number>();
  /** Of those with content. */
  readonly nodes: number[] = [];
  readonly sizes: number[] = [];

  add(inode: number, layer: number, node: number, size: number): void {
    this.inodes.push(inode);
    this.bytes += size;
    this.layers.add(layer);
    if (size === 0) return;
    this.nodes.push(node);
    this.sizes.push(size);
  }
}

interface Case {
  readonly rule: Rule;
  readonly draft: Draft;
  readonly setting: RuleSetting;
  readonly ignore: readonly string[];
  /** Masks the secrets of the image's configuration in a text. */
  readonly mask: (text: string) => string;
}

/** The findings that a draft comes to: none, one, or one of the image's own files and one of the base image's. */
function settle(context: AdviceContext, ledger: Ledger, one: Case): Finding[] {
  const { draft, setting } = one;
  const worth = Math.max(draft.worth ?? 0, setting.butAtLeast ?? 0);
  if (!draft.inodes) return settleWithoutFiles(context, one, worth);
  const files: Record<AdviceScope, ClaimedFiles> = { own: new ClaimedFiles(), base: new ClaimedFiles() };
  const ignored = one.ignore.length > 0 ? context.maskOf(one.ignore) : undefined;
  const { tree } = context;
  let layer = 0;
  for (const inode of draft.inodes) {
    if (!ledger.isFree(inode)) continue;
    // Most often it is the layer of the file before.
    if (!tree.isOfLayer(inode, layer)) layer = tree.layerOf(inode);
    const node = context.nameOf(inode, layer);
    if (ignored?.[node] === 1 || setting.ignoreLayers?.includes(layer)) continue;
    // Drafts may name a file twice.
    ledger.claim(inode);
    const size = tree.layers[layer]?.size[inode - (tree.entryBase[layer] as number)] as number;
    files[context.isOwn(layer) ? "own" : "base"].add(inode, layer, node, size);
  }
  const findings: Finding[] = [];
  for (const scope of ["own", "base"] as const) {
    const { inodes, bytes, layers, nodes, sizes } = files[scope];
    if (inodes.length === 0 || bytes < worth) {
      ledger.release(inodes);
      continue;
    }
    // What is estimated besides is told once.
    const estimate = findings.length === 0 ? draft.estimate : undefined;
    const parts = largestPartsOf(context.paths, nodes, sizes, MOST_PARTS);
    findings.push(finding(one, { scope, inodes, bytes, estimate, parts }, layers));
  }
  return findings;
}

function settleWithoutFiles(context: AdviceContext, one: Case, worth: number): Finding[] {
  const { draft, setting } = one;
  const { layers = [], steps = [], estimate } = draft;
  const ignored = one.ignore.length > 0 ? context.maskOf(one.ignore) : undefined;
  const paths = draft.paths?.filter((node) => ignored?.[node] !== 1) ?? [];
  if ((draft.paths?.length ?? 0) > 0 && paths.length === 0) return [];
  if (layers.length > 0 && layers.every((layer) => setting.ignoreLayers?.includes(layer))) return [];
  if ((estimate?.bytes ?? 0) < worth) return [];
  const isOwn = layers.some((layer) => context.isOwn(layer)) || steps.some((step) => context.steps[step]?.isOwn);
  const scope = draft.scope ?? (isOwn || layers.length + steps.length === 0 ? "own" : "base");
  const parts = paths.slice(0, MOST_PARTS).map((node) => ({ node, isDirectory: false, value: 0 }));
  return [finding(one, { scope, inodes: [], bytes: 0, estimate, parts })];
}

function finding(
  { rule, draft, setting, mask }: Case,
  settled: Pick<Finding, "scope" | "inodes" | "bytes" | "estimate" | "parts">,
  storing: Iterable<number> = [],
): Finding {
  const level = setting.level === "error" ? "error" : "warn";
  return {
    rule,
    level,
    what: mask(draft.what),
    fix: draft.fix === undefined ? rule.fix : mask(draft.fix),
    snippet: draft.snippet === undefined ? undefined : mask(draft.snippet),
    layers: [...new Set([...(draft.layers ?? []), ...storing])].sort((one, other) => one - other),
    steps: [...new Set(draft.steps ?? [])].sort((one, other) => one - other),
    ...settled,
  };
}
