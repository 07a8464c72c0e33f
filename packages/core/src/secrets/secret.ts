/** The words of secrets: what should never have been in an image, and where it is. */

/** What kind of secret, as a stable identifier such as `private-key` or `aws-access-key`. */
export type SecretKind = string;

/** What was found in one file. */
export interface SecretMatch {
  readonly kind: SecretKind;
  /** One or two words, such as "private key". */
  readonly title: string;
  /** The value so that it can be told from others and not be used; never more than a few characters of it. Not escaped. */
  readonly masked: string;
  /** First 16 hexadecimal digits of the SHA-256 of the value: what a list of allowed ones may name. */
  readonly fingerprint: string;
  /** Counted from 1; undefined where the file as a whole is the secret. */
  readonly line?: number | undefined;
}

export type SecretPlace =
  | {
      readonly kind: "file";
      readonly node: number;
      /** The layer that stores it. */
      readonly layer: number;
      /** The layer since which no container sees it; it is in the image all the same. */
      readonly hiddenBy: number | undefined;
    }
  /** A variable or a label of the configuration. */
  | { readonly kind: "environment" | "label"; readonly name: string }
  /** A step of the history, by its index there, and the layer it made, if any. */
  | { readonly kind: "history"; readonly step: number; readonly layer: number | undefined };

export interface Secret extends SecretMatch {
  readonly place: SecretPlace;
}

export interface SecretInFile extends Secret {
  readonly place: Extract<SecretPlace, { readonly kind: "file" }>;
}

/** What is known not to be a secret. */
export interface AllowedSecrets {
  /** Patterns of paths: {@link ../tree/path-patterns.ts}. */
  readonly paths?: readonly string[] | undefined;
  readonly fingerprints?: readonly string[] | undefined;
  readonly kinds?: readonly SecretKind[] | undefined;
}
