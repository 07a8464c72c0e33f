/** What an action wants done outside of the state, as data. run-effects.ts does it. */
export type Effect =
  | { readonly type: "quit" }
  | { readonly type: "suspend" }
  | { readonly type: "mouse"; readonly on: boolean }
  | { readonly type: "copy"; readonly text: string; readonly what: string }
  | { readonly type: "extract"; readonly nodes: readonly number[]; readonly layer: number; readonly directory: string }
  | { readonly type: "export-report"; readonly file: string }
  | { readonly type: "hand-off"; readonly to: "pager" | "editor"; readonly node: number; readonly layer: number }
  | { readonly type: "choose-image"; readonly choice: ImageChoice };

/** One of the images, or of the platforms, that a source has: as for `--image` and `--platform`. */
export type ImageChoice = { readonly image: string } | { readonly platform: string };
