import type { Rule } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import { LEAVINGS_WORTH, leftovers } from "./leftover-files.ts";

export const dnfCache: Rule = {
  id: "dnf-cache",
  title: "The cache of dnf, yum or zypper is still there",
  category: "leavings",
  reason:
    "dnf, yum, microdnf and zypper keep what they know of their repositories, often more than a hundred megabytes, and the packages that they have fetched. They fetch both again when they need them.",
  fix: "Clean the cache in the RUN that installs, or keep it in a cache mount.",
  example: {
    bad: "RUN dnf install -y curl",
    good: "RUN dnf install -y curl && dnf clean all && rm -rf /var/cache/dnf",
  },
  counts:
    "Every file that a container sees in the directories dnf, yum, libdnf5, microdnf, tdnf, zypp and PackageKit of /var/cache. The history in /var/lib/dnf is left alone.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/var/cache/{dnf,yum,libdnf5,microdnf,tdnf,zypp,PackageKit}"],
      subject: "The cache of the package manager is still",
      worth: LEAVINGS_WORTH,
      snippet: (step, places) => runAnd(step, `rm -rf ${places.map((place) => `${place}/*`).join(" ")}`),
    });
  },
};
