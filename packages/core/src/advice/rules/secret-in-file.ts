import { decodeName } from "../../model/path-text.ts";
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
    "No bytes. Values are never shown, only enough to find them. What is known to be none can be allowed by path, kind or fingerprint (docs/ci.md).",
  *find(context) {
    for (const { place, title, line, masked } of context.inspection.secrets) {
      if (place.kind !== "file") continue;
      const { node, layer, hiddenBy } = place;
      const { text: path } = decodeName(context.paths.pathOf(node));
      const where = line === undefined ? "" : `, line ${line}`;
      const gone =
        hiddenBy === undefined ? "" : `; layer ${hiddenBy} hides it, which does not take it out of the image`;
      yield {
        what: `${title} (${masked}) in /${path}${where}${gone}`,
        layers: hiddenBy === undefined ? [layer] : [layer, hiddenBy],
        paths: [node],
        scope: context.isOwn(layer) ? "own" : "base",
      };
    }
  },
};
