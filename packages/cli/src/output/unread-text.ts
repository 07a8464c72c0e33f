/** What cannot be known where files could not be looked into; empty where all could be. */
export function unreadText(layers: readonly number[]): string {
  const [first] = layers;
  const last = layers.at(-1);
  if (first === undefined || last === undefined) return "";
  const isRow = last - first === layers.length - 1;
  const which =
    layers.length === 1 ? `layer ${first}` : isRow ? `layers ${first} to ${last}` : `layers ${layers.join(", ")}`;
  return `files of ${which} could not be looked into, so packages and secrets there are not known`;
}
