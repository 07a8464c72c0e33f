import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryPath } from "../../../../../test/temporary-directory.ts";
import {
  BASIC,
  blobOf,
  everythingIn,
  failure,
  type LocalServer,
  open,
  serve,
  serveProxy,
  USER,
} from "./local-server.ts";
import { makeAuthority, type TestAuthority, type TestCertificate } from "./test-certificates.ts";

const MANIFEST = blobOf('{"schemaVersion":2}');
let authority: TestAuthority;
let forLocal: TestCertificate;
let forName: TestCertificate;

beforeAll(() => {
  authority = makeAuthority();
  forLocal = authority.sign("127.0.0.1");
  forName = authority.sign("registry.example");
});

const serveManifest = (certificate?: TestCertificate): Promise<LocalServer> =>
  serve((_, response) => response.end(MANIFEST.bytes), certificate);

async function digestFrom(host: string, options: Parameters<typeof open>[1] = {}): Promise<string> {
  await using repository = open(host, options);
  return (await repository.manifest("tag")).digest;
}

describe("a certificate", () => {
  test("of an authority nobody knows is refused, also by this machine", async () => {
    await using server = await serveManifest(forLocal);
    const error = await failure(digestFrom(server.host));
    expect(error).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("its certificate is not trusted"),
    });
    expect(error.hint).toContain(`/etc/docker/certs.d/${server.host}/ca.crt`);
    expect(server.requests).toEqual([]);
  });

  test.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("of an authority in %s is taken", async (variable) => {
    await using server = await serveManifest(forLocal);
    expect(await digestFrom(server.host, { env: { [variable]: authority.path } })).toBe(MANIFEST.digest);
  });

  test.each(["docker", "containers"])("of an authority in the certs.d of %s is taken", async (tool) => {
    await using server = await serveManifest(forLocal);
    const HOME = temporaryPath();
    const directory = join(HOME, ".config", tool, "certs.d", server.host);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "ca.crt"), authority.cert);
    expect(await digestFrom(server.host, { env: { HOME } })).toBe(MANIFEST.digest);
    await using other = await serveManifest(forLocal);
    await expect(digestFrom(other.host, { env: { HOME } })).rejects.toMatchObject({ code: "unreachable" });
  });

  test("for another host is refused", async () => {
    await using server = await serveManifest(forName);
    const env = { SSL_CERT_FILE: authority.path };
    await expect(digestFrom(server.host, { env })).rejects.toThrow("its certificate is not trusted");
  });

  test("is not looked at when that is allowed", async () => {
    await using server = await serveManifest(forName);
    expect(await digestFrom(server.host, { insecure: true })).toBe(MANIFEST.digest);
  });

  describe("of our own", () => {
    const homeWith = (host: string, { cert, key }: TestCertificate): string => {
      const HOME = temporaryPath();
      const directory = join(HOME, ".config/docker/certs.d", host);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, "ca.crt"), authority.cert);
      writeFileSync(join(directory, "client.cert"), cert);
      writeFileSync(join(directory, "client.key"), key);
      return HOME;
    };

    test("is shown to a registry that wants it", async () => {
      await using server = await serveManifest({ ...forLocal, ca: authority.cert });
      expect(await digestFrom(server.host, { env: { HOME: homeWith(server.host, forName) } })).toBe(MANIFEST.digest);
      await expect(digestFrom(server.host, { env: { SSL_CERT_FILE: authority.path } })).rejects.toThrow();
    });

    test("that is none is named", async () => {
      await using server = await serveManifest(forLocal);
      const HOME = homeWith(server.host, { cert: "nonsense", key: "nonsense" });
      await expect(digestFrom(server.host, { env: { HOME } })).rejects.toMatchObject({
        code: "unreadable",
        hint: expect.stringContaining(join(HOME, ".config/docker/certs.d", server.host)),
      });
    });
  });
});

describe("without TLS", () => {
  test("this machine is spoken to", async () => {
    await using server = await serveManifest();
    expect(await digestFrom(server.host)).toBe(MANIFEST.digest);
    expect(server.requests).toHaveLength(1);
  });

  test("no other one is", async () => {
    await using server = await serveManifest();
    await using proxy = await serveProxy(() => server.host);
    const env = { HTTPS_PROXY: `http://${proxy.host}`, HTTP_PROXY: `http://${proxy.host}` };
    await expect(digestFrom("registry.example:5000", { env })).rejects.toMatchObject({
      code: "unreachable",
      hint: expect.stringContaining("--insecure"),
    });
    expect(server.requests).toEqual([]);
  });

  test("a storage is not followed to from a registry with TLS", async () => {
    await using storage = await serveManifest();
    await using server = await serve(
      (_, response) => response.writeHead(307, { location: `http://${storage.host}/` }).end(),
      forLocal,
    );
    const env = { SSL_CERT_FILE: authority.path };
    await expect(digestFrom(server.host, { env })).rejects.toThrow("without TLS");
    expect(storage.requests).toEqual([]);
  });
});

describe("a proxy", () => {
  const throughProxy = (proxy: string) => ({ HTTPS_PROXY: proxy, SSL_CERT_FILE: authority.path });

  test("leads to the registry, and TLS is with the registry", async () => {
    await using server = await serve(({ authorization }, response) => {
      if (authorization === BASIC) response.end(MANIFEST.bytes);
      else response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    }, forName);
    await using proxy = await serveProxy(() => server.host);
    const env = throughProxy(`http://me:hunter2@${proxy.host}`);
    expect(await digestFrom("registry.example", { env, as: USER })).toBe(MANIFEST.digest);
    expect(new Set(proxy.tunnels)).toEqual(new Set(["registry.example:443"]));
    expect(proxy.authorizations[0]).toBe(`Basic ${Buffer.from("me:hunter2").toString("base64")}`);
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined, BASIC]);
  });

  test("that leads to somebody else is found out", async () => {
    await using server = await serveManifest(forLocal);
    await using proxy = await serveProxy(() => server.host);
    const error = await failure(
      digestFrom("registry.example", { env: throughProxy(`http://me:hunter2@${proxy.host}`) }),
    );
    expect(error.message).toContain(`registry.example (through the proxy http://${proxy.host}): its certificate`);
    expect(everythingIn(error)).not.toContain("hunter2");
  });

  test.each([403, 407, 502])("that refuses with %i is named", async (status) => {
    await using proxy = await serveProxy(status);
    const error = await failure(
      digestFrom("registry.example", { env: throughProxy(`http://me:hunter2@${proxy.host}`) }),
    );
    expect(error).toMatchObject({
      code: "unreachable",
      message: `registry.example (through the proxy http://${proxy.host}): the proxy answers ${status}`,
    });
    expect(everythingIn(error)).not.toContain("hunter2");
  });

  test("that is not there is named", async () => {
    const error = await failure(digestFrom("registry.example", { env: throughProxy("http://127.0.0.1:1") }));
    expect(error.message).toBe("registry.example (through the proxy http://127.0.0.1:1): it refuses the connection");
  });

  test("is not asked for this machine", async () => {
    await using server = await serveManifest();
    const env = { HTTPS_PROXY: "http://127.0.0.1:1", HTTP_PROXY: "http://127.0.0.1:1" };
    expect(await digestFrom(server.host, { env })).toBe(MANIFEST.digest);
  });
});

test("a connection that is being made ends with the repository", async () => {
  const controller = new AbortController();
  let noteClose = (): void => {};
  const closed = new Promise<void>((resolve) => {
    noteClose = resolve;
  });
  // Takes the connection, and never says a word.
  const silent = createServer((socket) => {
    socket
      .on("error", () => {})
      .on("close", noteClose)
      .resume();
    controller.abort();
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const repository = open(`127.0.0.1:${port}`);
  await expect(repository.manifest("tag", controller.signal)).rejects.toMatchObject({ code: "aborted" });
  await repository[Symbol.asyncDispose]();
  await closed;
  silent.close();
});
