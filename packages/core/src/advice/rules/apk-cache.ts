import type { Rule } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import { LEAVINGS_WORTH, leftovers } from "./leftover-files.ts";

export const apkCache: Rule = {
  id: "apk-cache",
  title: "The cache of apk is still there",
  category: "leavings",
  reason:
    "apk update and apk add without --no-cache keep the index of every repository, and with a cache set up the packages, too. apk fetches both again when it needs them.",
  fix: "Install with apk add --no-cache and leave out apk update.",
  example: { bad: "RUN apk update && apk add curl", good: "RUN apk add --no-cache curl" },
  counts: "Every file in /var/cache/apk and /etc/apk/cache that a container sees. The database in /lib/apk is needed.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/var/cache/apk", "/etc/apk/cache"],
      subject: "The cache of apk is still",
      worth: LEAVINGS_WORTH,
      snippet: (step, places) => runAnd(step, `rm -rf ${places.map((place) => `${place}/*`).join(" ")}`),
    });
  },
};
