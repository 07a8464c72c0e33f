export type Units = "si" | "iec";

const SI = ["B", "kB", "MB", "GB", "TB", "PB"];
const IEC = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A size for people: three digits that count, `1.28 MB` (powers of 1000, as docker shows them) or `1.22 MiB`. */
export function formatBytes(bytes: number, units: Units): string {
  const base = units === "si" ? 1000 : 1024;
  const names = units === "si" ? SI : IEC;
  let value = bytes;
  let unit = 0;
  // 999.5 kB would round to 1000 kB.
  while (value >= base - 0.5 && unit < names.length - 1) {
    value /= base;
    unit++;
  }
  if (unit === 0) return `${bytes} B`;
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${names[unit]}`;
}

/** `12.3 %`; a share that is not nothing never looks like nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "0 %";
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 0.05) return "< 0.1 %";
  if (percent < 100 && percent > 99.95) return "> 99.9 %";
  return `${percent.toFixed(1)} %`;
}
