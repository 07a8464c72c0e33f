import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dockerAddresses } from "../../../src/source/engine/docker-host.ts";
import { errorOf, homeWith, systemOf } from "./system.ts";

/** The files of a context, below the configuration directory. */
function contextFiles(name: string, endpoint: unknown, pem: Readonly<Record<string, string>> = {}) {
  const folder = createHash("sha256").update(name).digest("hex");
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: endpoint } };
  return Object.fromEntries([
    [`contexts/meta/${folder}/meta.json`, meta],
    ...Object.entries(pem).map(([file, text]) => [`contexts/tls/${folder}/docker/${file}`, text]),
  ]);
}

const below = (directory: string, files: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]));

const metaOf = (home: string, name: string) =>
  join(home, ".docker/contexts/meta", createHash("sha256").update(name).digest("hex"), "meta.json");

const CONTEXTS = {
  ...contextFiles("colima", { Host: "unix:///home/me/.colima/default/docker.sock", SkipTLSVerify: false }),
  ...contextFiles("far", { Host: "ssh://me@far.example" }),
  ...contextFiles("plain", { Host: "tcp://plain.example" }),
  ...contextFiles("careless", { Host: "tcp://careless.example", SkipTLSVerify: true }),
  ...contextFiles(
    "secure",
    { Host: "tcp://secure.example", SkipTLSVerify: false },
    { "ca.pem": "CA", "cert.pem": "CERT", "key.pem": "KEY" },
  ),
  ...contextFiles("bare", {}),
};
const home = homeWith(below(".docker", { ...CONTEXTS, "config.json": { currentContext: "colima", auths: {} } }));
const inUse = { url: "unix:///home/me/.colima/default/docker.sock", origin: "context colima", isExplicit: true };

describe("which context", () => {
  test("the one in use, when the environment says nothing", async () => {
    expect(await dockerAddresses(systemOf(home, {}, ["/var/run/docker.sock"]))).toEqual([inUse]);
  });

  test("DOCKER_CONTEXT beats the one in use", async () => {
    expect(await dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "plain" }))).toMatchObject([
      { url: "tcp://plain.example:2375", origin: "context plain", isExplicit: true },
    ]);
  });

  test("an empty DOCKER_CONTEXT says nothing", async () => {
    expect(await dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "" }))).toEqual([inUse]);
  });

  test("DOCKER_CONTEXT is taken without a look at config.json", async () => {
    const home = homeWith(below(".docker", { ...CONTEXTS, "config.json": "broken" }));
    expect(await dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "colima" }))).toEqual([inUse]);
    expect(await dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "default" }))).toEqual([]);
  });

  test("DOCKER_CONFIG says where the files are", async () => {
    const elsewhere = homeWith({ ...CONTEXTS, "config.json": { currentContext: "far" } });
    expect(await dockerAddresses(systemOf(home, { DOCKER_CONFIG: elsewhere }))).toMatchObject([
      { origin: "context far" },
    ]);
  });

  test.each([
    ["DOCKER_CONTEXT", { DOCKER_CONTEXT: "default" }, { currentContext: "colima" }],
    ["config.json", {}, { currentContext: "default" }],
    ["an empty choice", {}, { currentContext: "" }],
    ["no choice", {}, {}],
    ["null", {}, { currentContext: null }],
    ["an empty file", {}, "\n"],
  ])('"default" by %s is no context', async (_, env, config) => {
    const home = homeWith(below(".docker", { ...CONTEXTS, "config.json": config }));
    expect(await dockerAddresses(systemOf(home, env, ["/var/run/docker.sock"]))).toEqual([
      { url: "unix:///var/run/docker.sock", origin: "the default socket", isExplicit: false },
    ]);
  });

  test("one that does not exist is an error with those that do", async () => {
    const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "kolima" })));
    expect(error.code).toBe("no-engine");
    expect(error.message).toBe("Docker has no context kolima, which DOCKER_CONTEXT names");
    expect(error.choices).toEqual(["bare", "careless", "colima", "default", "far", "plain", "secure"]);
  });

  test("one that does not exist any more is told with the file that names it", async () => {
    const home = homeWith(below(".docker", { "config.json": { currentContext: "gone" } }));
    const error = await errorOf(dockerAddresses(systemOf(home)));
    expect(error.message).toBe(`Docker has no context gone, which currentContext in ${home}/.docker/config.json names`);
    expect(error.choices).toEqual(["default"]);
  });

  test("contexts that cannot be read are not among the choices", async () => {
    const home = homeWith(below(".docker", { ...contextFiles("good", {}), "contexts/meta/other/meta.json": "broken" }));
    const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "x" })));
    expect(error.choices).toEqual(["default", "good"]);
  });

  test("a name never leads out of the folder of contexts", async () => {
    const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "../../../etc" })));
    expect(error.code).toBe("no-engine");
  });
});

describe("what a context says", () => {
  const addressOf = async (name: string, env: NodeJS.ProcessEnv = {}) =>
    (await dockerAddresses(systemOf(home, { DOCKER_CONTEXT: name, ...env })))[0];

  test("ssh", async () => {
    expect(await addressOf("far")).toEqual({
      url: "ssh://me@far.example",
      origin: "context far",
      isExplicit: true,
      ssh: { user: "me", host: "far.example" },
    });
  });

  test("tcp without TLS, whatever the environment says of TLS", async () => {
    const address = await addressOf("plain", { DOCKER_TLS_VERIFY: "1" });
    expect(address).toEqual({ url: "tcp://plain.example:2375", origin: "context plain", isExplicit: true });
  });

  test("tcp with TLS, by its files", async () => {
    expect(await addressOf("secure")).toEqual({
      url: "tcp://secure.example:2376",
      origin: "context secure",
      isExplicit: true,
      tls: { ca: Buffer.from("CA"), cert: Buffer.from("CERT"), key: Buffer.from("KEY"), verify: true },
    });
  });

  test("tcp with TLS that is not checked", async () => {
    expect(await addressOf("careless")).toMatchObject({ url: "tcp://careless.example:2376", tls: { verify: false } });
  });

  test("no address, which is docker's default one", async () => {
    expect(await addressOf("bare")).toMatchObject({ url: "unix:///var/run/docker.sock", isExplicit: true });
    const windows = systemOf(home, { DOCKER_CONTEXT: "bare" }, [], { platform: "win32" });
    expect(await dockerAddresses(windows)).toMatchObject([{ url: "npipe:////./pipe/docker_engine", isExplicit: true }]);
  });

  test("DOCKER_API_VERSION counts for contexts too", async () => {
    expect(await addressOf("plain", { DOCKER_API_VERSION: "1.41" })).toMatchObject({ apiVersion: "1.41" });
  });
});

describe("files that are wrong", () => {
  test.each([
    ["{", "is not JSON"],
    ['{"auths":{"r.example":{"auth":"c2VjcmV0"}},}', "is not JSON"],
    ["[]", "is not a JSON object"],
    ["null", "is not a JSON object"],
    ['{"currentContext":{}}', 'has something other than text in "currentContext"'],
    ['{"currentContext":1}', 'has something other than text in "currentContext"'],
  ])("config.json: %s", async (config, problem) => {
    const home = homeWith({ ".docker/config.json": config });
    const error = await errorOf(dockerAddresses(systemOf(home)));
    expect(error).toMatchObject({ code: "invalid-config", message: `${home}/.docker/config.json ${problem}` });
    expect(error.cause).toBeUndefined();
  });

  test("config.json that is a pipe nobody writes to is not waited for", async () => {
    const home = homeWith({ ".docker/x": "" });
    execFileSync("sh", ["-c", 'mkfifo "$0"', join(home, ".docker/config.json")]);
    expect(await dockerAddresses(systemOf(home))).toEqual([]);
  });

  test("config.json with a byte order mark is taken", async () => {
    const home = homeWith({ ".docker/config.json": '\ufeff{"currentContext":"default"}' });
    expect(await dockerAddresses(systemOf(home))).toEqual([]);
  });

  test("config.json that is a directory", async () => {
    const home = homeWith();
    mkdirSync(join(home, ".docker/config.json"), { recursive: true });
    const error = await errorOf(dockerAddresses(systemOf(home)));
    expect(error.code).toBe("unreadable");
    expect(error.message).toContain(`${home}/.docker/config.json`);
  });

  test("config.json without an end", async () => {
    const home = homeWith({ ".docker/config.json": " ".repeat(16 * 2 ** 20 + 1) });
    const error = await errorOf(dockerAddresses(systemOf(home)));
    expect(error.code).toBe("limit-exceeded");
    expect(error.message).toContain(`${home}/.docker/config.json`);
  });

  test.each<[unknown, string]>([
    ["{", "is not JSON"],
    [{}, "has no address of Docker for the context x"],
    [{ Endpoints: [] }, 'has something other than an object in "Endpoints"'],
    [{ Endpoints: {} }, "has no address of Docker for the context x"],
    [{ Endpoints: { docker: "unix:///x" } }, 'has something other than an object in "docker"'],
    [{ Endpoints: { docker: { Host: ["unix:///x"] } } }, 'has something other than text in "Host"'],
  ])("meta.json: %j", async (meta, problem) => {
    const home = homeWith({ [metaOf("", "x")]: meta });
    const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "x" })));
    expect(error).toMatchObject({ code: "invalid-config", message: `${metaOf(home, "x")} ${problem}` });
  });

  test("an address that is none is told with its file, and without its password", async () => {
    const home = homeWith(below(".docker", contextFiles("x", { Host: "ssh://me:secret@far.example" })));
    const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "x" })));
    expect(error.code).toBe("invalid-config");
    expect(error.message).toContain(`context x in ${metaOf(home, "x")} says "ssh://me@far.example"`);
    expect(`${error.message} ${error.hint}`).not.toContain("secret");
  });

  test("a certificate without a key", async () => {
    const home = homeWith(below(".docker", contextFiles("x", { Host: "tcp://x.example" }, { "cert.pem": "CERT" })));
    const error = await errorOf(dockerAddresses(systemOf(home, { DOCKER_CONTEXT: "x" })));
    expect(error.code).toBe("invalid-config");
    expect(error.message).toMatch(/cert\.pem has no key beside it/);
  });
});
