/** What looking into an image's files has shown, in a report, as schemas. */
import * as z from "zod";
import { bytes, count, layerIndex, pathFields } from "./schema-fields.ts";

const purl = z.string().describe("package URL");

const partFields = {
  ...pathFields,
  directory: z.literal(true).optional().describe("it stands for all that is below it"),
  bytes,
};

const finding = z.strictObject({
  rule: z.string().describe("stable identifier"),
  title: z.string(),
  category: z.enum(["waste", "leavings", "build", "context", "order", "base", "configuration", "security"]),
  level: z.enum(["warn", "error"]),
  scope: z.enum(["own", "base"]).describe("base: only another base image would change it"),
  what: z.string().describe("what was found in this image"),
  reason: z.string().describe("why it matters"),
  fix: z.string(),
  help: z.string().describe("where the rule is documented"),
  bytes: bytes.describe("what the image would store less: exact, and counted for no other finding"),
  estimate: z
    .strictObject({ bytes, how: z.string() })
    .optional()
    .describe("what would be saved besides, as far as that can be told; in no sum"),
  layers: z.array(layerIndex),
  steps: z.array(
    z.strictObject({
      step: count.describe("place in image.history, counted from 0"),
      layer: layerIndex.nullable().describe("the layer it made"),
      command: z.string().nullable(),
    }),
  ),
  files: count.describe("stored files whose bytes it counts"),
  paths: z
    .array(z.strictObject(partFields))
    .describe("what shows it, largest first; not all of it where there is much"),
  snippet: z.string().optional().describe("lines of a Dockerfile"),
});

const savings = z.strictObject({ own: bytes, base: bytes }).describe("exact sums of the findings' bytes, by scope");

const distribution = z
  .strictObject({
    id: z.string(),
    idLike: z.array(z.string()),
    versionId: z.string().optional(),
    codename: z.string().optional(),
    prettyName: z.string().optional(),
  })
  .describe("what os-release says");

const inspected = z
  .strictObject({
    distribution: distribution.nullable(),
    packagedBytes: bytes.describe("what packages own of summary.finalBytes"),
    unownedBytes: bytes.describe("the rest"),
    unreadLayers: z.array(layerIndex).describe("files of these could not be looked into, maybe none of them"),
    problems: z.array(z.string()).describe("what could not be understood"),
  })
  .describe("of the looking itself: packages, unowned, secrets and the like rest on it");

const installedPackage = z.strictObject({
  purl,
  type: z.enum(["deb", "apk", "rpm", "npm", "pypi", "gem", "golang", "cargo", "maven", "composer", "nuget", "conda"]),
  namespace: z.string().optional(),
  name: z.string(),
  version: z.string(),
  architecture: z.string().optional(),
  license: z.string().optional().describe("as the package says it"),
  source: z
    .strictObject({ name: z.string(), version: z.string().optional() })
    .optional()
    .describe("the package it was built from, where that is another"),
  ...pathFields,
  installedIn: layerIndex.describe("the first layer that has it in this version at this place"),
  removedIn: layerIndex.optional().describe("the layer that removed or replaced it; only of one that is gone"),
  bytes: bytes.describe("of the files a container sees that are its own, each inode once"),
  files: count.describe("how many those are"),
  bytesByLayer: z
    .array(z.strictObject({ layer: layerIndex, bytes }))
    .describe("the same bytes by where they are stored"),
  claimedBytes: bytes.optional().describe("installed size as the package says it"),
  partOf: purl.optional().describe("the package of the distribution, or of conda, that brought it"),
  requires: z.array(z.string()).optional().describe("names of packages that it needs, as far as a file says so"),
  requiredBy: z.array(z.string()).optional().describe("names from the application down to what needs it"),
  development: z.literal(true).optional().describe("only needed to develop or to build, as a file says"),
  application: z.literal(true).optional().describe("what is run itself, no dependency"),
});

/** What a comparison asks of a package; more in it is let pass. */
const comparedPackage = installedPackage
  .pick({ type: true, namespace: true, name: true, version: true, bytes: true, removedIn: true })
  .strip();

/** Of a saved report: whether all of its layers were looked into, and which packages that showed. */
export const comparedPackagesSchema = z.object({
  inspected: z.object({ unreadLayers: z.array(layerIndex).max(0) }),
  packages: z.array(comparedPackage),
});

const versionOfPackage = z.strictObject({ version: z.string(), bytes });

const packageChange = z.strictObject({
  kind: z
    .enum(["added", "removed", "upgraded", "downgraded", "resized"])
    .describe("resized: the same version takes more or less"),
  type: installedPackage.shape.type,
  namespace: z.string().optional(),
  name: z.string(),
  before: versionOfPackage.optional().describe("in the baseline; not of one that was added"),
  after: versionOfPackage.optional().describe("now; not of one that was removed"),
  bytes: z.int().describe("how much more it takes now"),
});

const unownedPart = z.strictObject({ ...partFields, files: count });

const duplicate = z.strictObject({
  bytes: bytes.describe("of each"),
  paths: z
    .array(z.strictObject({ ...pathFields, layer: layerIndex.describe("the layer that stores it") }))
    .describe("one path of each file, oldest file first"),
});

const packageVersions = z.strictObject({
  type: installedPackage.shape.type,
  namespace: z.string().optional(),
  name: z.string(),
  packages: z.array(z.strictObject({ purl, version: z.string(), ...pathFields })).describe("in order of version"),
});

const secretPlace = z.union([
  z.strictObject({
    kind: z.literal("file"),
    ...pathFields,
    layer: layerIndex.describe("the layer that stores it"),
    hiddenBy: layerIndex.optional().describe("the layer since which no container sees it; it can be read all the same"),
  }),
  z.strictObject({ kind: z.enum(["environment", "label"]), name: z.string() }),
  z.strictObject({
    kind: z.literal("history"),
    step: count.describe("place in image.history, counted from 0"),
    layer: layerIndex.optional(),
  }),
]);

const secret = z.strictObject({
  kind: z.string().describe("stable identifier"),
  title: z.string(),
  masked: z.string().describe("few characters of the value"),
  fingerprint: z.string().describe("first 16 hexadecimal digits of the value's SHA-256"),
  line: z.int().positive().optional(),
  where: secretPlace,
});

const placedPath = z.strictObject({ ...pathFields, layer: layerIndex.describe("the layer that brought it as it is") });

const privilegedFile = placedPath.extend({
  setuid: z.literal(true).optional(),
  setgid: z.literal(true).optional(),
  capabilities: z.array(z.string()).optional().describe("what a program may get by it"),
  capabilitiesEffective: z.literal(true).optional().describe("it has them from its start, without asking for them"),
  package: purl.optional(),
});

const unknownOwner = placedPath.extend({ uid: count.optional(), gid: count.optional() });

const permissions = z
  .strictObject({
    privileged: z.array(privilegedFile).describe("files with setuid, setgid or capabilities"),
    unknownOwners: z
      .array(unknownOwner)
      .nullable()
      .describe("paths whose owner or group has no name; null when the image names nobody"),
    worldWritable: z.array(placedPath).describe("everybody may write to them; no directories with the sticky bit"),
    writableSystemFiles: z.array(placedPath).describe("somebody other than root may write to them"),
  })
  .describe("of what a container sees");

/** Parts of a report that are there when the image was looked into. */
export const inspectionFields = {
  inspected: inspected.optional(),
  savings: savings.optional(),
  advice: z.array(finding).optional().describe("own findings first, then those of the base; each largest first"),
  packages: z
    .array(installedPackage)
    .optional()
    .describe("largest first, then those that a later layer removed or replaced"),
  unowned: z.array(unownedPart).optional().describe("what no package owns, by directory; largest first"),
  packageVersions: z
    .array(packageVersions)
    .optional()
    .describe("packages that are there in several versions, or several times"),
  packageChanges: z
    .array(packageChange)
    .optional()
    .describe("what happened to the packages since the baseline; largest difference first"),
  duplicates: z
    .array(duplicate)
    .optional()
    .describe("files with the same content, names of one file left out; largest saving first"),
  secrets: z.array(secret).optional().describe("in any layer, also where a later one removed them"),
  allowedSecrets: z
    .array(secret)
    .optional()
    .describe("those in files that a configuration allowed, so that they are in no finding; only where there are any"),
  permissions: permissions.optional(),
};

/** Parts that are read back from a saved report; each list item by item. */
export const inspectionSchemas = {
  inspected,
  package: installedPackage,
  duplicate,
  secret,
  permissions: permissions.pick({ unknownOwners: true }),
};

export type ReportFinding = z.infer<typeof finding>;
export type ReportInspected = z.infer<typeof inspected>;
export type ReportPackage = z.infer<typeof installedPackage>;
export type ReportUnownedPart = z.infer<typeof unownedPart>;
export type ReportPackageVersions = z.infer<typeof packageVersions>;
export type ReportPackageChange = z.infer<typeof packageChange>;
export type ReportDuplicate = z.infer<typeof duplicate>;
export type ReportSecret = z.infer<typeof secret>;
export type ReportPermissions = z.infer<typeof permissions>;
