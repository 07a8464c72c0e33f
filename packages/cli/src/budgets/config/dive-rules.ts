/** dive's three rules, read as dive reads them. */
import type { BudgetLimit } from "@layerscope/core";
import { shortened } from "../../config/located-yaml.ts";
import type { Parsed } from "./quantities.ts";

export interface DiveRule {
  /** As dive's options spell it, and its configuration. */
  readonly name: string;
  readonly otherName: string;
  /** What holds when the rule is not set; empty for no limit. */
  readonly default: string;
  /** No limit when the rule is switched off. */
  readonly parse: (written: string) => Parsed<BudgetLimit | undefined>;
}

export const DIVE_RULES: readonly DiveRule[] = [
  {
    name: "lowestEfficiency",
    otherName: "lowest-efficiency",
    default: "0.9",
    parse: (written) => unlessOff(written, parseRatio, (ratio) => ({ kind: "diveLowestEfficiency", ratio })),
  },
  {
    name: "highestWastedBytes",
    otherName: "highest-wasted-bytes",
    default: "disabled",
    parse: (written) => unlessOff(written, parseDiveSize, (bytes) => ({ kind: "diveHighestWastedBytes", bytes })),
  },
  {
    name: "highestUserWastedPercent",
    otherName: "highest-user-wasted-percent",
    default: "0.1",
    parse: (written) => unlessOff(written, parseRatio, (ratio) => ({ kind: "diveHighestUserWastedPercent", ratio })),
  },
];

const OFF: ReadonlySet<string> = new Set(["", "disabled", "off", "false"]);

function unlessOff(
  written: string,
  parse: (written: string) => Parsed<number>,
  make: (value: number) => BudgetLimit,
): Parsed<BudgetLimit | undefined> {
  const text = written.trim();
  if (OFF.has(text.toLowerCase())) return { value: undefined };
  const parsed = parse(text);
  return "problem" in parsed ? parsed : { value: make(parsed.value) };
}

function parseRatio(written: string): Parsed<number> {
  const shown = quoted(written);
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(written)) {
    const percent = /^(\d{1,2}|100)\s*%$/.exec(written)?.[1];
    const instead = percent === undefined ? "" : `: write ${Number(`${percent}e-2`)}`;
    return { problem: `${shown} is no number from 0 to 1, which is what dive wants${instead}` };
  }
  const ratio = Number(written);
  return ratio >= 0 && ratio <= 1 ? { value: ratio + 0 } : { problem: `${shown} is not from 0 to 1` };
}

const POWERS = "kmgtpe";

/** A number with commas anywhere and a unit of 1000s or 1024s, in any case; a fraction of a byte is cut off. */
function parseDiveSize(written: string): Parsed<number> {
  const [, digits = "", prefix = "", binary = ""] = /^([\d.,]+)\s*(?:([kmgtpe])(i?))?b?$/i.exec(written) ?? [];
  const number = digits.replaceAll(",", "");
  if (!/^(?:\d+\.?\d*|\.\d+)$/.test(number)) return { problem: `${quoted(written)} is not a size such as 20MB` };
  const power = prefix === "" ? 0 : POWERS.indexOf(prefix.toLowerCase()) + 1;
  const factor = (binary === "" ? 1000 : 1024) ** power;
  // In floating point, as dive does; no image has so many bytes that the rest matters.
  return { value: Math.min(Math.floor(Number(number) * factor), Number.MAX_SAFE_INTEGER) };
}

function quoted(written: string): string {
  return JSON.stringify(shortened(written));
}
