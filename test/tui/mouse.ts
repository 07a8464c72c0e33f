/** What a terminal sends for the mouse (SGR, mode 1006). */

export type MouseAction = "press" | "release" | "drag" | "wheel-up" | "wheel-down";

const CODES: Record<MouseAction, number> = { press: 0, release: 0, drag: 32, "wheel-up": 64, "wheel-down": 65 };

/** Cells count from 0 here and from 1 in the sequence. */
export function mouseSequence(action: MouseAction, x: number, y: number): string {
  return `\u001b[<${CODES[action]};${x + 1};${y + 1}${action === "release" ? "m" : "M"}`;
}
