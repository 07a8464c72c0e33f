/** The one definition of the configuration's form, for its parser and for editors. */
import { RULES, WASTE_CAUSES } from "@layerscope/core";
import * as z from "zod";
import { LIMIT_KINDS, type LimitKey, type LimitKind } from "./limit-kinds.ts";
import type { WrittenLimit } from "./parse-limit.ts";
import { LONGEST_PATTERN, PATH_PATTERN } from "./patterns.ts";
import { COUNT_PATTERN, LONGEST_QUANTITY, PERCENT_PATTERN, SHARE_PATTERN, SIZE_PATTERN } from "./quantities.ts";

export const LAYER_GROUPS = ["image", "own", "base"] as const;
const SEVERITIES = ["error", "warn"] as const;
const UNITS = ["si", "iec"] as const;
export const RULE_LEVELS = ["off", "warn", "error"] as const;
/** Stands for every rule that is not named. */
export const ALL_RULES = "*";

const text = z.string().min(1);
const wholeNumber = z.int().min(0);
const written = (pattern: RegExp): z.ZodString => z.string().max(LONGEST_QUANTITY).regex(pattern);
const pattern = z.string().max(LONGEST_PATTERN).regex(PATH_PATTERN);
const patterns = z.union([pattern, z.array(pattern)]);
const somePatterns = z.union([pattern, z.array(pattern).min(1)]);
const size = z.union([wholeNumber, written(SIZE_PATTERN)]);

const VALUES: Readonly<Record<LimitKind["value"], z.ZodType<WrittenLimit>>> = {
  size: size.meta({ examples: ["300 MB", "300 MiB", 300_000_000] }),
  share: z.union([z.number().min(0).max(1), written(SHARE_PATTERN)]).meta({ examples: ["10 %", 0.1] }),
  count: z.union([wholeNumber, written(COUNT_PATTERN)]).meta({ examples: [20] }),
  growth: z.union([size, written(PERCENT_PATTERN)]).meta({ examples: ["5 MB", "3 %"] }),
  patterns: somePatterns.meta({ examples: [["**/.git/**", "id_rsa"], "/usr/share/doc"] }),
  flag: z.literal(true),
};

function limitSchema({ key, value, description }: LimitKind): z.ZodType<WrittenLimit | undefined> {
  // That no file at all may be setuid can be meant.
  const schema = key === "allowedSetuid" ? patterns.meta({ examples: [[], ["/usr/bin/su"]] }) : VALUES[value];
  return schema.optional().meta({ description });
}

type LimitShape = { readonly [key in LimitKey]: z.ZodOptional<z.ZodType<WrittenLimit>> };

const limitShape = Object.fromEntries(LIMIT_KINDS.map((kind) => [kind.key, limitSchema(kind)])) as LimitShape;

const ignore = patterns.optional();

/** That there is one limit, and which keys may stand beside it, {@link ./budget-rules.ts} says. */
const budgetSchema = z
  .strictObject({
    name: text.optional().meta({ description: "What reports call it; made from the limit when left out" }),
    ...limitShape,
    layers: z
      .union([z.enum(LAYER_GROUPS), wholeNumber])
      .optional()
      .meta({
        description:
          "Whose layers count: all of the image, those added to the base image, those of the base image, or one, counted from 0",
        default: "image",
      }),
    paths: somePatterns.optional().meta({
      description: "Only what matches counts: paths from the root, globs, or names",
      examples: ["/usr/share/doc"],
    }),
    ignore: ignore.meta({ description: "What matches does not count", examples: ["*.pyc"] }),
    cause: z.enum(WASTE_CAUSES).optional().meta({ description: "Waste of this cause only" }),
    butAtLeast: size
      .optional()
      .meta({ description: "Beside a share: the limit is never less than this", examples: ["20 MB"] }),
    severity: z.enum(SEVERITIES).optional().meta({ description: "Whether a failure fails the run", default: "error" }),
  })
  .meta({ id: "budget", description: "One limit, and what it is about" });

/** Far more than anybody keeps an eye on, and few enough for every report to be quick. */
const MOST_BUDGETS = 1000;

const budgets = z.array(budgetSchema).max(MOST_BUDGETS);

const baseShape = {
  base: text.optional().meta({ description: "The base image: an archive, a directory or a report" }),
  baseLayers: wholeNumber
    .optional()
    .meta({ description: "How many of the oldest layers belong to the base image, instead of base" }),
  baseline: text.optional().meta({ description: "The saved report or the image that growth is measured against" }),
};

const imageSchema = z
  .strictObject({
    name: text.optional().meta({ description: "What reports call it; the reference when left out" }),
    reference: text.meta({
      description: "The image; what exists in the directory of this file is taken from there",
      examples: ["dist/app.tar"],
    }),
    platform: text.optional().meta({ description: "Which platform of it", examples: ["linux/arm64"] }),
    ...baseShape,
    budgets: budgets.optional().meta({ description: "For this image only, checked after those of all" }),
  })
  .meta({ id: "image", description: "An image to check, and what is special about it" });

const ruleLevel = z.enum(RULE_LEVELS);

const ruleSchema = z
  .strictObject({
    level: ruleLevel.optional().meta({
      description:
        "off: nothing is looked for; warn and error: it is a budget of its own. Without it what is found is said, and nothing fails",
    }),
    layers: z.enum(LAYER_GROUPS).optional().meta({ description: "Whose findings the budget is about", default: "own" }),
    ignore: ignore.meta({ description: "Files that do not count", examples: ["/usr/share/doc/my-app"] }),
    ignoreLayers: z
      .array(wholeNumber)
      .optional()
      .meta({ description: "Files that these layers store do not count; layers count from 0" }),
    butAtLeast: size
      .optional()
      .meta({ description: "Nothing is said about less than so many bytes", examples: ["1 MB"] }),
  })
  .meta({ id: "rule", description: "How a rule of advice is to be taken" });

const ruleSetting = z.union([ruleLevel, ruleSchema]);

const rulesSchema = z
  .strictObject({
    [ALL_RULES]: ruleSetting.optional().meta({ description: "Every rule that is not named" }),
    ...Object.fromEntries(RULES.map(({ id, title }) => [id, ruleSetting.optional().meta({ description: title })])),
  })
  .meta({ description: "Rules of advice, by their ids" });

const allowSchema = z.strictObject({
  paths: patterns.optional().meta({ description: "Files with nothing in them that has to be kept secret" }),
  fingerprints: z
    .array(z.string().regex(/^[0-9a-f]{16}$/))
    .optional()
    .meta({ description: "Values, by the fingerprints that reports give them" }),
  kinds: z
    .array(text)
    .optional()
    .meta({ description: "Kinds of secrets", examples: [["jwt"]] }),
});

const secretsSchema = z
  .strictObject({ allow: allowSchema.optional().meta({ description: "What is known not to be a secret" }) })
  .meta({ description: "What is taken for a secret" });

export const configSchema = z
  .strictObject({
    $schema: z.string().optional().meta({ description: "Where this schema is, for editors" }),
    images: z
      .array(z.union([text, imageSchema]))
      .optional()
      .meta({ description: "What to check when no image is named on the command line" }),
    ...baseShape,
    units: z
      .enum(UNITS)
      .optional()
      .meta({ description: "Sizes in powers of 1000 (si) or of 1024 (iec)", default: "si" }),
    ignore: ignore.meta({ description: "Paths that no budget counts", examples: [["/var/lib/dpkg/**"]] }),
    budgets: budgets.optional().meta({ description: "Limits for every image, each with exactly one" }),
    rules: rulesSchema.optional(),
    secrets: secretsSchema.optional(),
  })
  .meta({ title: "Budgets of layerscope ci" });

export type WrittenConfig = z.output<typeof configSchema>;
export type WrittenBudget = z.output<typeof budgetSchema>;
export type WrittenImage = z.output<typeof imageSchema>;
export type WrittenRule = z.output<typeof ruleSetting>;

/** The settings that there are, by what they are settings of. */
export const SETTINGS = {
  config: Object.keys(configSchema.shape),
  image: Object.keys(imageSchema.shape),
  budget: Object.keys(budgetSchema.shape),
  rules: Object.keys(rulesSchema.shape),
  rule: Object.keys(ruleSchema.shape),
  secrets: Object.keys(secretsSchema.shape),
  allow: Object.keys(allowSchema.shape),
} as const;

/** The JSON Schema of the configuration: draft 7, which every editor knows. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, {
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === budgetSchema) Object.assign(jsonSchema, oneLimit());
      if (zodSchema === imageSchema || zodSchema === configSchema) {
        jsonSchema.not = { required: ["base", "baseLayers"] };
      }
    },
  });
}

/** The rules of budget-rules.ts, for editors. */
function oneLimit(): object {
  return {
    oneOf: LIMIT_KINDS.map(({ key }) => ({ required: [key] })),
    dependencies: Object.fromEntries(LIMIT_KINDS.map((kind) => [kind.key, besides(kind)])),
  };
}

function besides({ value, paths, layers, cause, butAtLeast }: LimitKind): object {
  return {
    properties: {
      ...(paths ? {} : { paths: false, ignore: false }),
      ...(cause ? {} : { cause: false }),
      ...(butAtLeast ? {} : { butAtLeast: false }),
      ...(layers === "any" ? {} : { layers: layers === "none" ? false : { enum: LAYER_GROUPS } }),
    },
    ...(value === "growth" && {
      anyOf: [
        { properties: { butAtLeast: false } },
        { properties: { maxGrowth: { type: "string", pattern: PERCENT_PATTERN.source } } },
      ],
    }),
  };
}
