import { invalidConfig, readConfigFile } from "../config-file.ts";
import type { EngineTls } from "./engine-address.ts";

/** Paths of PEM files. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * Reads the files of those that are there. A certificate without its key is of no use, so that it is taken for a mistake.
 * @throws LayerscopeError `invalid-config`, `unreadable`, `limit-exceeded`
 */
export async function readTls(files: TlsFiles, verify: boolean): Promise<EngineTls> {
  const [ca, cert, key] = await Promise.all(
    [files.ca, files.cert, files.key].map((path) => path && readConfigFile(path)),
  );
  if (cert && !key) throw invalidConfig(files.cert ?? "", `has no key beside it (${files.key ?? "none is named"})`);
  if (key && !cert)
    throw invalidConfig(files.key ?? "", `has no certificate beside it (${files.cert ?? "none is named"})`);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), verify };
}
