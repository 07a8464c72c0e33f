/** What keys and mouse do that is no command, and that no configuration changes. */

export interface FixedKeys {
  readonly title: string;
  readonly entries: readonly { readonly keys: readonly string[]; readonly title: string }[];
}

export const FIXED_KEYS: readonly FixedKeys[] = [
  {
    title: "While you type",
    entries: [
      { keys: ["enter"], title: "Take it" },
      { keys: ["esc"], title: "Leave it" },
      { keys: ["left", "right"], title: "A character back, forward" },
      { keys: ["ctrl+left"], title: "A word or a part of a path back" },
      { keys: ["ctrl+right"], title: "A word or a part of a path forward" },
      { keys: ["home", "ctrl+a"], title: "To the start" },
      { keys: ["end", "ctrl+e"], title: "To the end" },
      { keys: ["backspace"], title: "Delete the character before the cursor" },
      { keys: ["delete", "ctrl+d"], title: "Delete the character under the cursor" },
      { keys: ["ctrl+w"], title: "Delete the word or path part before the cursor" },
      { keys: ["alt+backspace"], title: "Delete the word or path part before the cursor" },
      { keys: ["ctrl+u"], title: "Delete everything before the cursor" },
      { keys: ["ctrl+k"], title: "Delete everything from the cursor on" },
    ],
  },
  {
    title: "Mouse",
    entries: [
      { keys: ["click"], title: "Go to the row" },
      { keys: ["wheel"], title: "Scroll what is under the pointer" },
      { keys: ["drag"], title: "Move the line between the two sides" },
    ],
  },
];
