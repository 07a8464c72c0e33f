/** Mouse reports as xterm sends them since its mode 1006. */
import type { MouseEvent } from "./input.ts";

const BUTTONS = ["left", "middle", "right", "none"] as const;
const MOTION = 32;
const WHEEL = 64;
/** Buttons 8 and above, which no mouse needs here. */
const EXTRA = 128;

/** Of what follows `CSI` in `CSI < button ; column ; row M`; undefined when it is no such report, or none of interest. */
export function mouseEventOf(parameters: string, final: string): MouseEvent | undefined {
  const found = /^<(\d{1,3});(\d{1,5});(\d{1,5})$/.exec(parameters);
  if (found === null || (final !== "M" && final !== "m")) return undefined;
  const [code = 0, column = 0, row = 0] = found.slice(1).map(Number);
  const place = { x: Math.max(0, column - 1), y: Math.max(0, row - 1) };
  const number = code & 3;
  if (code & EXTRA) return undefined;
  if (code & WHEEL) {
    // Wheels that turn sideways are numbers 2 and 3.
    if (number > 1 || final === "m") return undefined;
    return { kind: number === 0 ? "wheel-up" : "wheel-down", button: "none", ...place };
  }
  const button = BUTTONS[number] ?? "none";
  if (final === "m") return { kind: "release", button, ...place };
  if (button === "none") return undefined;
  return { kind: code & MOTION ? "drag" : "press", button, ...place };
}
