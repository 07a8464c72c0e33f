/**
 * The JSON report, as a schema: the one definition of what `--json` prints. The types are inferred from it, and
 * docs/report.schema.json is generated from it. Only the types are needed to write a report, so loading the library does
 * not load this.
 */
import * as z from "zod";
import {
  base64,
  bytes,
  bytesIfKnown,
  cause,
  count,
  efficiency,
  layerIndex,
  pathFields,
  textIfKnown,
  wastedByCause,
} from "./schema-fields.ts";
import { inspectionFields } from "./schema-inspection.ts";
import { budgetVerdict, diveNumbers, overallVerdict } from "./schema-verdict.ts";

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const SCHEMA_VERSION = 1;

const change = z.enum(["added", "modified", "metadata", "identical", "removed"]);
const metadataField = z.enum(["mode", "owner", "mtime", "xattrs"]);

const entryFields = {
  type: z.enum(["file", "directory", "symlink", "char", "block", "fifo"]),
  mode: z
    .string()
    .regex(/^[0-7]{4}$/)
    .describe("permission bits in octal, setuid, setgid and sticky included"),
  uid: z.int().nonnegative(),
  gid: z.int().nonnegative(),
  size: bytes.describe("bytes of a file as a program reads it; 0 for every other type"),
  mtime: z.number().describe("seconds since 1970, with a fraction when the layer has one"),
  mtimeNanos: z
    .int()
    .min(0)
    .max(999_999_999)
    .optional()
    .describe("the exact fraction in nanoseconds, only when mtime is not exact"),
  linkTarget: z.string().optional(),
  linkTargetBase64: base64.optional().describe("the exact bytes, only when linkTarget is not exact"),
  xattrs: z.record(z.string(), base64).optional().describe("extended attributes: name to value in base64"),
  xattrsBase64: z
    .array(z.strictObject({ name: base64, value: base64 }))
    .optional()
    .describe("all of them with their exact names, only when a name is not UTF-8"),
  device: z.strictObject({ major: count, minor: count }).optional(),
};

const layerEntry = z
  .strictObject({
    ...pathFields,
    change,
    fields: z.array(metadataField).optional().describe("what differs, when change is metadata"),
    ...entryFields,
    implicit: z.literal(true).optional().describe("a directory that no layer lists"),
    inode: count.optional().describe("names of one file share it; only of a file that has several names in the report"),
    content: count
      .optional()
      .describe(
        "files that are known to have the same content share it; only of a file that has its like in the report",
      ),
    package: count
      .optional()
      .describe("place in packages of the one that owns the file; only of a file that a container sees"),
    strippableBytes: bytes
      .optional()
      .describe("of a program or library: sections that only debuggers read, as far as it has any"),
    hidden: z
      .literal(true)
      .optional()
      .describe("of a removed path: no whiteout took it away, but an opaque marker or what a directory above became"),
  })
  .describe("what the layer did to a path; for a removed one, what it was");

const platform = z.string().nullable().describe("os/architecture[/variant]");

const historyStep = z.strictObject({
  command: textIfKnown,
  created: textIfKnown,
  comment: textIfKnown,
  author: z.string().optional().describe("who made the step, when it says so"),
  layer: layerIndex.nullable().describe("the layer the step made; null when it made none or that is not known"),
});

const image = z.strictObject({
  name: z.string().optional().describe("what a configuration calls it, when it is not the reference"),
  reference: z.string().describe("what was asked for"),
  id: textIfKnown.describe("digest of the configuration"),
  manifestDigest: textIfKnown,
  tags: z.array(z.string()),
  platform,
  annotations: z.record(z.string(), z.string()).optional().describe("those of the manifest, when it has any"),
  created: textIfKnown,
  author: textIfKnown,
  config: z.strictObject({
    user: textIfKnown,
    env: z.array(z.string()),
    entrypoint: z.array(z.string()),
    cmd: z.array(z.string()),
    workingDir: textIfKnown,
    exposedPorts: z.array(z.string()),
    volumes: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
    stopSignal: textIfKnown,
    healthcheck: z.boolean(),
  }),
  history: z.array(historyStep).describe("build steps, oldest first"),
  source: z.strictObject({
    kind: z.enum(["directory", "file", "stream", "engine", "registry"]),
    location: z.string(),
    steps: z
      .array(z.strictObject({ place: z.string(), outcome: z.string() }))
      .optional()
      .describe("the places that were asked for the image, in their order; of engines and registries"),
    bytesRequested: bytes.describe("bytes requested from files to make this report"),
    bytesCompared: bytes.describe("those of them that were read to compare file contents"),
  }),
});

const summary = z.strictObject({
  compressedBytes: bytesIfKnown.describe("sum of the layers' blobs as stored; null when one is not known"),
  tarBytes: bytesIfKnown.describe("sum of the layers' uncompressed tars; null when one is not known"),
  storedBytes: bytes.describe("sizes of all regular files in all layers"),
  finalBytes: bytes.describe("sizes of the regular files a container sees, each inode once"),
  wastedBytes: bytes.describe("storedBytes - finalBytes"),
  efficiency: efficiency.describe("finalBytes / storedBytes; 1 when nothing is stored"),
  wastedByCause,
  layers: count,
  files: count.describe("regular files a container sees, by path"),
  directories: count,
  symlinks: count,
  others: count.describe("devices and pipes"),
  wasteRecords: count.describe("how many records there are; waste has fewer when it was cut"),
});

const base = z
  .strictObject({
    layers: count.describe("how many of the oldest layers are the base image's"),
    foundBy: z.enum(["given-image", "given-number", "annotation", "label", "history", "none"]),
    certainty: z.enum(["certain", "likely", "guess"]).describe("of the number of layers"),
    name: textIfKnown.describe("what the base is called, or its digest"),
  })
  .describe("which layers are the base image's; reports of older versions do not have it");

const own = z
  .strictObject({
    layers: count,
    compressedBytes: bytesIfKnown.describe("sum of the layers' blobs as stored; null when one is not known"),
    tarBytes: bytesIfKnown.describe("sum of the layers' uncompressed tars; null when one is not known"),
    storedBytes: bytes.describe("sizes of the regular files in them"),
    contributedBytes: bytes.describe("those still visible at the end"),
    wastedBytes: bytes.describe("the others"),
    efficiency: efficiency.describe("contributedBytes / storedBytes; 1 when nothing is stored"),
    wastedByCause,
  })
  .describe("of the layers that are not the base image's; reports of older versions do not have it");

const layer = z.strictObject({
  index: layerIndex,
  status: z.enum(["complete", "partial", "absent"]),
  digest: textIfKnown.describe("digest of the blob as stored"),
  diffId: textIfKnown.describe("digest of the uncompressed tar"),
  mediaType: textIfKnown,
  compression: z.enum(["none", "gzip", "zstd"]).nullable(),
  command: textIfKnown,
  created: textIfKnown,
  compressedBytes: bytesIfKnown.describe("size of the blob as stored"),
  tarBytes: bytesIfKnown.describe("size of the uncompressed tar"),
  storedBytes: bytes.describe("sizes of the regular files in it"),
  contributedBytes: bytes.describe("those still visible at the end"),
  wastedBytes: bytes.describe("the others"),
  snapshotBytes: bytes.describe("what a container would see if the image ended here"),
  formatBytes: bytes.describe("members that belong to the layer's format (eStargz), not counted anywhere else"),
  entryCount: count.describe("members of the tar, markers not counted"),
  changes: z.strictObject({ added: count, modified: count, metadata: count, identical: count, removed: count }),
  entries: z.array(layerEntry).optional().describe("only with --files; by path"),
});

const wasteRecord = z.strictObject({
  ...pathFields,
  bytes,
  cause,
  storedIn: layerIndex,
  hiddenBy: layerIndex,
  fields: z.array(metadataField).optional().describe("what differs, when cause is metadata"),
});

const diagnostic = z.strictObject({
  code: z.string(),
  severity: z.enum(["info", "warning", "error"]),
  message: z.string(),
  where: z.strictObject({
    source: z.string().optional(),
    member: z.string().optional(),
    layer: layerIndex.optional(),
    digest: z.string().optional(),
    offset: z.int().optional(),
    path: z.string().optional(),
  }),
});

export const reportSchema = z
  .strictObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    verdict: overallVerdict.optional().describe("of budgets, when any were checked"),
    image,
    base: base.optional(),
    summary,
    own: own.optional(),
    budgets: z.array(budgetVerdict).optional().describe("what was checked, in the order of the configuration"),
    compat: z
      .strictObject({ dive: diveNumbers })
      .optional()
      .describe("numbers of other tools, when a budget is about them"),
    ...inspectionFields,
    layers: z.array(layer).describe("oldest first"),
    waste: z.array(wasteRecord).describe("largest first; the records sum to summary.wastedBytes unless cut"),
    wasteCut: z.boolean().describe("whether waste was cut to the largest"),
    diagnostics: z.array(diagnostic),
    complete: z.boolean().describe("whether every layer was read to its end; else all numbers are of what was read"),
  })
  .describe("layerscope report");

/** The parts that a report may have very many of, each for itself: so they are checked one by one. */
export const reportItemSchemas = { entry: layerEntry, wasteRecord };

export type Report = z.infer<typeof reportSchema>;
export type ReportBudget = z.infer<typeof budgetVerdict>;
export type ReportLayer = z.infer<typeof layer>;
export type ReportLayerEntry = z.infer<typeof layerEntry>;
export type ReportWasteRecord = z.infer<typeof wasteRecord>;

/** One path of a snapshot or of what a layer did: the lines of `layerscope ls --json`. */
export const listedPathSchema = z
  .strictObject({
    ...pathFields,
    ...entryFields,
    layer: layerIndex.describe("the layer that brought the path as it is"),
    inode: z.int().optional().describe("names of one file share it; it means nothing beyond this list"),
    implicit: z.literal(true).optional().describe("a directory that no layer lists"),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe("of the content; only with --digests"),
    change: change.optional().describe("only with --changes"),
    fields: z.array(metadataField).optional(),
  })
  .describe("layerscope ls --json, one object a line");

export type ListedPath = z.infer<typeof listedPathSchema>;

export const checkReportSchema = z
  .strictObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    verdict: overallVerdict,
    reports: z
      .array(reportSchema)
      .describe("of each image that could be opened, in the order in which they were named"),
    errors: z
      .array(
        z.strictObject({
          name: z.string().describe("what a configuration calls the image, else the reference"),
          message: z.string(),
          code: z.string(),
        }),
      )
      .describe("of each that could not"),
  })
  .describe("layerscope ci --json of several images, or of one that could not be opened");

export type CheckReport = z.infer<typeof checkReportSchema>;

/** The JSON Schema (draft 2020-12) of a report. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema);
}

/** That of a {@link CheckReport}; it refers to the one of a report by `reportUri`. */
export function checkReportJsonSchema(reportUri: string): object {
  return z.toJSONSchema(checkReportSchema, {
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== reportSchema) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      jsonSchema.$ref = reportUri;
    },
  });
}
