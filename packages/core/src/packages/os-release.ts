import type { InspectedFile } from "../layer/file-inspector.ts";
import type { NamePattern } from "../layer/name-filter.ts";
import type { Distribution } from "./package.ts";

const NAME = "os-release";
const LONGEST = 64 * 1024;

export const OS_RELEASE_NAMES: NamePattern = `${NAME}*`;

/** Whether the file says which distribution this is: /etc/os-release, /usr/lib/os-release, or what they are links to. */
export function isOsRelease(file: InspectedFile): boolean {
  const { name } = file;
  if (!name.startsWith(NAME)) return false;
  if (name === NAME && (file.path === `etc/${NAME}` || file.path === `usr/lib/${NAME}`)) return true;
  return file.path === `usr/lib/os.release.d/${name}`;
}

/** What os-release(5) says; undefined when it does not say which distribution this is. Texts are not escaped. */
export function parseOsRelease(text: string): Distribution | undefined {
  const values = new Map<string, string>();
  for (const line of text.slice(0, LONGEST).split("\n")) {
    const equals = line.indexOf("=");
    if (equals > 0) values.set(line.slice(0, equals).trim(), unquote(line.slice(equals + 1).trim()));
  }
  const value = (key: string): string | undefined => values.get(key) || undefined;
  const id = value("ID");
  if (id === undefined) return undefined;
  return {
    id: id.toLowerCase(),
    idLike: (value("ID_LIKE") ?? "")
      .toLowerCase()
      .split(" ")
      .filter((other) => other !== ""),
    versionId: value("VERSION_ID"),
    codename: value("VERSION_CODENAME"),
    prettyName: value("PRETTY_NAME"),
  };
}

/** As a shell reads it; the file is meant to be sourced by one, but may use nothing but quotes and backslashes. */
function unquote(text: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  const end = text.lastIndexOf(quote);
  const inner = text.slice(1, end > 0 ? end : undefined);
  return quote === '"' ? inner.replace(/\\([$"\\`])/g, "$1") : inner;
}
