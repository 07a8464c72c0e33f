/** The headers of Python's core metadata: what METADATA and PKG-INFO begin with. */
import { forEachLine } from "./database-text.ts";
import { declaredNames, declaredText } from "./declaration-text.ts";

export type Headers = ReadonlyMap<string, readonly string[]>;

const LONGEST_LICENSE_NAME = 200;

/** By key in lower case; a value that goes on in the next line has a line break in it. */
export function headersOf(beginning: Uint8Array): Headers {
  const bytes = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length);
  // The description comes after an empty line, and is most of it.
  const ends = [bytes.indexOf("\n\n"), bytes.indexOf("\n\r\n")].filter((end) => end >= 0);
  const text = bytes.toString("utf8", 0, Math.min(bytes.length, ...ends)).replace(/^\ufeff/, "");
  const headers = new Map<string, string[]>();
  let values: string[] | undefined;
  forEachLine(text, (whole) => {
    const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    if (line.startsWith(" ") || line.startsWith("\t")) {
      const last = values?.length ? values.length - 1 : undefined;
      // That there is more is all that anybody asks of it.
      if (values && last !== undefined && !values[last]?.includes("\n")) values[last] += `\n${line}`;
      return;
    }
    const colon = line.indexOf(":");
    if (colon < 1) return;
    const key = line.slice(0, colon).toLowerCase();
    values = headers.get(key) ?? [];
    values.push(line.slice(colon + 1).trim());
    headers.set(key, values);
  });
  return headers;
}

/** The expression, else the name of the license, else what it was filed under; never the text of a license. */
export function licenseOf(headers: Headers): string | undefined {
  const expression = declaredText(headers.get("license-expression")?.[0]);
  if (expression !== undefined) return expression;
  const named = declaredText(headers.get("license")?.[0]);
  if (named !== undefined && named !== "UNKNOWN" && named.length <= LONGEST_LICENSE_NAME) return named;
  const filed = (headers.get("classifier") ?? []).filter((classifier) => classifier.startsWith("License ::"));
  const names = filed.map((classifier) => classifier.slice(classifier.lastIndexOf("::") + "::".length));
  return declaredText((declaredNames(names.filter((name) => name.trim() !== "OSI Approved")) ?? []).join(", "));
}

/** Names of the packages that are always needed, or in some environment; not of those that an extra asks for. */
export function requirementsOf(headers: Headers): string[] {
  const names: string[] = [];
  for (const requirement of headers.get("requires-dist") ?? []) {
    const marker = requirement.indexOf(";");
    if (marker >= 0 && /\bextra\b/.test(requirement.slice(marker))) continue;
    const name = /^[A-Za-z0-9._-]+/.exec(requirement)?.[0];
    if (name !== undefined) names.push(name);
  }
  return names;
}
