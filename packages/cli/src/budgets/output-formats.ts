/** `--format NAME[=FILE]`: which reports of a run are made, and where they go. */
import { resolve } from "node:path";
import { didYouMean, LayerscopeError } from "@layerscope/core";
import type { Format } from "./check-run.ts";

/** What `--format` takes, each loaded when it is wanted. The table is made for a terminal and stands apart. */
const FORMATS = {
  markdown: async () => (await import("./formats/markdown.ts")).markdown,
  json: async (options) => (await import("./formats/json.ts")).jsonFormat(options),
  junit: async () => (await import("./formats/junit.ts")).junit,
  sarif: async () => (await import("./formats/sarif.ts")).sarif,
  github: async () => (await import("./formats/github.ts")).github,
  gitlab: async () => (await import("./formats/gitlab.ts")).gitlab,
  metrics: async () => (await import("./formats/metrics.ts")).metrics,
} satisfies Record<string, (options: FormatOptions) => Promise<Format>>;

export interface FormatOptions {
  /** JSON only: what every layer did to every path. */
  readonly files?: boolean;
}

type FormatName = "table" | keyof typeof FORMATS;

export const FORMAT_NAMES: readonly FormatName[] = ["table", ...(Object.keys(FORMATS) as (keyof typeof FORMATS)[])];

export interface Output {
  readonly format: FormatName;
  /** Standard output when undefined. */
  readonly file: string | undefined;
}

export interface OutputOptions extends FormatOptions {
  readonly format?: readonly string[];
  readonly json?: boolean;
  readonly output?: string;
}

/**
 * The outputs that options ask for: the table on standard output, unless something else goes there.
 * @throws LayerscopeError `invalid-option`
 */
export function outputsOf({ format = [], json, files, output }: OutputOptions): Output[] {
  const asked = [...(json ? ["json"] : []), ...format].map(parseOutput);
  if (files && !asked.some((one) => one.format === "json")) {
    throw new LayerscopeError("invalid-option", "--files needs --json", {
      hint: "For a report to compare later images with: layerscope ci IMAGE --json --files -o main.json",
    });
  }
  const [printed, second] = asked.filter(({ file }) => file === undefined);
  if (second) {
    throw new LayerscopeError(
      "invalid-option",
      `both ${printed?.format} and ${second.format} would go to standard output`,
      { hint: `Give one of them a file: --format ${second.format}=FILE` },
    );
  }
  const target = output === "-" ? undefined : output;
  const outputs = printed
    ? asked.map((one) => (one === printed ? { ...one, file: target } : one))
    : [{ format: "table" as const, file: target }, ...asked];
  const targets = outputs.flatMap(({ file }) => file ?? []);
  const paths = targets.map((file) => resolve(file));
  const twice = targets.find((_, index) => paths.indexOf(paths[index] ?? "") !== index);
  if (twice !== undefined) {
    throw new LayerscopeError("invalid-option", `two formats would be written to ${twice}`, {
      hint: "Give each its own file.",
    });
  }
  return outputs;
}

/**
 * An archive that was just checked must not be overwritten by a report on it.
 * @throws LayerscopeError `invalid-option`
 */
export function refuseInputs(outputs: readonly Output[], inputs: readonly (string | undefined)[]): void {
  const paths = new Set(inputs.flatMap((input) => (input === undefined ? [] : resolve(input))));
  const taken = outputs.find(({ file }) => file !== undefined && paths.has(resolve(file)));
  if (!taken) return;
  throw new LayerscopeError("invalid-option", `${taken.file} is read, and would be written over`, {
    hint: "Choose another file for the report.",
  });
}

/** The function that makes a format. */
export function loadFormat(format: keyof typeof FORMATS, options: FormatOptions): Promise<Format> {
  return FORMATS[format](options);
}

function parseOutput(text: string): Output {
  const at = text.indexOf("=");
  const name = at < 0 ? text : text.slice(0, at);
  const file = at < 0 ? undefined : text.slice(at + 1);
  if (!isFormatName(name)) {
    throw new LayerscopeError("invalid-option", `there is no format "${name}"${didYouMean(name, FORMAT_NAMES)}`, {
      hint: `The formats are ${FORMAT_NAMES.join(", ")}.`,
    });
  }
  if (file === "") {
    throw new LayerscopeError("invalid-option", `--format ${text} names no file`, {
      hint: `For example: --format ${name}=report.${name}`,
    });
  }
  return { format: name, file: file === "-" ? undefined : file };
}

function isFormatName(name: string): name is FormatName {
  return (FORMAT_NAMES as readonly string[]).includes(name);
}
