import type { ScannedImage } from "../tree/scan-image.ts";
import { type Accounts, accountFor } from "./accounting.ts";

/** A scanned image with its accounting. */
export interface Analysis {
  readonly image: ScannedImage;
  readonly accounts: Accounts;
}

/**
 * Does the accounting of a scanned image.
 *
 * @example
 * const { accounts } = analyse(await scanImage(source));
 * console.log(accounts.wastedBytes, accounts.efficiency);
 */
export function analyse(image: ScannedImage): Analysis {
  return { image, accounts: accountFor(image.tree, image.classes) };
}
