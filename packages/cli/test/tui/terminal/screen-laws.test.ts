import fc from "fast-check";
import { expect, test } from "vitest";
import type { RegionArea } from "../../../src/tui/terminal/screen.ts";
import { expectedScreen, type Glyph, type ModelRegion, textOf } from "./screen-model.ts";
import { openScreen } from "./shown-terminal.ts";

const COLORS = ["\x1b[31m", "\x1b[1;44m", "\x1b[38;2;1;2;3m", "\x1b[39m"] as const;

const glyph: fc.Arbitrary<Glyph> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(..."abcXYZ019 │─▒").map((text): Glyph => ({ text, cells: 1 })) },
  { weight: 1, arbitrary: fc.constantFrom(..."日本語한").map((text): Glyph => ({ text, cells: 2 })) },
  { weight: 1, arbitrary: fc.constantFrom("é", "e\u0301", "ß").map((text): Glyph => ({ text, cells: 1 })) },
);
const row = (cells: number): fc.Arbitrary<Glyph[]> => fc.array(glyph, { maxLength: cells });
const size = fc.record({ columns: fc.integer({ min: 1, max: 30 }), rows: fc.integer({ min: 1, max: 8 }) });

/** Panes beside one another, and dialogs over them anywhere, also outside the screen. */
const region: fc.Arbitrary<{ id: string; area: RegionArea; rows: Glyph[][] }> = fc
  .oneof(
    fc
      .record({
        id: fc.constantFrom("left", "right"),
        split: fc.integer({ min: 1, max: 28 }),
        y: fc.integer({ min: 0, max: 3 }),
        height: fc.integer({ min: 0, max: 8 }),
      })
      .map(({ id, y, height, split }) => ({
        id,
        area: id === "left" ? { x: 0, y, width: Math.min(split, 14), height } : { x: 14, y, width: split, height },
      })),
    fc
      .record({
        level: fc.constantFrom(1, 2, 3),
        x: fc.integer({ min: -5, max: 30 }),
        y: fc.integer({ min: -2, max: 8 }),
        width: fc.integer({ min: 0, max: 20 }),
        height: fc.integer({ min: 0, max: 5 }),
      })
      .map((area) => ({ id: `dialog-${area.level}`, area })),
  )
  .chain(({ id, area }) =>
    fc
      .array(row(area.width + 4), { minLength: area.height, maxLength: area.height + 1 })
      .map((rows) => ({ id, area, rows })),
  );

type Step =
  | { type: "frame"; rows: Glyph[][] }
  | { type: "region"; id: string; area: RegionArea; rows: Glyph[][] }
  | { type: "rows"; pick: number; at: number; row: Glyph[] }
  | { type: "move"; pick: number; by: number }
  | { type: "remove"; pick: number }
  | { type: "resize"; columns: number; rows: number }
  | { type: "pause"; scribble: string }
  | { type: "flush" };

const step: fc.Arbitrary<Step> = fc.oneof(
  // Mostly small changes, as they are when somebody works with it.
  fc.record({ type: fc.constant("frame" as const), rows: fc.array(row(34), { maxLength: 9 }) }),
  { weight: 2, arbitrary: region.map((one) => ({ type: "region" as const, ...one })) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("rows" as const), pick: fc.nat(), at: fc.nat({ max: 4 }), row: row(20) }),
  },
  fc.record({ type: fc.constant("move" as const), pick: fc.nat(), by: fc.integer({ min: -4, max: 4 }) }),
  fc.record({ type: fc.constant("remove" as const), pick: fc.nat() }),
  size.map((to) => ({ type: "resize" as const, ...to })),
  fc.record({
    type: fc.constant("pause" as const),
    scribble: fc.constantFrom("\x1b[Hzzzz", "\x1b[3;3H日日", "\n\n\n"),
  }),
  { weight: 5, arbitrary: fc.constant({ type: "flush" as const }) },
);

/** Colours, which must not change what is shown. */
const colored = (glyphs: readonly Glyph[]): string =>
  glyphs.map(({ text }, index) => (index % 3 === 0 ? COLORS[index % COLORS.length] : "") + text).join("");

test("whatever happens, the terminal shows what the frame and the regions say", async () => {
  await fc.assert(
    fc.asyncProperty(size, fc.array(step, { maxLength: 40 }), async (first, steps) => {
      const { screen, terminal } = openScreen(first.columns, first.rows);
      const regions = new Map<string, ModelRegion>();
      let frame: readonly Glyph[][] = [];
      const pick = (number: number): string | undefined => [...regions.keys()][number % Math.max(1, regions.size)];
      const setRegion = (id: string, area: RegionArea, rows: readonly (readonly Glyph[])[]): void => {
        regions.set(id, { area, rows });
        screen.setRegion(id, area, rows.map(colored));
      };
      let mayClear = false;
      for (const one of [...steps, { type: "flush" } as const]) {
        switch (one.type) {
          case "frame":
            // Nothing at all is no frame.
            frame = [[{ text: "#", cells: 1 }], ...one.rows];
            screen.write(frame.map(textOf).join("\n"));
            break;
          case "region":
            setRegion(one.id, one.area, one.rows);
            break;
          case "rows": {
            const id = pick(one.pick);
            const old = id === undefined ? undefined : regions.get(id);
            if (id !== undefined && old !== undefined) {
              const rows = [...old.rows].map((each) => [...each]);
              if (one.at < rows.length) rows[one.at] = one.row;
              setRegion(id, old.area, rows);
            }
            break;
          }
          case "move": {
            const id = pick(one.pick);
            const old = id === undefined ? undefined : regions.get(id);
            // Panes stand beside one another and do not move.
            if (id?.startsWith("dialog") && old !== undefined) {
              setRegion(id, { ...old.area, x: old.area.x + one.by }, old.rows);
            }
            break;
          }
          case "remove": {
            const id = pick(one.pick);
            if (id !== undefined) {
              regions.delete(id);
              screen.removeRegion(id);
            }
            break;
          }
          case "resize":
            terminal.resize(one.columns, one.rows);
            screen.repaint();
            mayClear = true;
            break;
          case "pause":
            screen.flushNow();
            screen.pause();
            terminal.scribble(one.scribble);
            screen.resume();
            mayClear = true;
            break;
          case "flush": {
            const before = terminal.writes.length;
            screen.flushNow();
            const written = terminal.writes.slice(before).join("");
            if (!mayClear) expect(written).not.toMatch(/\[[23]J/);
            mayClear = false;
            const { columns, rows } = terminal;
            expect(await terminal.shown()).toEqual(expectedScreen(columns, rows, frame, regions.values()));
          }
        }
      }
      // Nothing was left to be painted.
      const before = terminal.writes.length;
      screen.flushNow();
      expect(terminal.writes.length).toBe(before);
    }),
    { numRuns: 300 },
  );
});
