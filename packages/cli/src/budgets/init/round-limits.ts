/** Limits a little above what there is: a tenth more, rounded up to two digits. */
import type { Units } from "../../output/bytes.ts";
import { shareLimit as percentText } from "../amount-text.ts";
import { parseShare } from "../config/quantities.ts";

const UNIT_NAMES = { si: ["B", "kB", "MB", "GB", "TB"], iec: ["B", "KiB", "MiB", "GiB", "TiB"] } as const;

/** `300 MB` for 271,000,000. At least a kilobyte, so that a file may come to an image that has none. */
export function sizeLimit(bytes: number, units: Units): string {
  const base = units === "si" ? 1000 : 1024;
  const names = UNIT_NAMES[units];
  const wanted = Math.max(base, tenthMore(bytes));
  let unit = 0;
  while (wanted >= base ** (unit + 1) && unit < names.length - 1) unit++;
  return `${roundedUp(wanted / base ** unit)} ${names[unit]}`;
}

/** `22000` for 19,514. At least one more than there is. */
export function countLimit(count: number): number {
  return roundedUp(Math.max(count + 1, tenthMore(count)));
}

/** `12 %` for 0.104. At least 1 %. */
export function shareLimit(share: number): string {
  return `${Math.min(100, Math.max(1, Math.ceil(share * 110)))} %`;
}

function tenthMore(value: number): number {
  return (value * 11) / 10;
}

/** To the next number with at most two digits that count, such as 1.2, 14 or 300. */
function roundedUp(value: number): number {
  const power = Math.floor(Math.log10(value)) - 1;
  // Divided where the step is a fraction: 12 * 0.1 is 1.2000000000000002.
  return power < 0 ? Math.ceil(value * 10 ** -power) / 10 ** -power : Math.ceil(value / 10 ** power) * 10 ** power;
}

/** `96 %` for 0.968: what an efficiency of so much keeps to. */
export function efficiencyLimit(share: number): string {
  return `${Math.max(0, Math.floor(share * 100))} %`;
}

/** A size as it is written, not rounded: `20 MB`, `20 MiB` or a number of bytes. */
export function exactSize(bytes: number): string {
  for (const [units, base] of [
    ["si", 1000],
    ["iec", 1024],
  ] as const) {
    for (let unit = UNIT_NAMES[units].length - 1; unit > 0; unit--) {
      if (bytes > 0 && bytes % base ** unit === 0) return `${bytes / base ** unit} ${UNIT_NAMES[units][unit]}`;
    }
  }
  return String(bytes);
}

/** A share as it is written, not rounded: `95 %`, or `0.123456789012345` where that would be another one. */
export function exactShare(share: number): string {
  const percent = percentText(share);
  const parsed = parseShare(percent);
  if ("value" in parsed && parsed.value === share) return percent;
  return share.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 });
}
