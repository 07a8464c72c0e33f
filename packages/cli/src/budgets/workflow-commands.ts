/**
 * Workflow commands: lines in the log of a job that GitHub's runner acts on instead of showing them. It reads both standard
 * output and standard error.
 */

export interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  /** May have several lines. */
  readonly message: string;
  /** A file of the repository, from its root, with `/`. */
  readonly file?: string | undefined;
  /** Counted from 1. */
  readonly line?: number | undefined;
}

/** The command that makes an annotation, one line with its end, whatever is in the texts. */
export function annotationCommand({ level, title, message, file, line }: Annotation): string {
  const place = file === undefined ? {} : { file, ...(line !== undefined && { line: String(line) }) };
  const properties = Object.entries({ ...place, title }).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${level} ${properties.join(",")}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
