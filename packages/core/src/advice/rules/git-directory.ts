import type { Rule } from "../rule.ts";
import { BASE_WORTH, BUILD_WORTH, leftovers } from "./leftover-files.ts";

export const gitDirectory: Rule = {
  id: "git-directory",
  title: "The history of a repository is in the image",
  category: "build",
  reason:
    "git clone fetches every version of every file. Only one of them is needed, and the address it came from may have a password in it.",
  fix: "Remove .git in the RUN that clones, clone with --depth 1, or let ADD fetch the repository, which leaves .git out.",
  example: {
    bad: "RUN git clone https://example.com/tool.git /opt/tool",
    good: "ADD https://example.com/tool.git#v1.2.3 /opt/tool",
  },
  counts:
    "Files in directories .git, .hg and .svn, wherever they are. Those that were copied are said by copied-version-control.",
  *find(context) {
    yield* leftovers(context, {
      patterns: [".git", ".hg", ".svn"],
      subject: "The history of a repository is",
      worth: BUILD_WORTH,
      baseWorth: BASE_WORTH,
    });
  },
};
