/** What is the same for all rules of wasted bytes: which layers did it, and whose bytes they are. */
import type { AdviceContext } from "./advice-context.ts";
import type { Draft } from "./rule.ts";
import { type WasteGroup, type WasteKind, wasteGroups } from "./waste-groups.ts";

/** Of more groups nothing but the general advice is said: making snippets takes time. */
const MOST_ADVISED = 20;

/** What to say about one group, where it can be said better than in general. */
export interface WasteAdvice {
  /** What the hiding layer does to "layer 1 stores": `installs again the packages that` */
  readonly action?: string | undefined;
  readonly fix?: string | undefined;
  readonly snippet?: string | undefined;
}

/**
 * A draft for each pair of layers.
 *
 * @param does what the hiding layer does to "layer 1 stores": `removes what`
 * @param advise asked only where the storing layer is the image's own
 */
export function* wasteDrafts(
  context: AdviceContext,
  kind: WasteKind,
  does: string,
  advise: (group: WasteGroup) => WasteAdvice,
): Generator<Draft> {
  for (const [place, group] of wasteGroups(context, kind).entries()) {
    const { storedIn, hiddenBy, inodes, stored, hidden } = group;
    const own = context.isOwn(storedIn);
    const isLead = place < MOST_ADVISED;
    const {
      action = does,
      fix,
      snippet,
    }: WasteAdvice = own ? (isLead ? advise(group) : {}) : { fix: baseFix(context, hiddenBy) };
    yield {
      what:
        storedIn === hiddenBy
          ? `layer ${storedIn} ${WITHIN[kind] ?? "stores files that no path leads to"}`
          : `layer ${hiddenBy} ${action} layer ${storedIn} stores`,
      inodes,
      layers: [...new Set([storedIn, hiddenBy])],
      steps: [...new Set([stored, hidden].flatMap((step) => (step ? [step.index] : [])))],
      ...(fix === undefined ? {} : { fix }),
      ...(snippet ? { snippet } : {}),
    };
  }
}

/** What a layer does to itself. */
const WITHIN: Partial<Record<WasteKind, string>> = { "stored-twice-in-one-layer": "stores paths more than once" };

export function baseFix(context: AdviceContext, hiddenBy: number): string {
  return context.isOwn(hiddenBy)
    ? "The bytes lie in the base image, so leaving this out does not make the image smaller: only another base image does."
    : "The bytes lie in the base image, which alone can be built without them: only another base image helps.";
}

/** In UTF-16 units. */
const SHORT = 60;

/** A command as far as it fits. */
export function cut(command: string): string {
  if (command.length <= SHORT) return command;
  return `${command.slice(0, SHORT - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
