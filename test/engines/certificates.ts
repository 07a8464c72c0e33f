import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An authority that lives in a directory: `ca.pem` and its key. */
export function makeAuthority(directory: string, name: string): void {
  mkdirSync(directory, { recursive: true });
  openssl(directory, "req", "-x509", ...NEW_KEY, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", `/CN=${name}`);
}

/**
 * `cert.pem` and `key.pem` in a directory.
 * @param extensions lines of openssl's, such as `subjectAltName=DNS:localhost`
 */
export function makeCertificate(
  authority: string,
  directory: string,
  name: string,
  extensions: readonly string[],
): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "extensions"), extensions.join("\n"));
  openssl(directory, "req", ...NEW_KEY, "-keyout", "key.pem", "-out", "request.pem", "-subj", `/CN=${name}`);
  const signer = ["-CA", join(authority, "ca.pem"), "-CAkey", join(authority, "ca-key.pem"), "-CAcreateserial"];
  openssl(directory, "x509", "-req", "-in", "request.pem", ...signer, "-extfile", "extensions", "-out", "cert.pem");
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(cwd: string, ...args: string[]): void {
  execFileSync("openssl", args, { cwd, stdio: "pipe" });
}
