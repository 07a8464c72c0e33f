/**
 * What stops the work. What is merely odd inside an image is a {@link ./diagnostic.ts Diagnostic} instead.
 * The set of codes is closed: a caller can switch over it.
 */
export type ErrorCode =
  /** The path, file or directory that was named does not exist. */
  | "not-found"
  /** It exists but the operating system refuses to read it. */
  | "unreadable"
  /** The reference cannot be understood. */
  | "invalid-reference"
  /** The reference is fine, but this version has no reader for that kind of source. */
  | "unsupported-source"
  /** The bytes are not an image archive, or not one of a known kind. */
  | "not-an-image"
  /** Compressed with something other than gzip or zstd. */
  | "unsupported-compression"
  /** A JSON document is not what its place says it is. */
  | "invalid-document"
  /** A manifest, configuration or layer that another document names is not in the archive. */
  | "missing-blob"
  /** The data ends too early. */
  | "truncated"
  /** The data contradicts its format. */
  | "corrupt"
  /** The content does not have the digest it is stored under. */
  | "digest-mismatch"
  /** A limit against hostile input was reached. */
  | "limit-exceeded"
  /** No image, platform, layer or path of that name. */
  | "no-such-image"
  | "no-such-platform"
  | "no-such-layer"
  | "no-such-path"
  /** Several images and no choice was made. */
  | "ambiguous-image"
  /** The content cannot be read (again) from this source, or is not a file's. */
  | "no-content"
  /** Writing outside the target directory was asked for, or the target cannot be written. */
  | "unsafe-path"
  | "unwritable"
  /** No engine answers, or not the one that was asked for. */
  | "no-engine"
  /** An engine or registry does not let us: permission, credentials. */
  | "refused"
  /** A registry or engine cannot be reached, or the connection broke: network, TLS, time. */
  | "unreachable"
  /** The caller's AbortSignal fired. */
  | "aborted"
  /** An option has a value that makes no sense. */
  | "invalid-option"
  /** The user's configuration file is wrong. */
  | "invalid-config";

/** Where something happened; every part that is known. */
export interface Where {
  /** The reference or path of the source. */
  readonly source?: string | undefined;
  /** The member of the archive, or the file of the directory. */
  readonly member?: string | undefined;
  /** The layer, counted from 0, the oldest. */
  readonly layer?: number | undefined;
  /** The digest the member is known by. */
  readonly digest?: string | undefined;
  /** The offset in bytes: in the uncompressed tar when the error is about tar, else in the member as stored. */
  readonly offset?: number | undefined;
  /** The path inside the image. */
  readonly path?: string | undefined;
}

export interface ErrorDetails {
  /** What the user can do about it; one sentence. */
  readonly hint?: string | undefined;
  readonly where?: Where | undefined;
  readonly cause?: unknown;
  /** What there is to choose from, for the codes that are about a choice. */
  readonly choices?: readonly string[] | undefined;
}

/** The one error type of the library. `message` is one line without a final full stop; `hint` says what to do. */
export class LayerscopeError extends Error {
  override readonly name = "LayerscopeError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: Where;
  readonly choices: readonly string[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.where = details.where ?? {};
    this.choices = details.choices ?? [];
  }

  /** The same error with more known about where it happened; what was known already stays. */
  at(where: Where): LayerscopeError {
    const error = new LayerscopeError(this.code, this.message, {
      hint: this.hint,
      where: { ...where, ...definedOnly(this.where) },
      cause: this.cause,
      choices: this.choices,
    });
    error.stack = this.stack ?? "";
    return error;
  }
}

function definedOnly(where: Where): Where {
  return Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
}

/** Turns anything thrown into a {@link LayerscopeError}; file system errors get a code that fits and a hint. */
export function toLayerscopeError(thrown: unknown, where: Where = {}): LayerscopeError {
  if (thrown instanceof LayerscopeError) return thrown.at(where);
  const { code, message } = thrown as NodeJS.ErrnoException;
  const subject = where.member ?? where.source ?? "the input";
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new LayerscopeError("not-found", `${subject}: no such file or directory`, { where, cause: thrown });
  }
  if (code === "EACCES" || code === "EPERM") {
    return new LayerscopeError("unreadable", `${subject}: permission denied`, {
      where,
      cause: thrown,
      hint: "Check the permissions of the file and of the directories above it.",
    });
  }
  if (code === "ABORT_ERR" || (thrown as Error)?.name === "AbortError") {
    return new LayerscopeError("aborted", "stopped on request", { where, cause: thrown });
  }
  return new LayerscopeError("unreadable", `${subject}: ${message ?? String(thrown)}`, { where, cause: thrown });
}

/** @throws LayerscopeError "aborted" when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LayerscopeError("aborted", "stopped on request", { cause: signal.reason });
}
