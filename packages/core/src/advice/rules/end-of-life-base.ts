import { END_OF_LIFE_AS_OF, endOfLife } from "../end-of-life.ts";
import type { Rule } from "../rule.ts";

export const endOfLifeBase: Rule = {
  id: "end-of-life-base",
  title: "The distribution is no longer maintained",
  category: "base",
  reason:
    "Nobody mends security holes in the packages of a release that is past its end of life, and its package servers are moved away sooner or later, so that the image cannot even be built again.",
  fix: "Build on a release that is maintained.",
  example: { bad: "FROM debian:10", good: "FROM debian:13-slim" },
  counts: `No bytes. The release is what /etc/os-release says; the dates are those that the distributions announced, as of ${END_OF_LIFE_AS_OF}.`,
  *find({ inspection, today, base }) {
    const { distribution } = inspection.packages;
    if (distribution?.versionId === undefined) return;
    const lastDay = endOfLife(distribution.id, distribution.versionId);
    if (lastDay === undefined || today.toISOString().slice(0, 10) <= lastDay) return;
    const name = distribution.prettyName ?? `${distribution.id} ${distribution.versionId}`;
    // Whoever builds the image chooses its base.
    yield { what: `${name} is not maintained since ${lastDay}`, layers: base.layers > 0 ? [0] : [], scope: "own" };
  },
};
