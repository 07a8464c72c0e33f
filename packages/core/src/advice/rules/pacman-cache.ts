import type { Rule } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import { LEAVINGS_WORTH, leftovers } from "./leftover-files.ts";

export const pacmanCache: Rule = {
  id: "pacman-cache",
  title: "Downloads of pacman are still there",
  category: "leavings",
  reason: "pacman keeps the archive of every package it installs. Nothing that runs in a container reads them.",
  fix: "Remove the archives in the RUN that installs, or keep them in a cache mount.",
  example: {
    bad: "RUN pacman -Syu --noconfirm curl",
    good: "RUN pacman -Syu --noconfirm curl && rm -rf /var/cache/pacman/pkg/* /var/lib/pacman/sync/*",
  },
  counts: "Every file in /var/cache/pacman/pkg and /var/lib/pacman/sync that a container sees.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/var/cache/pacman/pkg", "/var/lib/pacman/sync"],
      subject: "What pacman has fetched is still",
      worth: LEAVINGS_WORTH,
      snippet: (step, places) => runAnd(step, `rm -rf ${places.map((place) => `${place}/*`).join(" ")}`),
    });
  },
};
