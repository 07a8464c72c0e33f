/** The view as Ink components: what stands where. What is in it comes from present/ as finished rows. */
import { Box } from "ink";
import { memo, type ReactElement, useContext, useSyncExternalStore } from "react";
import { type Area, type Layout, layoutOf, type Pane } from "../layout.ts";
import { presentOverlay } from "../present/dialogs.ts";
import { presentDivider, presentFooter, presentPane, presentTop } from "../present/panes.ts";
import type { State } from "../state/state.ts";
import type { Store } from "../store.ts";
import { Rows, ScreenContext } from "./rows.tsx";

export function App({ store }: { readonly store: Store }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const layout = layoutOf(state);
  const { columns, rows, header, footer, panes, divider } = layout;
  // Ink makes an object of each cell of its frame, every time. What goes to the screen by itself needs no frame.
  const frame = useContext(ScreenContext) ? {} : { width: columns, height: rows };
  return (
    <Box {...frame}>
      <Part name="header" area={header} rows={presentTop(state, header.width)} />
      {panes.map((pane) => (
        <PanePart key={pane.name} state={state} layout={layout} pane={pane} />
      ))}
      {divider && <Part name="divider" area={divider} rows={presentDivider(divider, state.look)} />}
      <Part name="footer" area={footer} rows={presentFooter(state, footer.width)} />
      <DialogPart state={state} />
    </Box>
  );
}

/** A pane is drawn again only when the state did. */
const PanePart = memo(function PanePart(props: {
  readonly state: State;
  readonly layout: Layout;
  readonly pane: Pane;
}): ReactElement {
  const { state, layout, pane } = props;
  return <Part name={pane.name} area={pane} rows={presentPane(state, layout, pane)} />;
});

function DialogPart({ state }: { readonly state: State }): ReactElement | null {
  const dialog = presentOverlay(state);
  return dialog && <Part name="dialog" area={dialog.area} level={1} rows={dialog.rows} />;
}

/** Rows at their place. */
function Part(props: {
  readonly name: string;
  readonly area: Area;
  readonly level?: number;
  readonly rows: readonly string[];
}): ReactElement {
  const { name, area, level = 0, rows } = props;
  return (
    <Box position="absolute" marginLeft={area.x} marginTop={area.y} width={area.width} height={area.height}>
      <Rows name={name} area={area} level={level} rows={rows} />
    </Box>
  );
}
