/** What a check of budgets says in a report, as schemas. */
import * as z from "zod";
import { bytes, cause, count, layerIndex, pathFields } from "./schema-fields.ts";

const layerGroup = z
  .union([z.enum(["image", "own", "base"]), layerIndex])
  .describe("the whole image, what it adds to its base, the base, or one layer");

const numberIfKnown = z.number().nullable();

const origin = z
  .union([
    z.strictObject({ file: z.string(), line: z.int().positive() }),
    z.strictObject({ option: z.string().describe("as it was typed on the command line") }),
  ])
  .describe("where the budget is written");

const finding = z
  .strictObject({
    path: pathFields.path.optional(),
    pathBase64: pathFields.pathBase64,
    directory: z.literal(true).optional().describe("it stands for all that is below it"),
    bytes: z.int().optional().describe("what it contributes to the value; its growth, of a budget of growth"),
    before: bytes.optional().describe("what it had in the baseline"),
    layer: layerIndex.optional().describe("the layer that stored or brought it; of a directory most of it"),
    hiddenBy: layerIndex.optional().describe("the layer since which no container sees it"),
    cause: cause.optional(),
    pattern: z.string().optional().describe("the pattern of the budget that it matches, or that nothing matches"),
  })
  .describe("something that the verdict rests on");

export const budgetVerdict = z.strictObject({
  name: z.string(),
  kind: z.enum([
    "maxSize",
    "maxCompressedSize",
    "maxLayers",
    "maxLayerSize",
    "maxWastedBytes",
    "maxWastedShare",
    "minEfficiency",
    "maxFiles",
    "maxFileSize",
    "maxGrowth",
    "forbidden",
    "required",
    "allowedSetuid",
    "nonRoot",
    "rule",
    "diveLowestEfficiency",
    "diveHighestWastedBytes",
    "diveHighestUserWastedPercent",
  ]),
  severity: z.enum(["error", "warn"]),
  status: z
    .enum(["passed", "failed", "undecided", "skipped"])
    .describe("undecided: it cannot be told, which is no pass; skipped: there is nothing to check"),
  layers: layerGroup,
  paths: z.array(z.string()).optional().describe("only paths that match one of these count"),
  ignore: z.array(z.string()).optional().describe("paths that match one of these do not"),
  patterns: z.array(z.string()).optional().describe("what is forbidden, required or allowed"),
  rule: z.string().optional().describe("the rule of advice that must find nothing"),
  cause: cause.optional().describe("only waste of this cause counts"),
  unit: z.enum(["bytes", "share", "count"]).describe("of value, limit and margin"),
  value: numberIfKnown.describe("null when nothing was measured"),
  limit: numberIfKnown.describe("what the value may be at most; of efficiencies, at least"),
  butAtLeast: bytes.optional().describe("the limit of a share is never less than this"),
  margin: numberIfKnown.describe("how far the value is within the limit; negative when it is beyond"),
  bytes: z
    .strictObject({ value: z.number(), limit: z.number() })
    .optional()
    .describe("of shares: the same in bytes, butAtLeast taken into account; these decide"),
  growth: z.strictObject({ before: bytes, now: bytes }).optional().describe("bytes in the baseline and now"),
  reason: z.string().nullable().describe("why it is undecided or skipped"),
  findings: z.array(finding).describe("what makes up the value, largest first"),
  findingCount: count.describe("how many there are; findings has the first of them"),
  ignoredBytes: bytes.describe("what was left out because of ignore"),
  notes: z.array(z.string()),
  origin: origin.optional(),
});

export const overallVerdict = z
  .enum(["passed", "failed", "undecided"])
  .describe("of all budgets that count as errors; undecided also when an image was not read to its end");

export const diveNumbers = z
  .strictObject({
    efficiency: z.number().max(1),
    wastedBytes: bytes,
    userWastedShare: numberIfKnown.describe("null where dive has none"),
    userWastedIs: z.enum(["not-a-number", "infinite"]).optional().describe("what dive has instead"),
    inefficientFiles: count.describe("paths that dive lists as inefficient"),
  })
  .describe("the numbers that dive gives, mistakes included");
