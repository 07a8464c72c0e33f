/** Values and limits in words. What differs never looks equal, however near it is. */
import { formatBytes, type Units } from "../output/bytes.ts";

/** `1,000,001 B` beside a limit of 1,000,000, else three digits that count. */
export function bytesBeside(bytes: number, limit: number, units: Units): string {
  return looksEqual(bytes, limit, units) ? exactBytes(bytes) : roundedBytes(bytes, units);
}

/** A limit as people write it, `300 MB` or `1.5 MiB`; in bytes where `value` would look the same otherwise. */
export function limitBeside(limit: number, value: number | undefined, units: Units): string {
  if (value !== undefined && looksEqual(value, limit, units)) return exactBytes(limit);
  const rounded = roundedBytes(limit, units);
  const unit = rounded.slice(rounded.indexOf(" ") + 1);
  const scale = (units === "si" ? 1000 : 1024) ** "BKMGTP".indexOf(unit.charAt(0).toUpperCase());
  const short = Number((limit / scale).toFixed(3));
  return Math.round(short * scale) === limit ? `${short} ${unit}` : rounded;
}

/** A size that may be negative. */
export function roundedBytes(bytes: number, units: Units): string {
  return `${bytes < 0 ? "-" : ""}${formatBytes(Math.abs(bytes), units)}`;
}

function looksEqual(value: number, limit: number, units: Units): boolean {
  return value !== limit && roundedBytes(value, units) === roundedBytes(limit, units);
}

function exactBytes(bytes: number): string {
  return `${bytes.toLocaleString("en")} B`;
}

const MOST_DIGITS = 12;

/** `54.3 %`, with as many digits as tell it from the limit; what is neither nothing nor all does not look so. */
export function shareBeside(share: number, limit: number): string {
  const isEqual = (digits: number): boolean => percent(share, digits) === percent(limit, digits);
  let digits = Math.max(1, decimalsOf(limit));
  while (share !== limit && isEqual(digits) && digits < MOST_DIGITS) digits++;
  const text = percent(share, digits);
  if (share > 0 && Number(text) === 0) return `< ${(10 ** -digits).toFixed(digits)} %`;
  if (share < 1 && Number(text) === 100) return `> ${(100 - 10 ** -digits).toFixed(digits)} %`;
  return `${text} %`;
}

/** A share as people write it: `95 %`, `0.07 %`. */
export function shareLimit(share: number): string {
  return `${asWritten(share)} %`;
}

/** The difference of two shares, without its sign: `6.0 points`. */
export function pointsText(difference: number): string {
  const points = Math.abs(difference);
  let digits = 1;
  while (points > 0 && Number(percent(points, digits)) === 0 && digits < MOST_DIGITS) digits++;
  return `${percent(points, digits)} points`;
}

function percent(share: number, digits: number): string {
  return (share * 100).toFixed(digits);
}

/** 0.07 × 100 is 7.000000000000001 for a computer, and 7 for whoever wrote it. */
function asWritten(share: number): string {
  return String(Number((share * 100).toPrecision(MOST_DIGITS)));
}

function decimalsOf(share: number): number {
  const text = asWritten(share);
  const point = text.indexOf(".");
  return point < 0 ? 0 : Math.min(text.length - point - 1, MOST_DIGITS);
}
