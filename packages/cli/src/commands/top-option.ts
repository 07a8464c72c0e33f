import { LayerscopeError } from "@layerscope/core";

/** @throws LayerscopeError `invalid-option` */
export function topOption(top: string | undefined): number | undefined {
  if (top === undefined) return undefined;
  if (/^\d{1,9}$/.test(top)) return Number(top);
  throw new LayerscopeError("invalid-option", `--top ${top} is not a number`, { hint: "For example: --top 20" });
}
