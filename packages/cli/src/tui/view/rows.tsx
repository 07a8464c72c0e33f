/**
 * Finished rows. They go to the screen past Ink: measuring and cutting them again cell by cell, as Ink does with each
 * frame, would be most of the work of a key press.
 */
import { Text } from "ink";
import { createContext, type ReactElement, useContext, useLayoutEffect } from "react";
import type { Area } from "../layout.ts";
import type { Screen } from "../terminal/screen.ts";

/** The screen to draw on; without one, rows become text of Ink's. */
export const ScreenContext = createContext<Screen | undefined>(undefined);

export function Rows(props: {
  readonly name: string;
  readonly area: Area;
  readonly level: number;
  readonly rows: readonly string[];
}): ReactElement | null {
  const { name, area, level, rows } = props;
  const screen = useContext(ScreenContext);
  useLayoutEffect(() => {
    screen?.setRegion(name, { ...area, level }, rows);
  }, [screen, name, area, level, rows]);
  useLayoutEffect(() => () => screen?.removeRegion(name), [screen, name]);
  return screen ? null : <Text wrap="truncate">{rows.join("\n")}</Text>;
}
