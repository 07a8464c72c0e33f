/** What is written for a limit → the limit. */
import type { WasteCause } from "@layerscope/core";
import type { LimitKey, SettableLimit } from "./limit-kinds.ts";
import { patternProblem } from "./patterns.ts";
import { type Parsed, parseCount, parseGrowth, parseShare, parseSize } from "./quantities.ts";

/** As a limit is written: those that take patterns take a list or one, those that take nothing `true`. */
export type WrittenLimit = string | number | readonly string[] | true;

/** What may stand beside a limit and is part of it. */
export interface LimitDetails {
  readonly cause?: WasteCause | undefined;
  readonly butAtLeast?: number | undefined;
}

/** The limit, or what is wrong with what was written for it, see {@link Parsed}. */
export function parseLimit(
  key: LimitKey,
  written: WrittenLimit,
  { cause, butAtLeast }: LimitDetails = {},
): Parsed<SettableLimit> {
  switch (key) {
    case "maxSize":
    case "maxCompressedSize":
    case "maxLayerSize":
    case "maxFileSize":
      return limit(written, parseSize, (bytes) => ({ kind: key, bytes }));
    case "maxWastedBytes":
      return limit(written, parseSize, (bytes) => ({ kind: key, bytes, cause }));
    case "maxWastedShare":
      return limit(written, parseShare, (share) => ({ kind: key, share, butAtLeast, cause }));
    case "minEfficiency":
      return limit(written, parseShare, (share) => ({ kind: key, share, butAtLeast }));
    case "maxLayers":
    case "maxFiles":
      return limit(written, parseCount, (count) => ({ kind: key, count }));
    case "maxGrowth":
      return limit(written, parseGrowth, (growth) =>
        "share" in growth ? { kind: key, ...growth, butAtLeast } : { kind: key, ...growth },
      );
    case "forbidden":
    case "required":
    case "allowedSetuid":
      return patternLimit(key, written);
    case "nonRoot":
      return written === true ? { value: { kind: key } } : { problem: `${JSON.stringify(written)} is not true` };
  }
}

function limit<T>(
  written: WrittenLimit,
  parse: (written: string | number) => Parsed<T>,
  make: (value: T) => SettableLimit,
): Parsed<SettableLimit> {
  if (typeof written !== "string" && typeof written !== "number") return { problem: "not a single value" };
  const parsed = parse(written);
  return "problem" in parsed ? parsed : { value: make(parsed.value) };
}

function patternLimit(kind: "forbidden" | "required" | "allowedSetuid", written: WrittenLimit): Parsed<SettableLimit> {
  if (typeof written === "number" || written === true) return { problem: `${written} is no pattern` };
  const patterns = typeof written === "string" ? [written] : written;
  // No file at all may be setuid: that can be meant. To forbid nothing cannot.
  if (patterns.length === 0 && kind !== "allowedSetuid") return { problem: "an empty list" };
  const problem = patterns.map(patternProblem).find((one) => one !== undefined);
  return problem === undefined ? { value: { kind, patterns } } : { problem };
}
