import type { Rule } from "../rule.ts";
import { BASE_WORTH, LEAVINGS_WORTH, leftovers } from "./leftover-files.ts";

export const gemCache: Rule = {
  id: "gem-cache",
  title: "Archives of installed gems are still there",
  category: "leavings",
  reason: "RubyGems and Bundler keep the archive of every gem beside its installed files, so each gem is there twice.",
  fix: "Remove the directory cache of the gems in the RUN that installs them.",
  example: {
    bad: "RUN bundle install",
    good: 'RUN bundle install && rm -rf "$BUNDLE_PATH"/ruby/*/cache',
  },
  counts:
    "Files in the directory cache of gem directories: of /usr/local/bundle, of Ruby's own, of vendor/bundle, and of .bundle and .gem in any directory. A vendor/cache that belongs to the application is left alone.",
  *find(context) {
    yield* leftovers(context, {
      patterns: [
        "/usr/local/bundle/{cache,ruby/*/cache}",
        "/usr/{lib,local/lib}/ruby/gems/*/cache",
        "/var/lib/gems/*/cache",
        "/usr/share/gems/cache",
        "**/vendor/bundle/ruby/*/cache",
        "**/.bundle/{cache,ruby/*/cache}",
        "**/.gem/ruby/*/cache",
        "**/.local/share/gem/ruby/*/cache",
        "**/.rbenv/versions/*/lib/ruby/gems/*/cache",
        "/usr/local/rvm/gems/*/cache",
      ],
      subject: "Archives of gems are still",
      worth: LEAVINGS_WORTH,
      baseWorth: BASE_WORTH,
      unlessLinked: true,
    });
  },
};
