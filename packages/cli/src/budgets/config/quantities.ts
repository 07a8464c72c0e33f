/** The sizes, shares and numbers that limits are written with, in a configuration or on the command line. */

/** What a text means, or what is wrong with it: a clause that begins with what was written, not escaped. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

const PERCENT = String.raw`0*(?:\d{1,2}(?:\.\d*)?|\.\d+|100(?:\.0*)?)\s*%`;
const PLAIN_SHARE = String.raw`0+(?:\.\d*)?|0*\.\d+|0*1(?:\.0*)?`;

/** What is understood; the JSON Schema has these too, so they have no flags. */
export const SIZE_PATTERN = /^\s*(?:\d+\s*[bB]?|(?:\d+\.?\d*|\.\d+)\s*[kKmMgGtT][iI]?[bB])\s*$/;
export const PERCENT_PATTERN = new RegExp(`^\\s*${PERCENT}\\s*$`);
export const SHARE_PATTERN = new RegExp(`^\\s*(?:${PERCENT}|${PLAIN_SHARE})\\s*$`);
export const COUNT_PATTERN = /^\s*\d+\s*$/;
/** More letters than any of them needs. */
export const LONGEST_QUANTITY = 40;

/** A decimal number and what comes after it. */
const NUMBER_AND_UNIT = /^\s*(-?(?:\d+\.?\d*|\.\d+))\s*(.*?)\s*$/;
/** `M`, `Mo`, `megabytes`: whether of 1000 or of 1024 is anybody's guess. */
const UNCLEAR_UNIT = /^[kmgt][a-z]*$/i;

/**
 * A size in bytes: a plain number of bytes, `300 MB` (powers of 1000) or `300 MiB` (powers of 1024), in any case. What is
 * left of a byte is cut off: sizes are whole, so a limit of half a byte more means the same.
 */
export function parseSize(written: string | number): Parsed<number> {
  if (typeof written === "number") return wholeNumber(written, "a whole number of bytes");
  const { shown, number, unit } = split(written);
  if (number === "") return { problem: `${shown} is not a size: write, for example, 300 MB or 300 MiB` };
  if (number.startsWith("-")) return { problem: `${shown} is negative` };
  if (SIZE_PATTERN.test(written)) return safe(bytesOf(number, unit), shown);
  if (/^b?$/i.test(unit)) return { problem: `${shown} is not a whole number of bytes` };
  if (!UNCLEAR_UNIT.test(unit)) {
    return { problem: `${shown} is not a size: the units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB` };
  }
  const prefix = unit.slice(0, 1).toUpperCase();
  const decimal = `${number} ${prefix === "K" ? "k" : prefix}B`;
  const binary = `${number} ${prefix}iB`;
  return { problem: `${shown} is unclear: write ${decimal} (powers of 1000) or ${binary} (powers of 1024)` };
}

/** A share from 0 to 1: `10 %`, `10%` or 0.1. 7 % is the number 0.07, without the noise of a division. */
export function parseShare(written: string | number): Parsed<number> {
  if (typeof written === "number") return plainShare(String(written));
  const { shown, number, unit } = split(written);
  if (number === "" || !/^%?$/.test(unit)) {
    return { problem: `${shown} is not a share: write, for example, 10 % or 0.1` };
  }
  if (unit === "") return plainShare(number);
  if (number.startsWith("-")) return { problem: `${shown} is negative` };
  return SHARE_PATTERN.test(written) ? { value: shifted(number, -2) } : { problem: `${shown} is above 100 %` };
}

/** A whole number of things. */
export function parseCount(written: string | number): Parsed<number> {
  if (typeof written === "number") return wholeNumber(written, "a whole number");
  const { shown, number, unit } = split(written);
  if (number.startsWith("-") && unit === "") return { problem: `${shown} is negative` };
  if (number === "" || !COUNT_PATTERN.test(written)) return { problem: `${shown} is not a whole number` };
  return safe(BigInt(number), shown);
}

/** How much something may grow: a size, or a share with a percent sign. */
export function parseGrowth(written: string | number): Parsed<{ readonly bytes: number } | { readonly share: number }> {
  const text = String(written);
  if (text.includes("%")) {
    const share = parseShare(text);
    return "problem" in share ? share : { value: { share: share.value } };
  }
  const number = Number(text);
  if (number > 0 && number < 1) {
    return {
      problem: `${text.trim()} is less than a byte: write ${shifted(String(number), 2)} %, or a size such as 5 MB`,
    };
  }
  const bytes = parseSize(written);
  return "problem" in bytes ? bytes : { value: { bytes: bytes.value } };
}

/** A share without a percent sign. */
function plainShare(number: string): Parsed<number> {
  const share = Number(number);
  if (Number.isNaN(share)) return { problem: "not a number" };
  if (share < 0) return { problem: `${number} is negative` };
  if (share <= 1) return { value: withoutSign(share) };
  if (share > 100) return { problem: `${number} is above 1, which is 100 %` };
  return { problem: `${number} is above 1: write ${share} % or ${shifted(String(share), -2)}` };
}

function wholeNumber(value: number, what: string): Parsed<number> {
  if (Number.isNaN(value)) return { problem: "not a number" };
  if (value < 0) return { problem: `${value} is negative` };
  if (value > Number.MAX_SAFE_INTEGER) return { problem: `${value} is too large` };
  return Number.isInteger(value) ? { value: withoutSign(value) } : { problem: `${value} is not ${what}` };
}

function safe(value: bigint, shown: string): Parsed<number> {
  return value > Number.MAX_SAFE_INTEGER ? { problem: `${shown} is too large` } : { value: Number(value) };
}

/** -0 is 0. */
function withoutSign(value: number): number {
  return value + 0;
}

/** Computed with whole numbers: 1.1 MB is 1100000 bytes, and no binary fraction is rounded. */
function bytesOf(number: string, unit: string): bigint {
  const base = /i/i.test(unit) ? 1024n : 1000n;
  const power = "bkmgt".indexOf(unit.slice(0, 1).toLowerCase() || "b");
  const [whole = "", fraction = ""] = number.split(".");
  return (BigInt(whole + fraction) * base ** BigInt(power)) / 10n ** BigInt(fraction.length);
}

/** A decimal number times a power of ten, as if it had been written with its point elsewhere. */
function shifted(number: string, power: number): number {
  const [digits = "0", exponent = "0"] = number.split("e");
  return Number(`${digits}e${Number(exponent) + power}`);
}

/** The number is empty where the text is none. */
function split(written: string): { readonly shown: string; readonly number: string; readonly unit: string } {
  const isLong = written.length > LONGEST_QUANTITY;
  const [, number = "", unit = ""] = isLong ? [] : (NUMBER_AND_UNIT.exec(written) ?? []);
  return { shown: JSON.stringify(isLong ? `${written.slice(0, LONGEST_QUANTITY)}…` : written), number, unit };
}
