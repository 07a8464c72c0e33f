/** Which certificates a registry is trusted by, and which one we show it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { LayerscopeError } from "../../model/errors.ts";

/** Where systems keep the authorities that they trust, in one file. The first that is there counts. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * What engines would use for a host with its port: the system's authorities (SSL_CERT_FILE instead, where it is set), those of
 * NODE_EXTRA_CA_CERTS, and what lies in `certs.d/HOST[:PORT]/` of Docker and of containers: `*.crt` authorities, and a
 * `*.cert` with its `*.key` to show to the registry.
 * @throws LayerscopeError `unreadable` when a file of these holds no certificate
 */
export function secureContextFor(host: string, env: NodeJS.ProcessEnv): SecureContext {
  const directories = certificateDirectories(env).map((directory) => join(directory, host));
  const bundle = env.SSL_CERT_FILE ? readIfThere(env.SSL_CERT_FILE) : firstThatIsThere(SYSTEM_BUNDLES);
  const extra = env.NODE_EXTRA_CA_CERTS ? readIfThere(env.NODE_EXTRA_CA_CERTS) : undefined;
  const own = directories.flatMap((directory) => readAll(directory, ".crt"));
  const client = directories.flatMap(clientCertificate).at(0);
  const ca = [...(bundle === undefined ? rootCertificates : [bundle]), ...(extra === undefined ? [] : [extra]), ...own];
  try {
    return createSecureContext({ ca, ...client });
  } catch (thrown) {
    throw new LayerscopeError(
      "unreadable",
      `the certificates for ${host} cannot be used: ${(thrown as Error).message}`,
      {
        cause: thrown,
        hint: `Check SSL_CERT_FILE, NODE_EXTRA_CA_CERTS and ${directories.join(", ")}.`,
      },
    );
  }
}

function certificateDirectories({ HOME, XDG_CONFIG_HOME }: NodeJS.ProcessEnv): string[] {
  const config = XDG_CONFIG_HOME || (HOME ? join(HOME, ".config") : undefined);
  const own = config ? [join(config, "docker/certs.d"), join(config, "containers/certs.d")] : [];
  return [...own, "/etc/docker/certs.d", "/etc/containers/certs.d"];
}

function clientCertificate(directory: string): { cert: string; key: string }[] {
  return filesIn(directory, ".cert").flatMap((name) => {
    const cert = readIfThere(join(directory, name));
    const key = readIfThere(join(directory, name.replace(/cert$/, "key")));
    return cert === undefined || key === undefined ? [] : [{ cert, key }];
  });
}

function readAll(directory: string, ending: string): string[] {
  return filesIn(directory, ending).flatMap((name) => readIfThere(join(directory, name)) ?? []);
}

function filesIn(directory: string, ending: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(ending))
      .sort();
  } catch {
    return [];
  }
}

function firstThatIsThere(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = readIfThere(path);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** What cannot be read is left out, as engines do: the certificate is then not trusted, and the error says where to look. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
