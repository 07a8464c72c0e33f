/** Which images a run checks, and against what: what the command line says, before what the configuration does. */
import { LayerscopeError } from "@layerscope/core";
import type { LocatedBudget } from "./check-run.ts";
import type { BudgetSettings, ImageSettings } from "./settings.ts";

/** What the command line sets for all images. */
export interface CommandLine {
  /** Empty for those of the configuration. */
  readonly references: readonly string[];
  readonly budgets: readonly LocatedBudget[];
  /** Rules that the command line or the configuration makes budgets of. */
  readonly rules: readonly LocatedBudget[];
  /** Patterns of paths that no budget counts. */
  readonly ignore: readonly string[];
  readonly base?: string | undefined;
  readonly baseLayers?: string | undefined;
  readonly baseline?: string | undefined;
}

/**
 * The images to check, each with all its budgets. Budgets of the command line come after those of the configuration.
 * @throws LayerscopeError `invalid-option` when there is no image, or no budget for one
 */
export function imagesToCheck(commandLine: CommandLine, settings: BudgetSettings | undefined): ImageSettings[] {
  const { references } = commandLine;
  const configured = settings?.images ?? [];
  const images =
    references.length === 0 ? configured : references.map((reference) => settingsOf(reference, configured));
  if (images.length === 0) {
    throw new LayerscopeError("invalid-option", "no image to check", {
      hint: "Name one (layerscope ci app.tar), or list them under images: in layerscope.yaml.",
    });
  }
  return images.map((image) => {
    const budgets = [...(settings?.budgets ?? []), ...image.budgets, ...commandLine.budgets, ...commandLine.rules];
    if (budgets.length === 0) throw noBudgets(image, settings);
    return {
      ...image,
      ...baseFor(commandLine, image, settings),
      baseline: commandLine.baseline ?? image.baseline ?? settings?.baseline,
      budgets: budgets.map((budget) => ignoring(budget, commandLine.ignore)),
    };
  });
}

/** An image that the configuration knows can be named by what it is called there, too. */
function settingsOf(reference: string, configured: readonly ImageSettings[]): ImageSettings {
  const known = configured.find((image) => image.reference === reference || image.name === reference);
  return known ?? { name: reference, reference, budgets: [] };
}

/** A base image and a number of base layers are two ways to say one thing: who says one of them says all. */
function baseFor(
  commandLine: CommandLine,
  image: ImageSettings,
  settings: BudgetSettings | undefined,
): Pick<ImageSettings, "base" | "baseLayers"> {
  const sources: readonly Partial<Pick<CommandLine | ImageSettings, "base" | "baseLayers">>[] = [
    commandLine,
    image,
    settings ?? {},
  ];
  const source = sources.find((one) => one.base !== undefined || one.baseLayers !== undefined);
  const layers = source?.baseLayers;
  return { base: source?.base, baseLayers: layers === undefined ? undefined : Number(layers) };
}

function ignoring(budget: LocatedBudget, patterns: readonly string[]): LocatedBudget {
  return patterns.length === 0 ? budget : { ...budget, ignore: [...(budget.ignore ?? []), ...patterns] };
}

function noBudgets({ name }: ImageSettings, settings: BudgetSettings | undefined): LayerscopeError {
  const where = settings === undefined ? "no configuration was found" : `${settings.file} sets none`;
  return new LayerscopeError("invalid-option", `no budget to check ${name} against: ${where}`, {
    hint: "Write a configuration with `layerscope init IMAGE`, or set a budget here: --max-size 300MB",
  });
}
