import type { Rule } from "../rule.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

export const dpkgBackups: Rule = {
  id: "dpkg-backups",
  title: "Copies of dpkg's databases are still there",
  category: "leavings",
  reason:
    "Before dpkg and debconf change their databases they keep the old ones, so each is in the image twice. The copies are only read by a person who repairs a broken system.",
  fix: "Remove the copies at the end of the RUN that installs packages.",
  example: {
    bad: "RUN apt-get update && apt-get install -y curl",
    good: "RUN apt-get update && apt-get install -y curl && rm -f /var/lib/dpkg/*-old /var/cache/debconf/*-old",
  },
  counts:
    "Files whose name ends with -old in /var/lib/dpkg and /var/cache/debconf, and what is in /var/backups of dpkg, apt and alternatives.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/var/lib/dpkg/*-old", "/var/cache/debconf/*-old", "/var/backups/{dpkg,apt,alternatives}.*"],
      subject: "Copies of the databases of dpkg are still",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
    });
  },
};
