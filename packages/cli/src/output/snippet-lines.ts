/** Lines of a Dockerfile, so that they fit and can still be copied. */
import { escapeText } from "@layerscope/core";
import { cellWidth, fitEnd } from "./terminal.ts";

const GOES_ON = " \\";
const INDENT = "      ";

/**
 * The lines of a snippet, escaped. A line that is too long goes on in the next one where a blank stands, as a Dockerfile
 * allows; those of a script, where that would change it, and words without end are cut.
 */
export function snippetLines(snippet: string, width: number): string[] {
  const isScript = snippet.includes("<<");
  return snippet.split("\n").flatMap((line) => {
    const text = escapeText(line);
    if (cellWidth(text) <= width) return [text];
    if (isScript) return [fitEnd(text, width)];
    return text.startsWith("#") ? broken(text, width, { end: "", start: "# " }) : broken(text, width, CONTINUED);
  });
}

const CONTINUED = { end: GOES_ON, start: INDENT } as const;

function broken(text: string, width: number, { end, start }: { readonly end: string; readonly start: string }) {
  const indent = /^ */.exec(text)?.[0] ?? "";
  const lines: string[] = [];
  let line = "";
  for (const word of text.slice(indent.length).split(" ")) {
    const longer = line === "" ? `${indent}${word}` : `${line} ${word}`;
    if (line === "" || cellWidth(longer) <= width - end.length) line = longer;
    else {
      lines.push(`${fitEnd(line, width - end.length)}${end}`);
      line = `${start}${word}`;
    }
  }
  return [...lines, fitEnd(line, width)];
}
