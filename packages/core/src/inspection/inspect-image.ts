import type { Analysis } from "../metrics/analyse.ts";
import type { AllowedSecrets } from "../secrets/secret.ts";
import type { InspectOptions } from "../tree/inspect-files.ts";
import type { Inspection } from "./inspection.ts";

export interface InspectImageOptions extends InspectOptions {
  readonly allowedSecrets?: AllowedSecrets | undefined;
}

/**
 * Looks into the files of an image: packages, secrets, permissions, equal contents.
 * @throws LayerscopeError `aborted`
 */
export declare function inspectImage(analysis: Analysis, options?: InspectImageOptions): Promise<Inspection>;
