import type { PlacedPath } from "../inspection/permissions.ts";
import type { AdviceContext } from "./advice-context.ts";
import type { Draft } from "./rule.ts";

/** Drafts about paths that are no files to be saved: one of the image's own layers, one of the base image's. */
export function* byScope<T extends PlacedPath>(
  context: AdviceContext,
  found: readonly T[],
  what: (paths: readonly T[]) => string,
): Generator<Draft> {
  for (const scope of ["own", "base"] as const) {
    const paths = found.filter(({ layer }) => context.isOwn(layer) === (scope === "own"));
    if (paths.length === 0) continue;
    const layers = [...new Set(paths.map(({ layer }) => layer))];
    yield { what: what(paths), layers, paths: paths.map(({ node }) => node), scope };
  }
}
