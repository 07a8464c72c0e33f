/** The commands that made the image, taken apart. */
import type { BaseLayers } from "../metrics/base-layers.ts";
import { type BuildCommand, parseCommand } from "../model/build-command.ts";
import { splitShell } from "../model/shell-pieces.ts";
import { secretMask } from "../secrets/mask-secrets.ts";
import type { ScannedImage } from "../tree/scan-image.ts";

export interface BuildStep {
  /** Place in the history. */
  readonly index: number;
  /** The layer it made; undefined when it made none, or that is not known. */
  readonly layer: number | undefined;
  readonly command: BuildCommand;
  /** Of a `RUN`: its commands, as the shell takes them apart; else empty. Not escaped. */
  readonly statements: readonly string[];
  /** Whether it belongs to the image's own part, not to its base image. */
  readonly isOwn: boolean;
}

/** Longer commands are cut for this, in UTF-16 units. */
const LONGEST = 100_000;

/** The steps of the history, oldest first; secrets in their commands are masked. */
export function buildSteps(image: ScannedImage, base: BaseLayers): BuildStep[] {
  const { config } = image.document;
  const { history } = config;
  const mask = secretMask(config);
  const layers = new Map(image.layers.flatMap(({ step, index }) => (step ? [[step, index] as const] : [])));
  // Steps without a layer belong to the layer before them, but those before the first own layer belong to the base.
  const lastOfBase = history.findLastIndex((step) => (layers.get(step) ?? Number.POSITIVE_INFINITY) < base.layers);
  return history.map((step, index) => {
    const command = parseCommand(mask(step.createdBy ?? ""));
    const isRun = command.keyword === "RUN";
    return {
      index,
      layer: layers.get(step),
      command,
      statements: isRun ? splitShell(command.body.slice(0, LONGEST)).map(({ text }) => text) : [],
      isOwn: index > lastOfBase,
    };
  });
}
