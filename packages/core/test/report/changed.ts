/** Documents in which one value is another. */

/** Every place of a document, such as `layers.0.entries.2.path`. */
export function placesIn(value: unknown, place: string): string[] {
  if (typeof value !== "object" || value === null) return [place];
  const below = Object.entries(value).flatMap(([key, part]) => placesIn(part, place === "" ? key : `${place}.${key}`));
  return place === "" ? below : [place, ...below];
}

/** The document's text with another value at a place; undefined takes it away. */
export function withValue(document: object, place: string, value: unknown): Uint8Array {
  const changed = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
  const keys = place.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce((at, key) => at[key] as Record<string, unknown>, changed);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return Buffer.from(JSON.stringify(changed));
}
