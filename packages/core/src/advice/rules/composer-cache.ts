import type { Rule } from "../rule.ts";
import { caches } from "./cache-places.ts";

export const composerCache: Rule = {
  id: "composer-cache",
  title: "The cache of Composer is still there",
  category: "leavings",
  reason: "Composer keeps the archive of every package it fetches, so each is there twice.",
  fix: "Keep the cache in a cache mount, or set COMPOSER_CACHE_DIR=/dev/null for the RUN that installs.",
  example: {
    bad: "RUN composer install --no-dev",
    good: "RUN --mount=type=cache,target=/root/.composer/cache composer install --no-dev",
  },
  counts: "Files in .composer/cache and .cache/composer of any home directory.",
  *find(context) {
    yield* caches(context, {
      patterns: ["**/.composer/cache", "**/.cache/composer"],
      subject: "What Composer has fetched is still",
    });
  },
};
