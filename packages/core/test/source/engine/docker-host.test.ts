import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dockerAddresses } from "../../../src/source/engine/docker-host.ts";
import { engineAddresses } from "../../../src/source/engine/engine-addresses.ts";
import { errorOf, homeWith, listenAt, socketOnDisk, systemOf } from "./system.ts";

const home = homeWith();

describe("DOCKER_HOST", () => {
  test.each([
    ["unix:///run/x.sock", "unix:///run/x.sock"],
    ["unix:///run/a b?c#d@e.sock", "unix:///run/a b?c#d@e.sock"],
    ["unix://", "unix:///var/run/docker.sock"],
    ["/run/x.sock", "unix:///run/x.sock"],
    ["./x.sock", "unix://./x.sock"],
    [" unix:///run/x.sock\n", "unix:///run/x.sock"],
    ["tcp://host.example", "tcp://host.example:2375"],
    ["tcp://host.example:", "tcp://host.example:2375"],
    ["tcp://host.example:99", "tcp://host.example:99"],
    ["tcp://host.example:99/", "tcp://host.example:99"],
    ["tcp://host.example/prefix", "tcp://host.example:2375/prefix"],
    ["TCP://host.example", "tcp://host.example:2375"],
    ["tcp://", "tcp://localhost:2375"],
    ["tcp://:2377", "tcp://localhost:2377"],
    ["tcp://[::1]", "tcp://[::1]:2375"],
    ["tcp://[fe80::1]:99", "tcp://[fe80::1]:99"],
    ["tcp://127.0.0.1:99", "tcp://127.0.0.1:99"],
    ["tcp://user:secret@host.example:99", "tcp://host.example:99"],
    ["host.example", "tcp://host.example:2375"],
    ["host.example:99", "tcp://host.example:99"],
  ])("%s means %s", async (DOCKER_HOST, url) => {
    expect(await dockerAddresses(systemOf(home, { DOCKER_HOST }))).toEqual([
      { url, origin: "DOCKER_HOST", isExplicit: true },
    ]);
  });

  test.each([
    ["ssh://host.example", "ssh://host.example", { host: "host.example" }],
    ["ssh://me@host.example", "ssh://me@host.example", { user: "me", host: "host.example" }],
    ["ssh://host.example:2222", "ssh://host.example:2222", { host: "host.example", port: 2222 }],
    ["ssh://me@[::1]:2222", "ssh://me@[::1]:2222", { user: "me", host: "::1", port: 2222 }],
    ["ssh://[fe80::1%eth0]", "ssh://[fe80::1%eth0]", { host: "fe80::1%eth0" }],
    ["ssh://a_host/", "ssh://a_host", { host: "a_host" }],
    ["ssh://d%5Cme@host.example", "ssh://d%5Cme@host.example", { user: "d\\me", host: "host.example" }],
    [
      "ssh://host.example/run/a%20b.sock",
      "ssh://host.example/run/a%20b.sock",
      { host: "host.example", socketPath: "/run/a b.sock" },
    ],
  ])("%s is taken apart for ssh", async (DOCKER_HOST, url, ssh) => {
    expect(await dockerAddresses(systemOf(home, { DOCKER_HOST }))).toEqual([
      { url, origin: "DOCKER_HOST", isExplicit: true, ssh },
    ]);
  });

  test.each([
    "http+unix:///run/x.sock",
    "http://host.example",
    "fd://",
    "://host.example",
    "tcp://host.example:0",
    "tcp://host.example:65536",
    "tcp://host.example:99?x=1",
    "tcp://host.example:ninety",
    "tcp://::1",
    "tcp://[::1",
    "tcp://[host.example]:99",
    "tcp://[fe80::1%eth0]:99",
    "tcp://host example",
    "tcp://-host",
    "tcp://300.1.1.1",
    "host.example:2375:2376",
    "unix:///run/a\nb.sock",
    "unix:///run/a\0b.sock",
    "ssh://",
    "ssh://-oProxyCommand=touch",
    "ssh://-oProxyCommand=touch@host.example",
    "ssh://%2doProxyCommand=touch@host.example",
    "ssh://a%20b@host.example",
    "ssh://a%00b@host.example",
    "ssh://%zz@host.example",
    "ssh://host.example/run/x%0a.sock",
    "ssh://host.example/run?x",
    "npipe:////./pipe/docker_engine",
  ])("%j is refused", async (DOCKER_HOST) => {
    const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_HOST })));
    expect(error.code).toBe("invalid-option");
    expect(error.message).toContain("DOCKER_HOST says");
    expect(error.hint).toContain("tcp://HOST:PORT");
  });

  test.each(["ssh://me:secret@host.example", "http://me:secret@host.example", "tcp://me:sec/secret@ho st"])(
    "the password in %s is not repeated",
    async (DOCKER_HOST) => {
      const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_HOST })));
      expect(`${error.message} ${error.hint}`).not.toContain("sec");
    },
  );

  test("beats DOCKER_CONTEXT and the current context, which are not looked at", async () => {
    const home = homeWith({ ".docker/config.json": "broken" });
    const system = systemOf(home, { DOCKER_HOST: "unix:///run/x.sock", DOCKER_CONTEXT: "missing" });
    expect(await dockerAddresses(system)).toMatchObject([{ url: "unix:///run/x.sock" }]);
  });

  test("counts as unset when it is empty", async () => {
    expect(await dockerAddresses(systemOf(home, { DOCKER_HOST: "" }))).toEqual([]);
    expect(await dockerAddresses(systemOf(home, { DOCKER_HOST: " " }))).toEqual([]);
  });

  test.each([
    ["npipe://", "npipe:////./pipe/docker_engine"],
    ["npipe:////./pipe/other", "npipe:////./pipe/other"],
    ["npipe://\\\\.\\pipe\\other", "npipe:////./pipe/other"],
    ["tcp://host.example", "tcp://host.example:2375"],
  ])("on Windows %s means %s", async (DOCKER_HOST, url) => {
    const system = systemOf(home, { DOCKER_HOST }, [], { platform: "win32" });
    expect(await dockerAddresses(system)).toMatchObject([{ url }]);
  });
});

describe("TLS", () => {
  const withFiles = homeWith({
    ".docker/ca.pem": "CA",
    ".docker/cert.pem": "CERT",
    ".docker/key.pem": "KEY",
    "certs/ca.pem": "other CA",
    "half/ca.pem": "CA",
    "half/cert.pem": "CERT",
    "other-half/ca.pem": "CA",
    "other-half/key.pem": "KEY",
  });
  const tlsOf = async (home: string, env: NodeJS.ProcessEnv) => {
    const [address] = await dockerAddresses(systemOf(home, { DOCKER_HOST: "tcp://host.example", ...env }));
    return { url: address?.url, tls: address?.tls };
  };

  test("is off for tcp unless it is asked for, whatever files there are", async () => {
    expect(await tlsOf(withFiles, { DOCKER_CERT_PATH: join(withFiles, "certs") })).toEqual({
      url: "tcp://host.example:2375",
      tls: undefined,
    });
  });

  test.each(["1", "0", "false"])("is on and checked with DOCKER_TLS_VERIFY=%s", async (DOCKER_TLS_VERIFY) => {
    expect(await tlsOf(withFiles, { DOCKER_TLS_VERIFY })).toEqual({
      url: "tcp://host.example:2376",
      tls: { ca: Buffer.from("CA"), cert: Buffer.from("CERT"), key: Buffer.from("KEY"), verify: true },
    });
  });

  test("is on and not checked with DOCKER_TLS alone", async () => {
    expect((await tlsOf(withFiles, { DOCKER_TLS: "1" })).tls?.verify).toBe(false);
    expect((await tlsOf(withFiles, { DOCKER_TLS: "1", DOCKER_TLS_VERIFY: "1" })).tls?.verify).toBe(true);
    expect(await tlsOf(home, { DOCKER_TLS: "1" })).toEqual({ url: "tcp://host.example:2376", tls: { verify: false } });
  });

  test("takes its files from DOCKER_CERT_PATH, or else from DOCKER_CONFIG", async () => {
    const files = { ca: Buffer.from("other CA"), verify: true };
    const directory = join(withFiles, "certs");
    expect((await tlsOf(withFiles, { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: directory })).tls).toEqual(files);
    expect((await tlsOf(withFiles, { DOCKER_TLS_VERIFY: "1", DOCKER_CONFIG: directory })).tls).toEqual(files);
  });

  test("keeps a port that is said", async () => {
    const env = { DOCKER_TLS_VERIFY: "1", DOCKER_HOST: "tcp://host.example:2375" };
    expect((await tlsOf(withFiles, env)).url).toBe("tcp://host.example:2375");
  });

  test("is for tcp only: its files are not read for a socket or for ssh", async () => {
    for (const DOCKER_HOST of ["unix:///run/x.sock", "ssh://host.example"]) {
      expect((await tlsOf(home, { DOCKER_TLS_VERIFY: "1", DOCKER_HOST })).tls).toBeUndefined();
    }
  });

  test("without a host means this machine, as for docker", async () => {
    expect(await dockerAddresses(systemOf(withFiles, { DOCKER_TLS_VERIFY: "1" }))).toMatchObject([
      { url: "tcp://localhost:2376", origin: "DOCKER_TLS_VERIFY", isExplicit: true, tls: { verify: true } },
    ]);
    expect(await dockerAddresses(systemOf(withFiles, { DOCKER_TLS: "1" }))).toMatchObject([
      { url: "tcp://localhost:2376", origin: "DOCKER_TLS", isExplicit: true, tls: { verify: false } },
    ]);
  });

  test("needs ca.pem to check", async () => {
    const error = await errorOf(tlsOf(home, { DOCKER_TLS_VERIFY: "1" }));
    expect(error.code).toBe("invalid-config");
    expect(error.message).toContain(join(home, ".docker/ca.pem"));
  });

  test("needs a key for a certificate, and a certificate for a key", async () => {
    for (const [folder, there] of [
      ["half", "cert.pem"],
      ["other-half", "key.pem"],
    ] as const) {
      const DOCKER_CERT_PATH = join(withFiles, folder);
      const error = await errorOf(tlsOf(home, { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH }));
      expect(error.code).toBe("invalid-config");
      expect(error.message).toContain(join(DOCKER_CERT_PATH, there));
    }
  });
});

describe("DOCKER_API_VERSION", () => {
  test.each([
    ["1.44", "1.44"],
    ["v1.44", "1.44"],
  ])("%s asks for %s", async (DOCKER_API_VERSION, apiVersion) => {
    const system = systemOf(home, { DOCKER_API_VERSION, DOCKER_HOST: "unix:///run/x.sock" });
    expect(await dockerAddresses(system)).toMatchObject([{ apiVersion }]);
    const found = await dockerAddresses(systemOf(home, { DOCKER_API_VERSION }, ["/var/run/docker.sock"]));
    expect(found).toMatchObject([{ apiVersion }]);
  });

  test.each(["1", "latest", "1.44/../x", "1.44\n"])("%j is refused", async (DOCKER_API_VERSION) => {
    const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_API_VERSION })));
    expect(error.code).toBe("invalid-option");
    expect(error.message).toContain("DOCKER_API_VERSION");
  });

  test("is left out when it is not said", async () => {
    const [address] = await dockerAddresses(systemOf(home, { DOCKER_HOST: "unix:///run/x.sock" }));
    expect(address).not.toHaveProperty("apiVersion");
  });
});

describe("when nothing is said", () => {
  const places = [
    ["/var/run/docker.sock", "the default socket"],
    ["/run/mine/docker.sock", "rootless Docker's socket"],
    ["/run/user/1000/docker.sock", "rootless Docker's socket"],
    [join(home, ".docker/run/docker.sock"), "Docker's socket of the user"],
    [join(home, ".docker/desktop/docker.sock"), "Docker Desktop's socket"],
    [join(home, ".orbstack/run/docker.sock"), "OrbStack's socket"],
    [join(home, ".colima/default/docker.sock"), "Colima's socket"],
    [join(home, ".config/colima/default/docker.sock"), "Colima's socket"],
    [join(home, ".rd/docker.sock"), "Rancher Desktop's socket"],
    [join(home, ".lima/docker/sock/docker.sock"), "Lima's socket"],
  ] as const;
  const env = { XDG_RUNTIME_DIR: "/run/mine" };

  test.each(["linux", "darwin"] as const)("on %s all sockets that are there are tried, in order", async (platform) => {
    const system = systemOf(
      home,
      env,
      places.map(([path]) => path),
      { platform },
    );
    expect(await dockerAddresses(system)).toEqual(
      places.map(([path, origin]) => ({ url: `unix://${path}`, origin, isExplicit: false })),
    );
  });

  test.each(places)("%s alone is found", async (path, origin) => {
    expect(await dockerAddresses(systemOf(home, env, [path]))).toEqual([
      { url: `unix://${path}`, origin, isExplicit: false },
    ]);
  });

  test("nothing is found where there are no sockets", async () => {
    expect(await dockerAddresses(systemOf(home, env))).toEqual([]);
  });

  test("variables say where Colima and Lima have their files", async () => {
    const there = ["/c/default/docker.sock", "/l/docker/sock/docker.sock", "/x/colima/default/docker.sock"];
    const urlsWith = async (env: NodeJS.ProcessEnv) =>
      (await dockerAddresses(systemOf(home, env, there))).map(({ url }) => url);
    expect(await urlsWith({ COLIMA_HOME: "/c" })).toEqual(["unix:///c/default/docker.sock"]);
    expect(await urlsWith({ LIMA_HOME: "/l" })).toEqual(["unix:///l/docker/sock/docker.sock"]);
    expect(await urlsWith({ XDG_CONFIG_HOME: "/x" })).toEqual(["unix:///x/colima/default/docker.sock"]);
  });

  test("on Windows the pipes are tried", async () => {
    const system = systemOf(home, {}, ["/var/run/docker.sock"], { platform: "win32", userId: undefined });
    expect(await dockerAddresses(system)).toEqual([
      { url: "npipe:////./pipe/docker_engine", origin: "the default pipe", isExplicit: false },
      { url: "npipe:////./pipe/dockerDesktopLinuxEngine", origin: "Docker Desktop's pipe", isExplicit: false },
    ]);
  });

  test("only sockets count, and each one once", async () => {
    const home = homeWith({ ".rd/docker.sock": "a file", ".docker/config.json": {} });
    await listenAt(join(home, ".docker/run/docker.sock"));
    mkdirSync(join(home, ".colima/default/docker.sock"), { recursive: true });
    mkdirSync(join(home, ".orbstack/run"), { recursive: true });
    symlinkSync(join(home, ".docker/run/docker.sock"), join(home, ".orbstack/run/docker.sock"));
    mkdirSync(join(home, ".docker/desktop"));
    symlinkSync("nowhere", join(home, ".docker/desktop/docker.sock"));
    const socketAt = (path: string) => (path.startsWith(home) ? socketOnDisk(path) : Promise.resolve(undefined));
    expect(await dockerAddresses(systemOf(home, {}, [], { socketAt }))).toEqual([
      { url: `unix://${home}/.docker/run/docker.sock`, origin: "Docker's socket of the user", isExplicit: false },
    ]);
  });
});

test("the environment that is given counts, not that of the process", async () => {
  const addresses = await engineAddresses("docker", { HOME: home, DOCKER_HOST: "tcp://host.example" });
  expect(addresses).toEqual([{ url: "tcp://host.example:2375", origin: "DOCKER_HOST", isExplicit: true }]);
  const podman = await engineAddresses("podman", { HOME: home, CONTAINER_HOST: "tcp://host.example:99" });
  expect(podman).toEqual([{ url: "tcp://host.example:99", origin: "CONTAINER_HOST", isExplicit: true }]);
});

test("a key that cannot be read is an error that names it", async () => {
  const home = homeWith({ ".docker/ca.pem": "CA", ".docker/cert.pem": "CERT" });
  const key = join(home, ".docker/key.pem");
  // Root may read every file, but no directory.
  mkdirSync(key);
  const system = systemOf(home, { DOCKER_HOST: "tcp://host.example", DOCKER_TLS_VERIFY: "1" });
  expect(await errorOf(dockerAddresses(system))).toMatchObject({
    code: "unreadable",
    message: expect.stringContaining(key),
  });
});
