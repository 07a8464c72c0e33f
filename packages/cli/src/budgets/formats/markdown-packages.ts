/** What happened to packages since a baseline, as Markdown. */
import type { PackageChange } from "@layerscope/core";
import type { Units } from "../../output/bytes.ts";
import { packageChangesText, packageText, signedBytes } from "../package-changes-text.ts";
import { codeMarkdown } from "./markdown-text.ts";

/** More would hide what matters; a new base image changes hundreds. */
const MOST = 50;

/** Items of a list, largest difference first. */
export function* packageItems(changes: readonly PackageChange[], units: Units): Generator<() => string> {
  if (changes.length === 0) return;
  yield () => `${packageChangesText(changes, units)}:\n`;
  for (const change of changes.slice(0, MOST)) {
    yield () => `- ${signedBytes(change.bytes, units)} ${codeMarkdown(packageText(change))}, ${change.kind}`;
  }
  const more = changes.length - MOST;
  if (more > 0) yield () => `- and ${more.toLocaleString("en")} more`;
}
