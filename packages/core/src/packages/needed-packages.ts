import type { DeclaredPackage } from "./package.ts";

const MOST_NEEDS = 1000;
const MOST_PROVIDED = 2_000_000;

/** A package with what it needs and what it stands in for, in the words of its database: names, libraries, commands. */
export interface DependentPackage {
  readonly declared: DeclaredPackage;
  readonly needs: readonly string[];
  readonly provides: readonly string[];
}

/**
 * The packages, each with the names of those it needs. What several packages provide is taken from the first of them.
 * @param isNameOtherwise whether a need that no package of these meets is the name of a package nevertheless
 */
export function withNeededPackages(
  packages: readonly DependentPackage[],
  isNameOtherwise: boolean,
): readonly DeclaredPackage[] {
  const providers = new Map<string, string>();
  for (const { declared } of packages) providers.set(declared.name, declared.name);
  for (const { declared, provides } of packages) {
    for (const provided of provides) {
      if (providers.size >= MOST_PROVIDED) break;
      if (!providers.has(provided)) providers.set(provided, declared.name);
    }
  }
  return packages.map(({ declared, needs }) => {
    const required = new Set<string>();
    for (const need of needs) {
      const name = providers.get(need) ?? (isNameOtherwise ? need : undefined);
      if (name !== undefined && name !== declared.name && required.size < MOST_NEEDS) required.add(name);
    }
    return required.size > 0 ? { ...declared, requires: [...required] } : declared;
  });
}
