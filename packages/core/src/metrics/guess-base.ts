/**
 * Guesses from the history where the base image ends. A history has the steps of all builds, one after the other,
 * without saying where one ends; what gives it away:
 *
 * - buildah notes `FROM image` at the first step of a build;
 * - a build is made by one builder, and most leave their mark on each step;
 * - nearly every base image ends by setting the command it runs, and hardly any build goes on after that;
 * - a base is mostly days older than what is built from it.
 */
import type { HistoryStep, ImageDocument } from "../model/image.ts";

export interface BaseGuess {
  readonly layers: number;
  readonly certainty: "likely" | "guess";
  /** As the builder noted it. */
  readonly name?: string | undefined;
}

/** A place in the history before which the base may end. */
interface Boundary {
  readonly layers: number;
  readonly signs: Set<"builder" | "command">;
  /** Whether the layers before and after it were made a day or more apart. */
  readonly hasGap: boolean;
}

const DAY = 24 * 60 * 60 * 1000;
/** Times before that stand for "not said": 0001-01-01, 1970-01-01 and 1980-01-01 are used. */
const FIRST_TIME = Date.UTC(1981, 0);
const NAME_LENGTH = 512;

/** @returns undefined when nothing gives a base away, or the history does not fit the layers */
export function guessBase({ config: { history }, layers }: ImageDocument): BaseGuess | undefined {
  const made = history.filter(({ emptyLayer }) => !emptyLayer).length;
  if (made !== layers.length) return undefined;
  const layersBefore = countLayers(history);
  const isInside = (at: number): boolean => (layersBefore[at] ?? 0) > 0 && (layersBefore[at] ?? 0) < made;

  const from = history.findLastIndex(({ comment }) => noteOf(comment) !== undefined);
  if (from >= 0) {
    if (!isInside(from)) return undefined;
    return { layers: layersBefore[from] ?? 0, certainty: "likely", name: imageName(noteOf(history[from]?.comment)) };
  }
  const times = history.filter(({ emptyLayer }) => !emptyLayer).map(timeOf);
  const boundaries = new Map<number, Boundary>();
  const addSign = (sign: "builder" | "command", at: number): void => {
    const number = layersBefore[at] ?? 0;
    const known = boundaries.get(number) ?? {
      layers: number,
      signs: new Set(),
      hasGap: (times[number] ?? Number.NaN) - (times[number - 1] ?? Number.NaN) >= DAY,
    };
    known.signs.add(sign);
    boundaries.set(number, known);
  };
  const changed = history.findLastIndex((step, at) => isInside(at) && builderOf(step) !== builderOf(history[at - 1]));
  if (changed >= 0) addSign("builder", changed);
  for (const [at, step] of history.entries()) {
    const isInLastBuild = (layersBefore[at] ?? 0) >= (layersBefore[changed] ?? 0);
    if (isInLastBuild && isInside(at) && setsCommand(step)) addSign("command", at);
  }
  const all = [...boundaries.values()];
  // Bases have bases: the last boundary is the nearest one. Without a gap it may be one inside the last build.
  const best = all.findLast(({ hasGap }) => hasGap) ?? all.at(-1);
  return best && { layers: best.layers, certainty: best.signs.size + Number(best.hasGap) > 1 ? "likely" : "guess" };
}

/** By step: how many layers the steps before it made. */
function countLayers(history: readonly HistoryStep[]): number[] {
  let layers = 0;
  return history.map(({ emptyLayer }) => (emptyLayer ? layers : layers++));
}

/** What buildah says a build is from. */
function noteOf(comment: string | undefined): string | undefined {
  return comment?.startsWith("FROM ") ? comment.slice("FROM ".length).trim() : undefined;
}

/** An image without a name is noted by its ID, which tells nobody anything. */
function imageName(note: string | undefined): string | undefined {
  return note && note.length <= NAME_LENGTH && !/^[0-9a-f]{12,}$/.test(note) ? note : undefined;
}

/** Builders that call themselves the author of each step. Others put the maintainer there. */
const AUTHORS = ["kaniko", "bazel", "jib", "ko", "apko"];

/** Steps of one build have one mark. */
function builderOf(step: HistoryStep | undefined): string {
  const { createdBy = "", comment = "", author = "" } = step ?? {};
  if (comment.startsWith("buildkit.") || createdBy.endsWith("# buildkit")) return "buildkit";
  if (comment.startsWith("debuerreotype")) return "debuerreotype";
  const tool = author.toLowerCase();
  if (AUTHORS.includes(tool)) return tool;
  return createdBy === "" ? "silent" : "unmarked";
}

function setsCommand({ createdBy = "", emptyLayer }: HistoryStep): boolean {
  return emptyLayer && /^(\/bin\/sh -c #\(nop\))?\s*(CMD|ENTRYPOINT)\b/.test(createdBy);
}

function timeOf({ created }: HistoryStep): number {
  const time = Date.parse(created ?? "");
  return time >= FIRST_TIME ? time : Number.NaN;
}
