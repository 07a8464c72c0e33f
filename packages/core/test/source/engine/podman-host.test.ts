import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { podmanAddresses } from "../../../src/source/engine/podman-host.ts";
import { errorOf, homeWith, listenAt, socketOnDisk, systemOf } from "./system.ts";

const home = homeWith();
const JSON_FILE = ".config/containers/podman-connections.json";
const CONF_FILE = ".config/containers/containers.conf";

const CONNECTIONS = {
  prod: { URI: "ssh://me@prod.example:2222/run/podman/podman.sock", Identity: "/keys/prod" },
  local: { URI: "unix:///run/podman/podman.sock" },
  machine: {
    URI: "ssh://core@127.0.0.1:40000/run/user/501/podman/podman.sock",
    Identity: "/keys/machine",
    IsMachine: true,
  },
};
const stored = (Default: string, Connections: unknown = CONNECTIONS) => ({
  Connection: { Default, Connections },
  Farm: {},
});

const prod = {
  url: "ssh://me@prod.example:2222/run/podman/podman.sock",
  origin: "connection prod",
  ssh: {
    user: "me",
    host: "prod.example",
    port: 2222,
    socketPath: "/run/podman/podman.sock",
    identityFile: "/keys/prod",
  },
};
const ofSystem = { url: "unix:///run/podman/podman.sock", origin: "podman's socket of the system", isExplicit: false };

describe("CONTAINER_HOST", () => {
  test.each([
    ["unix:///run/x.sock", "unix:///run/x.sock"],
    ["unix://run/x.sock", "unix:///run/x.sock"],
    ["tcp://host.example:8080", "tcp://host.example:8080"],
    ["tcp://[::1]:8080", "tcp://[::1]:8080"],
  ])("%s means %s", async (CONTAINER_HOST, url) => {
    expect(await podmanAddresses(systemOf(home, { CONTAINER_HOST }))).toEqual([
      { url, origin: "CONTAINER_HOST", isExplicit: true },
    ]);
  });

  test("is taken apart for ssh, with the key that CONTAINER_SSHKEY names", async () => {
    const CONTAINER_HOST = "ssh://me@host.example/run/podman/podman.sock";
    const ssh = { user: "me", host: "host.example", socketPath: "/run/podman/podman.sock" };
    expect(await podmanAddresses(systemOf(home, { CONTAINER_HOST }))).toMatchObject([{ url: CONTAINER_HOST, ssh }]);
    expect(await podmanAddresses(systemOf(home, { CONTAINER_HOST, CONTAINER_SSHKEY: "/keys/me" }))).toMatchObject([
      { ssh: { ...ssh, identityFile: "/keys/me" } },
    ]);
  });

  test.each([
    "tcp://host.example",
    "unix://",
    "https://me:secret@host.example",
    "ssh://me:secret@host.example",
    "npipe://",
  ])("%s is refused", async (CONTAINER_HOST) => {
    const error = await errorOf(podmanAddresses(systemOf(home, { CONTAINER_HOST })));
    expect(error.code).toBe("invalid-option");
    expect(error.message).toContain("CONTAINER_HOST says");
    expect(`${error.message} ${error.hint}`).not.toContain("secret");
  });

  test("beats CONTAINER_CONNECTION and the files, which are not looked at", async () => {
    const home = homeWith({ [JSON_FILE]: "broken" });
    const system = systemOf(home, { CONTAINER_HOST: "unix:///run/x.sock", CONTAINER_CONNECTION: "prod" });
    expect(await podmanAddresses(system)).toMatchObject([{ url: "unix:///run/x.sock" }]);
  });

  test("has nothing to do with DOCKER_HOST", async () => {
    expect(await podmanAddresses(systemOf(home, { DOCKER_HOST: "unix:///run/x.sock" }))).toEqual([]);
  });
});

describe("CONTAINER_CONNECTION", () => {
  const home = homeWith({ [JSON_FILE]: stored("local") });

  test("beats the default connection and the sockets", async () => {
    const system = systemOf(home, { CONTAINER_CONNECTION: "prod", CONTAINER_SSHKEY: "/keys/other" }, [
      "/run/podman/podman.sock",
    ]);
    expect(await podmanAddresses(system)).toEqual([{ ...prod, isExplicit: true }]);
  });

  test("takes the key of CONTAINER_SSHKEY when the connection has none", async () => {
    const home = homeWith({ [JSON_FILE]: stored("", { x: { URI: "ssh://x.example" } }) });
    const system = systemOf(home, { CONTAINER_CONNECTION: "x", CONTAINER_SSHKEY: "/keys/other" });
    expect(await podmanAddresses(system)).toMatchObject([{ ssh: { host: "x.example", identityFile: "/keys/other" } }]);
  });

  test("that does not exist is an error with those that do", async () => {
    for (const name of ["Prod", "toString", "__proto__"]) {
      const error = await errorOf(podmanAddresses(systemOf(home, { CONTAINER_CONNECTION: name })));
      expect(error).toMatchObject({ code: "no-engine", choices: ["local", "machine", "prod"] });
      expect(error.message).toContain(`no connection ${name},`);
    }
  });
});

describe("the default connection", () => {
  const filesFor = (platform: NodeJS.Platform, content: unknown) => ({
    [platform === "win32" ? "AppData/Roaming/containers/podman-connections.json" : JSON_FILE]: content,
  });
  const withDefault = (name: string, platform: NodeJS.Platform, sockets: readonly string[] = []) =>
    podmanAddresses(systemOf(homeWith(filesFor(platform, stored(name))), {}, sockets, { platform }));

  test("on Linux comes after the sockets, because podman there works without it", async () => {
    expect(await withDefault("prod", "linux", ["/run/podman/podman.sock"])).toEqual([
      ofSystem,
      { ...prod, isExplicit: false },
    ]);
    expect(await withDefault("prod", "linux")).toEqual([{ ...prod, isExplicit: false }]);
  });

  test("that is one of the sockets is not tried twice", async () => {
    expect(await withDefault("local", "linux", ["/run/podman/podman.sock"])).toEqual([ofSystem]);
  });

  test.each(["darwin", "win32"] as const)("on %s is the only place when somebody chose it", async (platform) => {
    expect(await withDefault("prod", platform, ["/run/podman/podman.sock"])).toEqual([{ ...prod, isExplicit: true }]);
  });

  test("that is a machine comes after the machine's sockets", async () => {
    const home = homeWith({ [JSON_FILE]: stored("machine") });
    const socket = join(home, ".local/share/containers/podman/machine/podman.sock");
    expect(await podmanAddresses(systemOf(home, {}, [socket], { platform: "darwin" }))).toMatchObject([
      { url: `unix://${socket}`, isExplicit: false },
      { origin: "connection machine", isExplicit: false, ssh: { port: 40000, identityFile: "/keys/machine" } },
    ]);
  });

  test("that does not exist counts for nothing", async () => {
    expect(await withDefault("gone", "darwin")).toEqual([]);
  });

  test("stands where the environment says", async () => {
    const elsewhere = homeWith({ "x.json": stored("prod"), "containers/podman-connections.json": stored("prod") });
    for (const env of [{ PODMAN_CONNECTIONS_CONF: join(elsewhere, "x.json") }, { XDG_CONFIG_HOME: elsewhere }]) {
      expect(await podmanAddresses(systemOf(home, env))).toMatchObject([{ origin: "connection prod" }]);
    }
    const windows = systemOf(home, { APPDATA: elsewhere }, [], { platform: "win32" });
    expect(await podmanAddresses(windows)).toMatchObject([{ origin: "connection prod" }]);
  });
});

describe("TLS of a connection", () => {
  const withFiles = (tls: Readonly<Record<string, string>>) => {
    const home = homeWith({ "ca.pem": "CA", "cert.pem": "CERT", "key.pem": "KEY" });
    const paths = Object.fromEntries(Object.entries(tls).map(([key, file]) => [key, join(home, file)]));
    mkdirSync(join(home, ".config/containers"), { recursive: true });
    writeFileSync(join(home, JSON_FILE), JSON.stringify(stored("", { x: { URI: "tcp://x.example:8080", ...paths } })));
    return podmanAddresses(systemOf(home, { CONTAINER_CONNECTION: "x" }));
  };

  test("is off without files", async () => {
    expect((await withFiles({}))[0]).not.toHaveProperty("tls");
  });

  test("is checked", async () => {
    expect((await withFiles({ TLSCA: "ca.pem", TLSCert: "cert.pem", TLSKey: "key.pem" }))[0]?.tls).toEqual({
      ca: Buffer.from("CA"),
      cert: Buffer.from("CERT"),
      key: Buffer.from("KEY"),
      verify: true,
    });
  });

  test.each([
    [{ TLSCA: "gone.pem" }, "gone.pem"],
    [{ TLSCert: "cert.pem" }, "cert.pem"],
    [{ TLSKey: "key.pem", TLSCert: "gone.pem" }, "key.pem"],
    [{ TLSCert: "gone.pem", TLSKey: "also-gone.pem" }, "gone.pem"],
  ])("%j is an error", async (tls, named) => {
    const error = await errorOf(withFiles(tls));
    expect(error.code).toBe("invalid-config");
    expect(error.message).toContain(named);
  });
});

describe("containers.conf", () => {
  const conf = `
[engine]
active_service = "prod"
[engine.service_destinations.prod]
uri = "ssh://me@prod.example:2222/run/podman/podman.sock"
identity = "/keys/prod"
`;

  test("has connections too", async () => {
    const home = homeWith({ [CONF_FILE]: conf });
    expect(await podmanAddresses(systemOf(home))).toEqual([{ ...prod, isExplicit: false }]);
    expect(await podmanAddresses(systemOf(home, { CONTAINER_CONNECTION: "prod" }))).toMatchObject([
      { isExplicit: true },
    ]);
  });

  test("is beaten by podman-connections.json, name by name", async () => {
    const home = homeWith({ [CONF_FILE]: conf, [JSON_FILE]: stored("", { prod: { URI: "unix:///run/x.sock" } }) });
    expect(await podmanAddresses(systemOf(home))).toMatchObject([
      { url: "unix:///run/x.sock", origin: "connection prod" },
    ]);
    const other = homeWith({ [CONF_FILE]: conf, [JSON_FILE]: stored("local") });
    expect(await podmanAddresses(systemOf(other))).toMatchObject([{ origin: "connection local" }]);
  });

  test("stands where CONTAINERS_CONF says, which may be nowhere", async () => {
    const home = homeWith({ [CONF_FILE]: conf, "other.conf": conf.replace("prod.example", "other.example") });
    const other = systemOf(home, { CONTAINERS_CONF: join(home, "other.conf") });
    expect(await podmanAddresses(other)).toMatchObject([{ ssh: { host: "other.example" } }]);
    expect(await podmanAddresses(systemOf(home, { CONTAINERS_CONF: "/dev/null" }))).toEqual([]);
  });

  test("without end is refused", async () => {
    const error = await errorOf(podmanAddresses(systemOf(home, { CONTAINERS_CONF: "/dev/zero" })));
    expect(error.code).toBe("limit-exceeded");
  });
});

describe("files that are wrong", () => {
  test.each<[unknown, string]>([
    ["{", "is not JSON"],
    [[], "is not a JSON object"],
    [{ Connection: [] }, 'has something other than an object in "Connection"'],
    [stored("x", []), 'has something other than an object in "Connections"'],
    [{ Connection: { Default: 1 } }, 'has something other than text in "Default"'],
    [stored("x", { x: {} }), "has no address in the connection x"],
    [stored("x", { x: "ssh://x" }), "has no address in the connection x"],
    [stored("x", { x: { URI: 1 } }), 'has something other than text in "URI"'],
    [stored("x", { x: { URI: "unix:///x", Identity: {} } }), 'has something other than text in "Identity"'],
  ])("podman-connections.json: %j", async (content, problem) => {
    const home = homeWith({ [JSON_FILE]: content });
    const error = await errorOf(podmanAddresses(systemOf(home)));
    expect(error).toMatchObject({ code: "invalid-config", message: `${join(home, JSON_FILE)} ${problem}` });
  });

  test("an address that is none is told with its file, and without its password", async () => {
    const home = homeWith({ [JSON_FILE]: stored("x", { x: { URI: "https://me:secret@x.example" } }) });
    const error = await errorOf(podmanAddresses(systemOf(home)));
    expect(error.code).toBe("invalid-config");
    expect(error.message).toContain(`connection x in ${join(home, JSON_FILE)} says "https://x.example"`);
  });
});

describe("when nothing is said", () => {
  const sockets = [
    ["/run/mine/podman/podman.sock", "podman's socket of the user"],
    ["/run/user/1000/podman/podman.sock", "podman's socket of the user"],
    ["/run/podman/podman.sock", "podman's socket of the system"],
  ] as const;
  const there = sockets.map(([path]) => path);
  const env = { XDG_RUNTIME_DIR: "/run/mine" };
  const urlsOf = async (system: Parameters<typeof podmanAddresses>[0]) =>
    (await podmanAddresses(system)).map(({ url }) => url.replace("unix://", ""));

  test("the user's own sockets come before that of the system", async () => {
    expect(await podmanAddresses(systemOf(home, env, there))).toEqual(
      sockets.map(([path, origin]) => ({ url: `unix://${path}`, origin, isExplicit: false })),
    );
  });

  test("for root it is the other way round", async () => {
    const [, , ofSystem] = there;
    expect(await urlsOf(systemOf(home, {}, [...there, "/run/user/0/podman/podman.sock"], { userId: 0 }))).toEqual([
      ofSystem,
      "/run/user/0/podman/podman.sock",
    ]);
  });

  test("nothing is found where there are no sockets", async () => {
    expect(await podmanAddresses(systemOf(home, env))).toEqual([]);
  });

  test("machines have sockets, that of the default machine first", async () => {
    const home = homeWith({ ".local/share/containers/podman/machine/notes": "" });
    const machine = join(home, ".local/share/containers/podman/machine");
    const temporary = join(home, "T");
    const inOrder = [
      join(machine, "a/podman.sock"),
      join(temporary, "podman/podman-machine-default-api.sock"),
      join(temporary, "podman/a-api.sock"),
    ];
    for (const path of [...inOrder, join(temporary, "podman/a-gvproxy.sock")].reverse()) await listenAt(path);
    const socketAt = (path: string) => (path.startsWith(home) ? socketOnDisk(path) : Promise.resolve(undefined));
    const system = systemOf(home, { TMPDIR: temporary }, [], { platform: "darwin", socketAt });
    expect(await urlsOf(system)).toEqual(inOrder);
    expect(await urlsOf({ ...system, env: { HOME: home } })).toEqual(inOrder.slice(0, 1));
  });

  test("on Windows the machine's pipe is tried", async () => {
    const system = systemOf(home, {}, there, { platform: "win32", userId: undefined });
    expect(await podmanAddresses(system)).toEqual([
      { url: "npipe:////./pipe/podman-machine-default", origin: "podman's default machine", isExplicit: false },
    ]);
  });
});
