/** Where a registry sends us: data comes from there, but who we are is told to the registry alone, and TLS stays. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAuthority, makeCertificate } from "../engines/certificates.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { dockerConfig, entryOf, nobody } from "./credentials.ts";
import { type Fault, startFaultProxy, startStorage } from "./fault-proxy.ts";
import { pass, redirect, status } from "./faults.ts";
import { blobPath } from "./images.ts";
import { LAYER, REPOSITORY, readFrom, writeLargeImage } from "./large-image.ts";
import { MISSING, type RunningRegistry, startRegistry, WHY } from "./registries.ts";
import { type ReadImage, reportOf, withoutOrigin } from "./reports.ts";

const ACCOUNT = { user: "tester", password: "Correct-Horse/42" };
const BASIC = `Basic ${Buffer.from(`${ACCOUNT.user}:${ACCOUNT.password}`).toString("base64")}`;
const { layout, digest, onLayer, onManifest } = writeLargeImage(temporaryPath("large"));

/** Asks for the password first. */
const closed =
  (fault: Fault): Fault =>
  (exchange) => {
    const isKnown = exchange.headers.authorization === BASIC;
    (isKnown ? fault : status(401, { "www-authenticate": 'Basic realm="test"' }))(exchange);
  };

describe.skipIf(MISSING.length > 0)(`a registry that sends us on${WHY}`, () => {
  let registry: RunningRegistry;
  let expected: object;

  beforeAll(async () => {
    registry = await startRegistry(temporaryPath("registry"));
    await registry.push(layout.source, `${REPOSITORY}:latest`);
    expected = withoutOrigin(await reportOf(layout.path));
  });
  afterAll(() => registry?.stop());

  const expectRight = ({ report }: ReadImage): void => expect(withoutOrigin(report)).toEqual(expected);
  /** Has the layer, whatever it is asked for. */
  const storageOfLayer = () => startStorage(() => readFileSync(blobPath(layout, digest)));
  const start = (fault: Fault) => startFaultProxy({ registry: registry.host, fault });

  test("to another server gives us the image, and that server nothing that says who we are", async () => {
    await using storage = await storageOfLayer();
    await using proxy = await start(closed(onLayer(redirect(() => `http://${storage.host}/layer?signature=1`))));
    const env = dockerConfig({
      auths: { [proxy.host]: entryOf(ACCOUNT), [storage.host]: entryOf(ACCOUNT) },
    });
    expectRight(await readFrom(proxy, { env }));
    expect(storage.headers).toHaveLength(1);
    expect(storage.headers[0]).not.toHaveProperty("authorization");
    expect(JSON.stringify(storage.headers)).not.toContain(BASIC);
  });

  test("to another server that asks who we are is not told", async () => {
    await using storage = await start(closed(pass));
    await using proxy = await start(
      closed(onLayer(redirect(({ path }) => `http://${storage.host}/v2/group/app/${path}`))),
    );
    const env = dockerConfig({ auths: { [proxy.host]: entryOf(ACCOUNT), [storage.host]: entryOf(ACCOUNT) } });
    const { report, errors } = await readFrom(proxy, { env });
    expect(report.layers[LAYER]?.status).toBe("partial");
    expect(errors[0]).toMatchObject({ code: "unreachable", message: expect.stringContaining(storage.host) });
    expect(storage.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test("to another server and back is not told again who we are", async () => {
    let home = "";
    await using there = await start(redirect(() => `http://${home}/v2/group/app/blobs/${digest}?back`));
    const leave = redirect(({ path }) => `http://${there.host}/v2/group/app/${path}`);
    await using proxy = await start((exchange) =>
      (exchange.path.endsWith("?back") ? pass : closed(onLayer(leave)))(exchange),
    );
    home = proxy.host;
    const env = dockerConfig({ auths: { [proxy.host]: entryOf(ACCOUNT) } });
    expectRight(await readFrom(proxy, { env }));
    const authorizations = [...there.asked, ...proxy.asked.filter(({ path }) => path.endsWith("?back"))].map(
      ({ authorization }) => authorization,
    );
    expect(authorizations).toEqual([undefined, undefined]);
  });

  test("for the manifest, and to other paths of its own, where it still knows us", async () => {
    const moved: Fault = (exchange) => {
      const hasMoved = exchange.path.endsWith("?moved");
      (hasMoved ? pass : redirect(({ path }) => `/v2/group/app/${path}?moved`))(exchange);
    };
    await using proxy = await start(closed(onManifest(moved)));
    const env = dockerConfig({ auths: { [proxy.host]: entryOf(ACCOUNT) } });
    expectRight(await readFrom(proxy, { env }));
    expect(proxy.asked.filter(({ path }) => path.endsWith("?moved")).map(({ authorization }) => authorization)).toEqual(
      [BASIC],
    );
  });
});

describe.skipIf(MISSING.length > 0)(`a registry with TLS${WHY}`, () => {
  const authority = temporaryPath("authority");
  let registry: RunningRegistry;
  let certificate: { cert: Buffer; key: Buffer };
  /** The environment of somebody who trusts the authority. */
  let env: NodeJS.ProcessEnv;
  let expected: object;

  beforeAll(async () => {
    makeAuthority(authority, "authority of a test");
    const directory = temporaryPath("server");
    makeCertificate(authority, directory, "registry", ["subjectAltName=IP:127.0.0.1"]);
    certificate = { cert: readFileSync(join(directory, "cert.pem")), key: readFileSync(join(directory, "key.pem")) };
    env = { ...nobody(), SSL_CERT_FILE: join(authority, "ca.pem") };
    registry = await startRegistry(temporaryPath("registry-behind-tls"));
    await registry.push(layout.source, `${REPOSITORY}:latest`);
    expected = withoutOrigin(await reportOf(layout.path));
  });
  afterAll(() => registry?.stop());

  const start = (fault: Fault) => startFaultProxy({ registry: registry.host, fault, certificate });

  test("gives the same report", async () => {
    await using proxy = await start(pass);
    expect(withoutOrigin((await readFrom(proxy, { env })).report)).toEqual(expected);
  });

  test("that nobody trusts is asked for nothing, unless that is allowed", async () => {
    await using proxy = await start(pass);
    await expect(readFrom(proxy, { env: nobody() })).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("its certificate is not trusted"),
      hint: expect.stringContaining(`/etc/docker/certs.d/${proxy.host}/ca.crt`),
    });
    expect(proxy.asked).toEqual([]);
    expect(withoutOrigin((await readFrom(proxy, { env: nobody(), insecure: true })).report)).toEqual(expected);
  });

  test("that sends us to a server without is not followed, unless that is allowed", async () => {
    await using storage = await startStorage(() => readFileSync(blobPath(layout, digest)));
    await using proxy = await start(onLayer(redirect(() => `http://${storage.host}/layer`)));
    const { report, errors } = await readFrom(proxy, { env });
    expect(report.complete).toBe(false);
    expect(errors[0]).toMatchObject({
      code: "unreachable",
      message: `${proxy.host} redirects to ${storage.host}, without TLS`,
      hint: expect.stringContaining("--insecure"),
    });
    expect(storage.headers).toEqual([]);
    expect(withoutOrigin((await readFrom(proxy, { env, insecure: true })).report)).toEqual(expected);
  });
});
