import type { Rule } from "../rule.ts";

export const latestBase: Rule = {
  id: "latest-base",
  title: "The base image is named by a tag that moves",
  category: "base",
  reason:
    "What `latest` means changes without notice: the same Dockerfile gives another image tomorrow, and nobody can tell from it what was built.",
  fix: "Name a release, better still with a digest.",
  example: { bad: "FROM debian", good: "FROM debian:13.2-slim@sha256:…" },
  counts:
    "No bytes. Only where the image says what it was built from: the annotation or label org.opencontainers.image.base.name.",
  *find({ base }) {
    if (base.name === undefined || (base.foundBy !== "annotation" && base.foundBy !== "label")) return;
    if (base.name.includes("@") || /^sha256:/.test(base.name)) return;
    const tag = /:([^/:]+)$/.exec(base.name)?.[1];
    if (tag !== undefined && tag !== "latest") return;
    yield { what: `it is built from ${base.name}`, layers: [0], scope: "own" };
  },
};
