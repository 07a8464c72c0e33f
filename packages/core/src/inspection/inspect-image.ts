import type { Analysis } from "../metrics/analyse.ts";
import { Turns } from "../model/turns.ts";
import { inventoryInSteps } from "../packages/inventory.ts";
import { collectSecrets, secretsInFiles } from "../secrets/collect-secrets.ts";
import type { AllowedSecrets } from "../secrets/secret.ts";
import { type InspectOptions, inspectFiles } from "../tree/inspect-files.ts";
import { CONTENT_INSPECTOR } from "./content-inspector.ts";
import type { FileFacts } from "./file-facts.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { findPermissions } from "./find-permissions.ts";
import { findIds } from "./ids.ts";
import type { Inspection, KnownInspection } from "./inspection.ts";

export interface InspectImageOptions extends InspectOptions {
  readonly allowedSecrets?: AllowedSecrets | undefined;
}

/**
 * Looks into the files of an image: packages, secrets, permissions, equal contents. What was looked into while it was
 * scanned (with {@link CONTENT_INSPECTOR}) is not read again. Of a saved report it is what was found then, as far as the
 * report says it.
 * @throws LayerscopeError `aborted`, `unreadable`, `invalid-option` for a pattern of allowed paths that is none
 */
export async function inspectImage(analysis: Analysis, options: InspectImageOptions = {}): Promise<Inspection> {
  const { image } = analysis;
  const { allowedSecrets } = options;
  if (image.inspected) {
    const { inFiles, ...rest } = image.inspected as KnownInspection;
    return { ...rest, ...collectSecrets(image, inFiles, allowedSecrets) };
  }
  const { facts: found, unread } = await inspectFiles(image, CONTENT_INSPECTOR, options);
  const facts = found as ReadonlyMap<number, FileFacts>;
  const turns = new Turns(options);
  const packages = await turns.finish(inventoryInSteps(image, facts));
  const secrets = collectSecrets(image, secretsInFiles(image, facts), allowedSecrets);
  await turns.next();
  const permissions = await turns.finish(findPermissions(image, findIds(image, facts), packages.ownerOf));
  await turns.next();
  return {
    facts,
    unread,
    packages,
    ...secrets,
    permissions,
    duplicates: await findDuplicates(image, options),
  };
}
