/**
 * The one table of what can be done and by which keys. The keymap, the hint line, the help, the palette and docs/keys.md
 * all come from it; so do the names that a user's configuration may bind.
 */

/** Where a command works. A pane's own commands come before those of every list, and those before the global ones. */
export type Context =
  | "layers"
  | "details"
  | "files"
  | "preview"
  | "waste"
  | "advice"
  | "packages"
  | "file"
  | "history"
  | "list"
  | "global";

export const CONTEXT_TITLES: Readonly<Record<Context, string>> = {
  layers: "Layers",
  details: "Details",
  files: "Files",
  preview: "Preview",
  waste: "Waste",
  advice: "Advice",
  packages: "Packages",
  file: "File",
  history: "History of a path",
  list: "Every list",
  global: "Everywhere",
};

interface CommandDefinition {
  readonly name: string;
  /** What it does, as in a list of commands. */
  readonly title: string;
  /** One or two words for the hint line; left out where the hint would be noise. */
  readonly hint?: string;
  readonly context: Context;
  /** The first is the one that is shown. */
  readonly keys: readonly string[];
  /** What dive binds to the same thing. */
  readonly diveKeys?: readonly string[];
}

const TABLE = [
  // What is shown
  {
    name: "show-layer",
    context: "global",
    keys: ["c"],
    diveKeys: ["ctrl+l"],
    title: "Show what the selected layer did",
    hint: "changes",
  },
  {
    name: "show-snapshot",
    context: "global",
    keys: ["t"],
    title: "Show all files as of the selected layer",
    hint: "tree",
  },
  {
    name: "show-since",
    context: "global",
    keys: ["a"],
    title: "Show all changes since the base, or the chosen layer",
    hint: "all changes",
  },
  { name: "show-wasted", context: "global", keys: ["w"], title: "Show only what is wasted", hint: "wasted" },
  {
    name: "show-next",
    context: "global",
    keys: ["v"],
    title: "Show the next of these: changes, tree, all changes, wasted",
  },
  {
    name: "compare-from",
    context: "global",
    keys: ["b"],
    title: "Count all changes from the selected layer on",
  },
  { name: "layer-previous", context: "global", keys: ["["], title: "Go to the layer below" },
  { name: "layer-next", context: "global", keys: ["]"], title: "Go to the layer above" },
  // Layers: dive's ctrl+a there is "aggregated"
  {
    name: "show-since",
    context: "layers",
    keys: [],
    diveKeys: ["ctrl+a"],
    title: "Show all changes since the base, or the chosen layer",
  },
  { name: "open", context: "layers", keys: ["enter"], title: "Go to the files of the layer", hint: "files" },
  // Files
  {
    name: "open",
    context: "files",
    keys: ["enter"],
    title: "Open the file, or open and close the directory",
    hint: "open",
  },
  { name: "toggle-directory", context: "files", keys: ["space"], title: "Open or close the directory" },
  { name: "collapse-all", context: "files", keys: ["C"], diveKeys: ["ctrl+space"], title: "Close all directories" },
  { name: "expand-all", context: "files", keys: ["E"], title: "Open all directories" },
  {
    name: "sort-next",
    context: "files",
    keys: ["s"],
    diveKeys: ["ctrl+o"],
    title: "Sort by the next of: size, wasted, change, name",
    hint: "sort",
  },
  {
    name: "toggle-small",
    context: "files",
    keys: ["o"],
    title: "Hide or show what is below 1 % of its directory",
  },
  { name: "toggle-added", context: "files", keys: ["+"], diveKeys: ["ctrl+a"], title: "Hide or show what was added" },
  { name: "toggle-modified", context: "files", keys: ["~"], title: "Hide or show what was modified" },
  {
    name: "toggle-removed",
    context: "files",
    keys: ["-"],
    diveKeys: ["ctrl+r"],
    title: "Hide or show what was removed",
  },
  {
    name: "toggle-unmodified",
    context: "files",
    keys: ["="],
    diveKeys: ["ctrl+u"],
    title: "Hide or show what was not touched",
  },
  {
    name: "toggle-attributes",
    context: "files",
    keys: ["A"],
    diveKeys: ["ctrl+b"],
    title: "Hide or show mode and owner",
  },
  {
    name: "open-history",
    context: "files",
    keys: ["H"],
    title: "Show every layer that touched the path",
    hint: "history",
  },
  {
    name: "open-diff",
    context: "files",
    keys: ["D"],
    title: "Compare the content with what it was before",
    hint: "diff",
  },
  // Waste
  {
    name: "open",
    context: "waste",
    keys: ["enter"],
    title: "Go to the file in the tree, or open and close the group",
    hint: "go to file",
  },
  { name: "toggle-directory", context: "waste", keys: ["space"], title: "Open or close the group" },
  {
    name: "group-next",
    context: "waste",
    keys: ["s"],
    title: "Group by the next of: cause, layer, path",
    hint: "group",
  },
  { name: "collapse-all", context: "waste", keys: ["C"], title: "Close all groups" },
  { name: "expand-all", context: "waste", keys: ["E"], title: "Open all groups" },
  {
    name: "open-history",
    context: "waste",
    keys: ["H"],
    title: "Show every layer that touched the path",
    hint: "history",
  },
  {
    name: "open-diff",
    context: "waste",
    keys: ["D"],
    title: "Compare the content with what replaced it",
    hint: "diff",
  },
  // Advice
  {
    name: "open",
    context: "advice",
    keys: ["enter"],
    title: "Go to the files that the finding is about",
    hint: "go to files",
  },
  {
    name: "copy-snippet",
    context: "advice",
    keys: ["y"],
    title: "Copy the lines for the Dockerfile, or what to do",
    hint: "copy",
  },
  // Packages
  {
    name: "open",
    context: "packages",
    keys: ["enter"],
    title: "Go to the files of the package",
    hint: "go to files",
  },
  {
    name: "sort-next",
    context: "packages",
    keys: ["s"],
    title: "Sort by the next of: size, name, layer",
    hint: "sort",
  },
  // One file
  {
    name: "file-mode-next",
    context: "file",
    keys: ["v"],
    title: "Show text, hexadecimal or the changes",
    hint: "text/hex/diff",
  },
  {
    name: "open-diff",
    context: "file",
    keys: ["D"],
    title: "Compare the content with what it was before",
    hint: "diff",
  },
  {
    name: "toggle-wrap",
    context: "file",
    keys: ["w"],
    diveKeys: ["ctrl+p"],
    title: "Wrap long lines or cut them",
    hint: "wrap",
  },
  { name: "version-previous", context: "file", keys: ["["], title: "Show the version of the layer before" },
  { name: "version-next", context: "file", keys: ["]"], title: "Show the version of the layer after" },
  { name: "change-previous", context: "file", keys: ["{"], title: "Go to the change before" },
  { name: "change-next", context: "file", keys: ["}"], title: "Go to the next change" },
  { name: "open-pager", context: "file", keys: ["P"], title: "Open in $PAGER", hint: "pager" },
  { name: "open-editor", context: "file", keys: ["e"], title: "Open a copy in $EDITOR" },
  {
    name: "open-history",
    context: "file",
    keys: ["H"],
    title: "Show every layer that touched the path",
    hint: "history",
  },
  // History of a path
  { name: "open", context: "history", keys: ["enter"], title: "Go to the path in that layer", hint: "go there" },
  {
    name: "open-diff",
    context: "history",
    keys: ["D"],
    title: "Compare the content with the version before",
    hint: "diff",
  },
  // Every list
  { name: "move-up", context: "list", keys: ["up", "k"], title: "Up" },
  { name: "move-down", context: "list", keys: ["down", "j"], title: "Down" },
  {
    name: "move-left",
    context: "list",
    keys: ["left", "h"],
    title: "Close the directory, or go to the one above; scroll left",
  },
  { name: "move-right", context: "list", keys: ["right", "l"], title: "Open the directory; scroll right" },
  { name: "page-up", context: "list", keys: ["pageup", "u"], title: "A page up" },
  { name: "page-down", context: "list", keys: ["pagedown", "d"], title: "A page down" },
  { name: "move-first", context: "list", keys: ["home", "g"], title: "To the first" },
  { name: "move-last", context: "list", keys: ["end", "G"], title: "To the last" },
  // Everywhere
  { name: "next-pane", context: "global", keys: ["tab"], title: "To the next pane", hint: "pane" },
  { name: "previous-pane", context: "global", keys: ["shift+tab"], title: "To the pane before" },
  { name: "view-explore", context: "global", keys: ["1"], title: "Layers and files" },
  {
    name: "view-waste",
    context: "global",
    keys: ["2"],
    title: "Waste: every wasted byte and who caused it",
    hint: "waste",
  },
  {
    name: "view-advice",
    context: "global",
    keys: ["3", "r"],
    title: "Advice: what could be smaller or safer, and how",
    hint: "advice",
  },
  {
    name: "view-packages",
    context: "global",
    keys: ["4"],
    title: "Packages: who owns how many bytes",
    hint: "packages",
  },
  {
    name: "mark",
    context: "global",
    keys: ["m"],
    title: "Mark or unmark, to see what would be saved without it",
    hint: "mark",
  },
  { name: "clear-marks", context: "global", keys: ["M"], title: "Unmark everything" },
  { name: "search", context: "global", keys: ["/"], title: "Search what is shown, or all layers", hint: "search" },
  { name: "search-next", context: "global", keys: ["n"], title: "To the next match" },
  { name: "search-previous", context: "global", keys: ["N"], title: "To the match before" },
  {
    name: "filter",
    context: "global",
    keys: ["f"],
    diveKeys: ["ctrl+f", "ctrl+/"],
    title: "Filter: show only what matches",
    hint: "filter",
  },
  { name: "toggle-preview", context: "global", keys: ["p"], title: "Hide or show the preview" },
  { name: "enlarge", context: "global", keys: ["z"], title: "Enlarge the pane, or put it back", hint: "zoom" },
  { name: "divider-left", context: "global", keys: ["<"], title: "Make the left side narrower" },
  { name: "divider-right", context: "global", keys: [">"], title: "Make the left side wider" },
  { name: "copy-path", context: "global", keys: ["y"], title: "Copy the path" },
  { name: "copy-digest", context: "global", keys: ["Y"], title: "Copy the digest of the layer" },
  { name: "copy-command", context: "global", keys: ["ctrl+y"], title: "Copy the command of the layer" },
  {
    name: "extract",
    context: "global",
    keys: ["x"],
    diveKeys: ["ctrl+e"],
    title: "Write what is marked or selected to a directory",
    hint: "extract",
  },
  { name: "export-report", context: "global", keys: ["R"], title: "Write the report as JSON" },
  { name: "show-messages", context: "global", keys: ["!"], title: "Show notes about the image" },
  { name: "toggle-units", context: "global", keys: ["i"], title: "Sizes in powers of 1000 or 1024" },
  {
    name: "toggle-mouse",
    context: "global",
    keys: ["ctrl+t"],
    title: "Give the mouse to the terminal, or take it back",
  },
  { name: "palette", context: "global", keys: [":"], title: "Every command by name", hint: "commands" },
  { name: "help", context: "global", keys: ["?", "f1"], title: "What the keys do", hint: "help" },
  { name: "back", context: "global", keys: ["esc", "backspace"], title: "Back to where you were" },
  { name: "suspend", context: "global", keys: ["ctrl+z"], title: "Back to the shell until fg" },
  { name: "quit", context: "global", keys: ["q", "ctrl+c"], title: "Quit", hint: "quit" },
] as const satisfies readonly CommandDefinition[];

export type CommandName = (typeof TABLE)[number]["name"];

/** What can be done in one context, and by which keys. The same command may have one line for each context. */
export interface Command extends CommandDefinition {
  readonly name: CommandName;
}

export const COMMANDS: readonly Command[] = TABLE;
