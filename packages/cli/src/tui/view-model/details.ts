/** The details pane: the selected layer, then the image. */
import type { State } from "../state/state.ts";
import type { Subject } from "../subject.ts";
import type { DetailLine } from "./detail-line.ts";
import { type DetailKeys, imageDetails } from "./image-details.ts";
import { isSameKnowledge } from "./image-facts.ts";
import { layerDetails } from "./layer-details.ts";
import { layerCount, selectedLayer, worldOf } from "./selection.ts";

function keysOf({ keymap }: State): DetailKeys {
  return { advice: keymap.keysOf("view-advice", "global")[0], packages: keymap.keysOf("view-packages", "global")[0] };
}

interface Kept {
  readonly subject: Subject;
  readonly layer: number;
  readonly units: string;
  readonly lines: readonly DetailLine[];
}

let kept: Kept | undefined;

/** The lines for the selected layer. The same list as before when nothing changed, so that its rows can be kept, too. */
export function detailLinesOf(state: State): readonly DetailLine[] {
  const { subject } = state;
  const { units } = state.look;
  const layer = selectedLayer(state);
  if (kept && isSameKnowledge(kept.subject, subject) && kept.layer === layer && kept.units === units) return kept.lines;
  const world = worldOf(state);
  const ofLayer = layer < layerCount(state) ? layerDetails(world, layer) : [];
  const gap: readonly DetailLine[] = ofLayer.length > 0 ? [{ kind: "gap" }] : [];
  const lines = [...ofLayer, ...gap, ...imageDetails(world, keysOf(state))];
  kept = { subject, layer, units, lines };
  return lines;
}
