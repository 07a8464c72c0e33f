/** What happened to packages since a baseline, in words. */
import type { PackageChange, PackageChangeKind } from "@layerscope/core";
import type { Units } from "../output/bytes.ts";
import { plural } from "../output/plural.ts";
import { roundedBytes } from "./amount-text.ts";
import { plainText } from "./verdict-text.ts";

const KINDS: readonly PackageChangeKind[] = ["added", "removed", "upgraded", "downgraded", "resized"];

/** `12 packages added, 3 upgraded, +4.20 MB`; empty when nothing happened. */
export function packageChangesText(changes: readonly PackageChange[], units: Units): string {
  const counted = KINDS.map((kind) => ({ kind, count: changes.filter((one) => one.kind === kind).length }));
  const counts = counted
    .filter(({ count }) => count > 0)
    .map(({ kind, count }, at) => `${at === 0 ? plural(count, "package") : count.toLocaleString("en")} ${kind}`);
  if (counts.length === 0) return "";
  const bytes = changes.reduce((sum, one) => sum + one.bytes, 0);
  return [...counts, signedBytes(bytes, units)].join(", ");
}

/** `openssl 3.0.1 → 3.0.2`, `curl 8.5.0`. */
export function packageText({ type, namespace = "", name, before, after }: PackageChange): string {
  const fullName = namespace === "" ? name : `${namespace}${type === "maven" ? ":" : "/"}${name}`;
  const versions = [before?.version, after?.version].filter((version) => version !== undefined && version !== "");
  const isSame = versions[0] === versions[1];
  return [
    plainText(fullName),
    (isSame ? versions.slice(1) : versions).map((version) => plainText(version ?? "")).join(" → "),
  ]
    .filter(Boolean)
    .join(" ");
}

/** `+4.20 MB`, `-300 B`, `0 B`. */
export function signedBytes(bytes: number, units: Units): string {
  return `${bytes > 0 ? "+" : ""}${roundedBytes(bytes, units)}`;
}
