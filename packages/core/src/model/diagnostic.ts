import type { Where } from "./errors.ts";

/** What is odd inside an image, as data. None of these stops the work. */
export type DiagnosticCode =
  /** A path with `..` that would have left the root; kept under its clamped path. */
  | "path-clamped"
  /** A whiteout or opaque marker that is not an empty regular file; obeyed all the same. */
  | "odd-marker"
  /** Left over from AUFS, or an eStargz index or landmark: not a file of the image. */
  | "format-housekeeping"
  /** The same path more than once in one layer; the last one counts. */
  | "duplicate-member"
  /** A file, link or device with other members of the same layer below it. */
  | "member-below-file"
  /** A hard link to a path that neither this layer nor the ones below have. */
  | "broken-hard-link"
  /** A member type that is not part of a filesystem (volume label, multi-volume part, vendor extension). */
  | "skipped-member"
  /** The history does not have one step for each layer, so no command can be given to any. */
  | "history-mismatch"
  /** The configuration names another number of layers than the manifest. */
  | "layer-count-mismatch"
  /** The layer is not in the archive. */
  | "layer-absent"
  /** The layer could only be read in part. */
  | "layer-incomplete"
  /** Verification was asked for, but nothing says what the layer's digest is. */
  | "not-verified"
  /** A layer's media type and its bytes disagree; the bytes are believed. */
  | "media-type-mismatch"
  /** Bytes after the end of a compressed layer; ignored. */
  | "trailing-bytes"
  /** An attestation or other manifest that is not an image. */
  | "not-an-image"
  /** A manifest that an index names is not in the archive. */
  | "manifest-absent"
  /** The archive ends too early, but what was asked for could be read. */
  | "archive-incomplete";

/** On a line that stands for diagnostics that were not kept: how many. Lists that are joined add them up. */
const NOT_KEPT = Symbol("not kept");

export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** `info` is worth knowing, `warning` casts doubt on something, `error` means numbers are incomplete. */
  readonly severity: "info" | "warning" | "error";
  /** One line without a final full stop. It may quote names from the image: escape before printing. */
  readonly message: string;
  readonly where: Where;
  readonly [NOT_KEPT]?: number;
}

/** How many diagnostics of one code are kept; the rest are only counted, so that a hostile image cannot fill memory. */
const KEPT_PER_CODE = 50;

/** Collects diagnostics, keeping the first of each code. */
export class Diagnostics {
  readonly #kept: Diagnostic[] = [];
  readonly #counts = new Map<string, { kept: number; dropped: number; severity: Diagnostic["severity"] }>();

  add(diagnostic: Diagnostic): void {
    const count = this.#counts.get(diagnostic.code) ?? { kept: 0, dropped: 0, severity: diagnostic.severity };
    this.#counts.set(diagnostic.code, count);
    const notKept = diagnostic[NOT_KEPT];
    if (notKept !== undefined) {
      count.dropped += notKept;
    } else if (count.kept < KEPT_PER_CODE) {
      count.kept++;
      this.#kept.push(diagnostic);
    } else {
      count.dropped++;
    }
  }

  addAll(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.add(diagnostic);
  }

  /** Everything kept, in the order it was found, and one line for each code of which there was more. */
  list(): Diagnostic[] {
    const more: Diagnostic[] = [];
    for (const [code, { dropped, severity }] of this.#counts) {
      if (dropped === 0) continue;
      const message = `${dropped} more of this kind`;
      more.push({ code: code as DiagnosticCode, severity, message, where: {}, [NOT_KEPT]: dropped });
    }
    return [...this.#kept, ...more];
  }
}
