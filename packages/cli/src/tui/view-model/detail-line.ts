/** What the details say, line by line, before anyone knows how wide they are shown. No text is escaped. */
import type { Change } from "@layerscope/core";
import type { Tone } from "../present/look.ts";

export type DetailLine =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "gap" }
  /** A value and what it is. */
  | {
      readonly kind: "fact";
      readonly label: string;
      readonly value: string;
      readonly tone?: Tone | undefined;
      /** Share that is drawn as a bar, 0 to 1. */
      readonly share?: number | undefined;
      /** What the value means, where there is room to say it. */
      readonly note?: string | undefined;
    }
  /** How many paths were changed in one way. */
  | { readonly kind: "count"; readonly change: Change; readonly count: number }
  /** A line of a command; `indent` counts steps. */
  | { readonly kind: "code"; readonly text: string; readonly indent: number }
  /** Sentences. */
  | { readonly kind: "paragraph"; readonly text: string }
  /** One of a list, or a remark. */
  | { readonly kind: "text"; readonly text: string; readonly tone?: Tone | undefined };

/** Of a list from an image this many are shown. */
const MOST_ITEMS = 200;

/** A heading with what stands below it, after a gap; nothing where nothing does. */
export function section(heading: string, lines: readonly (DetailLine | undefined)[]): DetailLine[] {
  const known = lines.filter((line) => line !== undefined);
  return known.length === 0 ? [] : [{ kind: "gap" }, { kind: "heading", text: heading }, ...known];
}

/** @returns undefined where there is no value */
export function fact(
  label: string,
  value: string | undefined,
  more: { readonly tone?: Tone; readonly share?: number; readonly note?: string } = {},
): DetailLine | undefined {
  return value === undefined || value === "" ? undefined : { kind: "fact", label, value, ...more };
}

/** A line for each, and one for those that are too many. */
export function items(texts: readonly string[]): DetailLine[] {
  const lines = texts.slice(0, MOST_ITEMS).map((text): DetailLine => ({ kind: "text", text }));
  const more = texts.length - lines.length;
  if (more > 0) lines.push({ kind: "text", text: `… and ${more.toLocaleString("en")} more`, tone: "muted" });
  return lines;
}

/** `name=value` for each of a record's fields. */
export function pairs(record: Readonly<Record<string, string>>): DetailLine[] {
  return items(Object.entries(record).map(([name, value]) => `${name}=${value}`));
}

/** `2024-05-13 12:00, 2 years ago`; the age is left out where the date is only a stand-in. */
export function dateWithAge(date: string | undefined, now: number): string | undefined {
  if (date === undefined) return undefined;
  const time = Date.parse(date);
  if (Number.isNaN(time)) return date;
  const age = now - time;
  const day = new Date(time).toISOString().slice(0, 16).replace("T", " ");
  // Reproducible builds write the beginning of some era.
  return time < FIRST_IMAGE || age < 0 ? day : `${day} UTC, ${ageInWords(age)}`;
}

/** Nothing that layerscope reads is older than Docker. */
const FIRST_IMAGE = Date.UTC(2013, 0, 1);
const MINUTE = 60_000;
const AGES: readonly (readonly [name: string, milliseconds: number])[] = [
  ["year", 365.25 * 24 * 60 * MINUTE],
  ["month", 30.4 * 24 * 60 * MINUTE],
  ["day", 24 * 60 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];

function ageInWords(age: number): string {
  for (const [name, milliseconds] of AGES) {
    const count = Math.floor(age / milliseconds);
    if (count > 0) return `${count} ${name}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}
