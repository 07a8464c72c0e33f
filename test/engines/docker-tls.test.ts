/** Docker's engine over TCP with TLS, and what is said when a certificate is not right. */
import { cpSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { connectDockerEngine } from "../../packages/core/src/source/engine/docker-engine.ts";
import type { Engine } from "../../packages/core/src/source/engine/engine.ts";
import { engineAddresses } from "../../packages/core/src/source/engine/engine-addresses.ts";
import { ROOT } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { archiveMembers, chunksOf } from "./archive-members.ts";
import { makeAuthority, makeCertificate } from "./certificates.ts";
import { type RunningEngine, startDocker } from "./engines.ts";

const authority = temporaryPath("authority");
const stranger = temporaryPath("stranger");
const server = temporaryPath("server");
makeAuthority(authority, "test authority");
makeAuthority(stranger, "stranger");
makeCertificate(authority, server, "engine", ["subjectAltName=DNS:localhost"]);
const port = await freePort();
const started = await startDocker(temporaryPath("docker"), [
  ...[`--host=tcp://127.0.0.1:${port}`, "--tlsverify", `--tlscacert=${join(authority, "ca.pem")}`],
  ...[`--tlscert=${join(server, "cert.pem")}`, `--tlskey=${join(server, "key.pem")}`],
]);
const why = typeof started === "string" ? ` (skipped: ${started})` : "";
const docker = started as RunningEngine;

describe.skipIf(why)(`Docker's engine over TLS${why}`, () => {
  afterAll(() => docker.stop());

  /** A directory as DOCKER_CERT_PATH names it. */
  function certificates(name: string, trusted: string, signer: string | undefined): string {
    const directory = temporaryPath(name);
    if (signer) makeCertificate(signer, directory, "client", ["extendedKeyUsage=clientAuth"]);
    cpSync(join(trusted, "ca.pem"), join(directory, "ca.pem"));
    return directory;
  }

  async function connect(env: NodeJS.ProcessEnv): Promise<Engine> {
    const [address] = await engineAddresses("docker", { DOCKER_HOST: `tcp://localhost:${port}`, ...env });
    if (!address) throw new Error("there is no address");
    return connectDockerEngine(address, "docker");
  }

  const failure = (env: NodeJS.ProcessEnv) =>
    connect(env).then(
      (engine) => Promise.reject(new Error(`connected to ${engine.title}`)),
      ({ code, message, hint }) => ({ code, message, hint }),
    );
  const right = certificates("right", authority, authority);

  test("gives its images to who has a certificate", async () => {
    await docker.run(["load", "--input", join(ROOT, "fixtures/images/edge-names/docker-save-20.10.tar")]);
    await using engine = await connect({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: right });
    expect(engine.title).toMatch(new RegExp(`^Docker Engine [\\d.]+ at tcp://localhost:${port}$`));
    const image = await engine.findImage("edge-names", undefined);
    const saved = await docker.run(["save", "edge-names"]);
    expect(await archiveMembers(image?.export() ?? chunksOf(new Uint8Array()))).toEqual(
      await archiveMembers(chunksOf(saved.bytes)),
    );
  });

  test("is not checked when that was not asked for", async () => {
    const directory = certificates("unchecked", stranger, authority);
    await using engine = await connect({ DOCKER_TLS: "1", DOCKER_CERT_PATH: directory });
    expect(engine.title).toContain("Docker Engine");
  });

  test("is not taken for somebody else's", async () => {
    const directory = certificates("other-authority", stranger, authority);
    expect(await failure({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: directory })).toEqual({
      code: "unreachable",
      message: `Docker at tcp://localhost:${port} (DOCKER_HOST): its certificate is not signed by who we trust`,
      hint: expect.stringContaining("ca.pem"),
    });
  });

  test("is not taken for another host", async () => {
    const env = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: right, DOCKER_HOST: `tcp://127.0.0.1:${port}` };
    expect(await failure(env)).toEqual({
      code: "unreachable",
      message: `Docker at tcp://127.0.0.1:${port} (DOCKER_HOST): its certificate is for another host`,
      hint: expect.stringContaining("host name"),
    });
  });

  test.each([
    ["has no certificate", () => certificates("without", authority, undefined)],
    ["has one of another authority", () => certificates("strange", authority, stranger)],
  ])("refuses who %s", async (_, directory) => {
    expect(await failure({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: directory() })).toEqual({
      code: "refused",
      message: `Docker at tcp://localhost:${port} (DOCKER_HOST): it does not accept our certificate`,
      hint: expect.stringContaining("cert.pem"),
    });
  });

  test("says what to do when it is spoken to without TLS", async () => {
    expect(await failure({})).toEqual({
      code: "unreachable",
      message: `Docker at tcp://localhost:${port} (DOCKER_HOST): it speaks TLS only`,
      hint: expect.stringContaining("DOCKER_TLS_VERIFY=1"),
    });
  });

  test("says that files are no certificates", async () => {
    const directory = certificates("broken", authority, authority);
    writeFileSync(join(directory, "key.pem"), "no key\n");
    expect(await failure({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: directory })).toEqual({
      code: "unreadable",
      message: expect.stringMatching(/: its certificate files cannot be used \(.+\)$/),
      hint: expect.stringContaining("key.pem"),
    });
  });

  test("says that a server does not speak TLS", async () => {
    const plain = createServer((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const { port } = plain.address() as { port: number };
    const env = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: right, DOCKER_HOST: `tcp://127.0.0.1:${port}` };
    expect(await failure(env)).toMatchObject({ message: expect.stringMatching(/: it does not speak TLS$/) });
    plain.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
