import { decodeName } from "../../model/path-text.ts";
import type { Secret, SecretInFile } from "../../secrets/secret.ts";
import type { Rule } from "../rule.ts";

export const secretInFile: Rule = {
  id: "secret-in-file",
  title: "A secret is stored in a layer",
  category: "security",
  reason:
    "Whoever can pull the image can read every file of every layer, also one that a later layer removed: a secret that was ever copied in is given away.",
  fix: "Make the secret invalid, and give the build what it needs with RUN --mount=type=secret, or the container at run time. Removing the file in a later layer does not help.",
  example: {
    bad: "COPY .npmrc /root/\nRUN npm ci && rm /root/.npmrc",
    good: "RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci",
  },
  counts:
    "No bytes. Looked into are files whose names or places tell that they may have secrets, not those of packages, and no programs of more than 64 KiB nor settings of more than 256 KiB. Values are never shown, only enough to find them. What is known to be none can be allowed by path, kind or fingerprint (docs/ci.md).",
  *find(context) {
    for (const places of byPathAndValue(context.inspection.secrets)) {
      const last = places.at(-1) as SecretInFile;
      const { node, hiddenBy } = last.place;
      const { text: path } = decodeName(context.paths.pathOf(node));
      const where = last.line === undefined ? "" : `, line ${last.line}`;
      const storing = places.map(({ place }) => place.layer);
      const again = storing.length > 1 ? `; ${storing.length} layers store it` : "";
      const gone =
        hiddenBy === undefined ? "" : `; layer ${hiddenBy} hides it, which does not take it out of the image`;
      yield {
        what: `${last.title} (${last.masked}) in /${path}${where}${again}${gone}`,
        layers: hiddenBy === undefined ? storing : [...storing, hiddenBy],
        paths: [node],
        scope: storing.some((layer) => context.isOwn(layer)) ? "own" : "base",
      };
    }
  },
};

/** The same value at the same path is one secret, however many layers store it: those are oldest first. */
function byPathAndValue(secrets: readonly Secret[]): Iterable<readonly SecretInFile[]> {
  const groups = new Map<string, SecretInFile[]>();
  for (const secret of secrets) {
    const { place, kind, fingerprint } = secret;
    if (place.kind !== "file") continue;
    const key = `${place.node} ${kind} ${fingerprint}`;
    const group = groups.get(key);
    if (group) group.push({ ...secret, place });
    else groups.set(key, [{ ...secret, place }]);
  }
  return groups.values();
}
