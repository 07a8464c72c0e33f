import { nameText } from "../places.ts";
import type { Rule } from "../rule.ts";
import { runAnd } from "../snippet.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

/** What licences ask to keep. */
const LICENCES = /^(?:copyright|licen[cs]e|copying|notice)/i;

export const documentation: Rule = {
  id: "documentation",
  title: "Documentation of packages is in the image",
  category: "build",
  reason: "Nobody reads changelogs and examples in a container.",
  fix: "Tell the package manager to leave documentation out before it installs: path-exclude of dpkg, tsflags=nodocs of dnf; apk never installs it.",
  example: {
    bad: "RUN dnf install -y curl",
    good: "RUN dnf install -y --setopt=tsflags=nodocs curl",
  },
  counts:
    "Files in doc, info, gtk-doc, doc-base and lintian of /usr/share and /usr/local/share, but not those that licences ask to keep: copyright, LICENSE, COPYING and NOTICE. Of base images only from one megabyte on.",
  *find(context) {
    yield* leftovers(context, {
      patterns: ["/usr/share/{doc,info,gtk-doc,doc-base,lintian}", "/usr/local/share/{doc,info,gtk-doc}"],
      subject: "Documentation is",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
      isMeant: ({ nodes }) => nodes.every((node) => !LICENCES.test(nameText(context.paths, node))),
      snippet: (step, places) =>
        runAnd(
          step,
          `find ${places.join(" ")} -type f ! -iname 'copyright*' ! -iname 'licen[cs]e*' ! -iname 'copying*' ! -iname 'notice*' -delete`,
        ),
    });
  },
};
