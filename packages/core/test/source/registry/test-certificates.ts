/** Certificates for tests: an authority of our own, and what it signs. Made anew each time, by openssl. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryPath } from "../../../../../test/temporary-directory.ts";

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  /** For a server: by whom the certificate must be signed that a client has to show. */
  readonly ca?: string;
}

export interface TestAuthority {
  /** The file with its own certificate. */
  readonly path: string;
  readonly cert: string;
  /** @param name a host or IPv4 address */
  sign(name: string): TestCertificate;
}

export function makeAuthority(): TestAuthority {
  const directory = temporaryPath();
  mkdirSync(directory);
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  };
  const read = (name: string): string => readFileSync(join(directory, name), "utf8");
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-subj",
    "/CN=test authority",
    "-days",
    "2",
  );
  return {
    path: join(directory, "ca.crt"),
    cert: read("ca.crt"),
    sign(name) {
      const kind = /^[\d.]+$/.test(name) ? "IP" : "DNS";
      writeFileSync(join(directory, "extensions"), `subjectAltName=${kind}:${name}`);
      openssl("req", ...newKey, "-keyout", "key", "-out", "request", "-subj", `/CN=${name}`);
      const by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "extensions"];
      openssl("x509", "-req", "-in", "request", "-out", "cert", ...by);
      return { cert: read("cert"), key: read("key") };
    },
  };
}
