/** All that the view knows. Plain data: a new state is made of the old one and an action, by update.ts alone. */
import type { Keymap } from "../keymap/keymap.ts";
import type { Look } from "../present/look.ts";
import type { Subject } from "../subject.ts";
import type { FileSources } from "../view-model/file/model.ts";
import type { ListView } from "../view-model/list-views.ts";
import type { Message } from "./actions.ts";
import type { AdviceState } from "./advice.ts";
import type { FileState } from "./file-state.ts";
import type { FilesState } from "./files-state.ts";
import type { ListPosition } from "./list.ts";
import type { Marks } from "./marks.ts";
import type { PackagesState } from "./packages.ts";
import type { PathHistoryState } from "./path-history.ts";
import type { TextField } from "./text-field.ts";
import type { WasteState } from "./waste.ts";

type ViewName = "explore" | "waste" | "advice" | "packages" | "file" | "history";
export type PaneName =
  | "layers"
  | "details"
  | "files"
  | "preview"
  | "waste"
  | "advice"
  | "finding"
  | "packages"
  | "package"
  | "file"
  | "history";

/** What a line to type in is for. */
export type Purpose = "search" | "search-file" | "filter" | "extract" | "export-report";

/** What lies over the view and has the keys. */
export type Dialog =
  | { readonly kind: "prompt"; readonly purpose: Purpose; readonly field: TextField; readonly allLayers: boolean }
  | { readonly kind: "help"; readonly field: TextField; readonly top: number }
  | { readonly kind: "palette"; readonly field: TextField; readonly position: ListPosition }
  | { readonly kind: "messages"; readonly top: number }
  | { readonly kind: "choose-image"; readonly position: ListPosition };

/** What is searched: the tree that is shown, every path that any layer ever had, or what the view of that name lists. */
export type SearchPlace = "tree" | "all-layers" | "waste" | ListView;

/** What is searched for. */
interface Search {
  readonly text: string;
  readonly where: SearchPlace;
  /** Whether the cursor goes to the first match as soon as it is known. */
  readonly jumps: boolean;
}

/** Which paths a query is true of. */
export interface Matches {
  /** What was asked; see effects/queries.ts. */
  readonly key: string;
  /** By node, 1 for those that match. */
  readonly nodes: Uint8Array;
  /** The same, and the directories that lead there. */
  readonly leading: Uint8Array;
  readonly count: number;
}

/** Where one was, to come back to. */
export type Place = Pick<
  State,
  "view" | "focus" | "enlarged" | "layers" | "files" | "waste" | "advice" | "packages" | "file" | "history"
>;

export interface State {
  readonly size: { readonly columns: number; readonly rows: number };
  readonly subject: Subject;
  /** When the view was opened, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Colours, signs and units. */
  readonly look: Look;
  readonly keymap: Keymap;
  readonly mouse: boolean;
  readonly view: ViewName;
  readonly focus: PaneName;
  /** Whether the focused pane has the whole screen. */
  readonly enlarged: boolean;
  readonly hasPreview: boolean;
  /** Share of the screen that the left side has. */
  readonly divider: number;
  readonly dragging: boolean;
  readonly layers: ListPosition;
  /** First row of the details, of the preview. */
  readonly detailsTop: number;
  readonly previewTop: number;
  readonly files: FilesState;
  readonly waste: WasteState;
  readonly advice: AdviceState;
  readonly packages: PackagesState;
  readonly file: FileState | undefined;
  readonly history: PathHistoryState | undefined;
  readonly marks: Marks;
  /** File contents, as far as they were read, and what is known of them; a new state is made when more is. */
  readonly sources: FileSources;
  readonly search: Search | undefined;
  readonly found: Matches | undefined;
  readonly filtered: Matches | undefined;
  readonly dialog: Dialog | undefined;
  readonly message: Message | undefined;
  /** Most recent last. */
  readonly back: readonly Place[];
  /** What was last typed for each purpose, offered again. */
  readonly typed: Readonly<Partial<Record<Purpose, string>>>;
}
