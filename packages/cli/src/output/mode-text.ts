/** Mode bits as `ls -l` shows them. */
import type { FileEntry } from "@layerscope/core";

const TYPE_LETTERS: Readonly<Record<FileEntry["type"], string>> = {
  file: "-",
  directory: "d",
  symlink: "l",
  char: "c",
  block: "b",
  fifo: "p",
};

/** `drwxr-xr-x`: ten characters, setuid, setgid and sticky as `s`, `s`, `t`, in capitals where the x bit is missing. */
export function modeText({ type, mode }: Pick<FileEntry, "type" | "mode">): string {
  const triple = (shift: number, special: boolean, sign: string): string => {
    const bits = mode >> shift;
    const execute = (bits & 1) !== 0;
    const last = special ? (execute ? sign : sign.toUpperCase()) : execute ? "x" : "-";
    return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${last}`;
  };
  return (
    TYPE_LETTERS[type] +
    triple(6, (mode & 0o4000) !== 0, "s") +
    triple(3, (mode & 0o2000) !== 0, "s") +
    triple(0, (mode & 0o1000) !== 0, "t")
  );
}
