import type { Rule } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

export const manPages: Rule = {
  id: "man-pages",
  title: "Manual pages are in the image",
  category: "build",
  reason: "Manual pages are for people at a terminal; images usually do not even have the program that shows them.",
  fix: "Tell the package manager to leave them out before it installs: path-exclude=/usr/share/man/* of dpkg, tsflags=nodocs of dnf.",
  example: {
    bad: "RUN apt-get update && apt-get install -y git",
    good: "RUN echo 'path-exclude=/usr/share/man/*' > /etc/dpkg/dpkg.cfg.d/no-manuals && apt-get update && apt-get install -y git",
  },
  counts:
    "Files in man directories of /usr/share, /usr/local and /usr/local/share. Of base images only from one megabyte on.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/usr/share/man", "/usr/local/man", "/usr/local/share/man", "/var/cache/man"],
      subject: "Manual pages are",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
      // Some packages do not install where the directories are missing.
      snippet: (step, places) => runAnd(step, `find ${places.join(" ")} -type f -delete`),
    });
  },
};
