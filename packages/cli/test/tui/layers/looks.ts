/** Looks without colours, so that rows can be read and measured. */
import { createLook } from "../../../src/tui/present/create-look.ts";
import type { Look } from "../../../src/tui/present/look.ts";

function unpainted(unicode: boolean, plain: boolean): Look {
  const look = createLook({ depth: "none", theme: "dark", unicode, plain, units: "si" });
  return { ...look, paint: (_tone, text) => text, cursorRow: (row) => row };
}

export const UNICODE = unpainted(true, false);
export const ASCII = unpainted(false, false);
/** For screen readers. */
export const PLAIN = unpainted(true, true);
