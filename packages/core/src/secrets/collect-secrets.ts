/** Everything secret in an image, with its place. */
import { NONE } from "../layer/path-table.ts";
import { firstNames } from "../metrics/stored-files.ts";
import { type HistoryTree, LOSS } from "../tree/history-tree.ts";
import { pathMask } from "../tree/path-patterns.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { secretsInLabels, secretsInStep, secretsInVariables } from "./config-secrets.ts";
import type { AllowedSecrets, Secret, SecretInFile, SecretMatch } from "./secret.ts";

export interface FoundSecrets {
  readonly secrets: readonly Secret[];
  /** Those in files that are known to be none. */
  readonly allowedSecrets: readonly SecretInFile[];
}

/**
 * What should not be in the image: in files of all layers, then in variables, labels and the history. A value of the history
 * stands once, at the first step that has it, and not at all where it is in a variable or a label that is still set.
 * @param inFiles {@link secretsInFiles}
 * @throws LayerscopeError `invalid-option` for a pattern of `allowed.paths` that is none
 */
export function collectSecrets(
  image: ScannedImage,
  inFiles: readonly SecretInFile[],
  allowed: AllowedSecrets = {},
): FoundSecrets {
  const isAllowed = allowedSecret(image, allowed);
  return {
    secrets: [...inFiles, ...secretsInConfig(image)].filter((secret) => !isAllowed(secret)),
    allowedSecrets: inFiles.filter(isAllowed),
  };
}

function allowedSecret(
  { tree }: ScannedImage,
  { fingerprints = [], kinds = [], paths = [] }: AllowedSecrets,
): (secret: Secret) => boolean {
  const known = new Set(fingerprints.map((fingerprint) => fingerprint.toLowerCase()));
  const allowedKinds = new Set(kinds);
  const mask = paths.length > 0 ? pathMask(tree.paths, paths, tree.isListed) : undefined;
  return ({ fingerprint, kind, place }) =>
    known.has(fingerprint) || allowedKinds.has(kind) || (place.kind === "file" && mask?.[place.node] === 1);
}

/**
 * The secrets in files of all layers, by layer and path: once for each time that a layer stores the file. Where no layer has
 * the path that stored it, only links to it, the first of those stands for it.
 * @param matches by entry of the tree
 */
export function secretsInFiles(
  { tree }: ScannedImage,
  matches: ReadonlyMap<number, { readonly secrets?: readonly SecretMatch[] | undefined }>,
): SecretInFile[] {
  const names = new Map<number, ReadonlyMap<number, number>>();
  const linkTo = (inode: number): number | undefined => {
    const { layer, entries, index } = tree.locate(inode);
    const ofLayer = names.get(layer) ?? firstNames(tree, layer, entries);
    names.set(layer, ofLayer);
    return ofLayer.get(index);
  };
  const found: SecretInFile[] = [];
  for (const [inode, { secrets = [] }] of matches) {
    if (secrets.length === 0) continue;
    const { layer, entries, index } = tree.locate(inode);
    const stored = entries.node[index] as number;
    const node = tree.newestRevision(stored) === NONE ? (linkTo(inode) ?? stored) : stored;
    const hiddenBy = tree.lossOf(inode) === LOSS.NONE ? undefined : tree.lossLayerOf(inode);
    const place = { kind: "file", node, layer, hiddenBy } as const;
    for (const match of secrets) found.push({ ...match, place });
  }
  return inOrder(found, tree);
}

/** Secrets in files in the order of layers, paths and lines. */
export function inOrder(secrets: readonly SecretInFile[], { paths }: HistoryTree): SecretInFile[] {
  return [...secrets].sort(
    ({ place: one, ...match }, { place: other, ...otherMatch }) =>
      one.layer - other.layer ||
      paths.comparePaths(one.node, other.node) ||
      // A layer may store the path several times.
      (one.hiddenBy ?? Number.MAX_VALUE) - (other.hiddenBy ?? Number.MAX_VALUE) ||
      (match.line ?? 0) - (otherMatch.line ?? 0) ||
      compareTexts(match.kind, otherMatch.kind) ||
      compareTexts(match.fingerprint, otherMatch.fingerprint),
  );
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
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
