import type { Rule } from "../rule.ts";
import { wasteDrafts } from "../waste-drafts.ts";

export const storedTwiceInOneLayer: Rule = {
  id: "stored-twice-in-one-layer",
  title: "A layer stores the same path several times",
  category: "waste",
  reason:
    "The archive of a layer may have a path more than once; only the last counts. Builders that put archives together do that, Docker's do not.",
  fix: "Name each path once where the layer is put together (the rules of the builder, the list of files, the archives that are joined).",
  example: { bad: "tar -rf layer.tar app.js\ntar -rf layer.tar app.js", good: "tar -cf layer.tar app.js" },
  counts: "The sizes of all but the last file of each path.",
  *find(context) {
    yield* wasteDrafts(context, "stored-twice-in-one-layer", "has paths again that", () => ({}));
  },
};
