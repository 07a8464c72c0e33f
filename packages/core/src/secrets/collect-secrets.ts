/** Everything secret in an image, with its place. */
import { LOSS } from "../tree/history-tree.ts";
import { pathMask } from "../tree/path-patterns.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { secretsInLabels, secretsInStep, secretsInVariables } from "./config-secrets.ts";
import type { AllowedSecrets, Secret, SecretMatch } from "./secret.ts";

/**
 * What should not be in the image: in files of all layers by layer and path, once for each time that a layer stores the file,
 * then in variables, labels and the history. A value of the history stands once, at the first step that has it, and not at
 * all where it is in a variable or a label that is still set.
 * @param matches by entry of the tree
 * @throws LayerscopeError `invalid-option` for a pattern of `allowed.paths` that is none
 */
export function collectSecrets(
  image: ScannedImage,
  matches: ReadonlyMap<number, { readonly secrets?: readonly SecretMatch[] | undefined }>,
  allowed: AllowedSecrets = {},
): Secret[] {
  const isAllowed = allowedMatch(allowed);
  const secrets = [...secretsInFiles(image, matches, allowed), ...secretsInConfig(image)];
  return secrets.filter((secret) => !isAllowed(secret));
}

function allowedMatch({ fingerprints = [], kinds = [] }: AllowedSecrets): (match: SecretMatch) => boolean {
  const known = new Set(fingerprints.map((fingerprint) => fingerprint.toLowerCase()));
  const allowedKinds = new Set(kinds);
  return ({ fingerprint, kind }) => known.has(fingerprint) || allowedKinds.has(kind);
}

function secretsInFiles(
  { tree }: ScannedImage,
  matches: ReadonlyMap<number, { readonly secrets?: readonly SecretMatch[] | undefined }>,
  { paths: patterns = [] }: AllowedSecrets,
): Secret[] {
  const { paths } = tree;
  const mask = patterns.length > 0 ? pathMask(paths, patterns) : undefined;
  const files = [];
  for (const [inode, { secrets }] of matches) {
    if (!secrets || secrets.length === 0) continue;
    const { layer, entries, index } = tree.locate(inode);
    const node = entries.node[index] as number;
    if (mask?.[node] === 1) continue;
    const hiddenBy = tree.lossOf(inode) === LOSS.NONE ? undefined : tree.lossLayerOf(inode);
    files.push({ secrets, place: { kind: "file", node, layer, inode, hiddenBy } as const });
  }
  files.sort(
    ({ place: one }, { place: other }) =>
      one.layer - other.layer || paths.comparePaths(one.node, other.node) || one.inode - other.inode,
  );
  return files.flatMap(({ secrets, place }) => secrets.map((match) => ({ ...match, place })));
}

function secretsInConfig({ document, layers }: ScannedImage): Secret[] {
  const { config } = document;
  const secrets: Secret[] = [
    ...secretsInVariables(config).map(({ name, match }) => ({
      ...match,
      place: { kind: "environment", name } as const,
    })),
    ...secretsInLabels(config).map(({ name, match }) => ({ ...match, place: { kind: "label", name } as const })),
  ];
  const known = new Set(secrets.map(({ fingerprint }) => fingerprint));
  for (const [step, historyStep] of config.history.entries()) {
    for (const match of secretsInStep(historyStep)) {
      if (known.has(match.fingerprint)) continue;
      known.add(match.fingerprint);
      const layer = layers.find((one) => one.step === historyStep)?.index;
      secrets.push({ ...match, place: { kind: "history", step, layer } });
    }
  }
  return secrets;
}
