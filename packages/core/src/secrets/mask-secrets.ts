/** Hides the secrets of an image's configuration and history in text about the image. */
import type { ImageConfig } from "../model/image.ts";
import { secretValues } from "./config-secrets.ts";
import { maskValue } from "./secret-value.ts";

/** Text with the values of secrets masked. Values that are allowed are masked, too. */
export type SecretMask = (text: string) => string;

/** More in one image are not there by accident. */
const MOST_VALUES = 500;
/** A shorter value may be part of any word, and is one by itself only. */
const SHORTEST_PART = 8;
/** Of a value with several lines, such as a key. */
const LONG_LINE = 16;
/** Longer texts are cut: nobody reads them, in UTF-16 units. */
const LONGEST_TEXT = 100_000;

const masks = new WeakMap<ImageConfig, SecretMask>();

/**
 * What hides the values that variables, labels and commands of this image have and nobody should read. Everything that is
 * printed of commands for people goes through it; the report and the history are the image's own data and have them as
 * they are.
 */
export function secretMask(config: ImageConfig): SecretMask {
  let mask = masks.get(config);
  if (!mask) {
    mask = maskOf([...new Set(secretValues(config).flatMap(withLines))].slice(0, MOST_VALUES));
    masks.set(config, mask);
  }
  return mask;
}

/** A command may be shown without the line breaks of a value. */
function withLines(value: string): string[] {
  const lines = value.split("\n").map((line) => line.trim());
  return lines.length === 1 ? [value] : [value, ...lines.filter(({ length }) => length >= LONG_LINE)];
}

function maskOf(values: readonly string[]): SecretMask {
  // One value may be part of another.
  const patterns = values
    .filter((value) => value.trim() !== "")
    .sort((one, other) => other.length - one.length)
    .map((value) => ({ value, pattern: patternOf(value), masked: maskValue(value) }));
  return (text) =>
    patterns.reduce(
      (rest, { value, pattern, masked }) => (rest.includes(value) ? rest.replace(pattern, () => masked) : rest),
      text.slice(0, LONGEST_TEXT),
    );
}

function patternOf(value: string): RegExp {
  const literal = value.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return new RegExp(value.length < SHORTEST_PART ? `(?<!\\w)${literal}(?!\\w)` : literal, "g");
}
